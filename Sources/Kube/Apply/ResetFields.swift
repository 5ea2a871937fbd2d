/// What a request cannot write, so that its manager does not come to own it: the status through the object itself, the rest
/// through a subresource (upstream's `GetResetFields` of each kind).
struct ResetFields {
    private enum Rule {
        /// Everything but these.
        case except(FieldSet)
        /// Nothing but these.
        case only([PathElement])
    }

    private let rule: Rule

    init(type: ResourceType, shapes: Shapes, subresource: String) {
        guard let message = shapes.schema.message(of: type), message.field(named: "status") != nil else {
            rule = .except(FieldSet())
            return
        }
        let spec: PathElement = .field("spec")
        switch subresource {
        case "status":
            var fields = FieldSet([spec])
            if type.group.isEmpty, type.kind == "Pod" {
                fields.insert([.field("metadata"), .field("deletionTimestamp")])
                fields.insert([.field("metadata"), .field("ownerReferences")])
            }
            rule = .except(fields)
        case "ephemeralcontainers": rule = .only([spec, .field("ephemeralContainers")])
        case "resize": rule = .only([spec, .field("containers")])
        default: rule = .except(FieldSet([.field("status")]))
        }
    }

    func filter(_ set: FieldSet) -> FieldSet {
        switch rule {
        case .except(let fields): return fields.isEmpty ? set : set.subtractingTrees(fields)
        case .only(let path):
            var (below, result) = (set, FieldSet())
            for step in path { below = below[step] }
            result.add(below, path)
            if set.contains(path) { result.insert(path) }
            return result
        }
    }
}

extension FieldSet {
    fileprivate mutating func add(_ set: FieldSet, _ path: [PathElement]) {
        let nested = path.dropFirst().reversed().reduce(set) { inner, step in
            var outer = FieldSet()
            outer.add(inner, below: step)
            return outer
        }
        if let first = path.first { add(nested, below: first) }
    }
}
