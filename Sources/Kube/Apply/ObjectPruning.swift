extension Shapes {
    /// The value without what is in the set, nil when nothing is left. Parts of what has one owner stay, and so do the keys
    /// of an element that stays: without them it would be another element.
    func removing(_ set: FieldSet, from value: JSONValue, _ shape: Shape) -> JSONValue? {
        let shape = settle(shape, value)
        guard !set.isEmpty, !shape.isAtomic else { return value }
        switch (shape, value) {
        case (.list(let type, let keys), .array(let elements)):
            let elementShape = self.shape(of: type)
            var names: Set<String> = []
            if case .map(let keys) = keys { names = Set(keys) }
            var rest: [JSONValue] = []
            for element in elements {
                // As in `index`: an element without a key is nobody's, and stays.
                guard let step = try? step(to: element, in: type, keys: keys) else {
                    rest.append(element)
                    continue
                }
                if set.members.contains(step) { continue }
                guard var left = removing(set[step], from: element, elementShape) else {
                    rest.append(.object((element.object ?? [:]).filter { names.contains($0.key) }))
                    continue
                }
                if case .object(var members) = left {
                    for name in names where members[name] == nil { members[name] = element[name] }
                    left = .object(members)
                }
                rest.append(left)
            }
            return rest.isEmpty ? nil : .array(rest)
        case (.message, .object(let members)), (.map, .object(let members)), (.deducedMap, .object(let members)):
            var rest: [String: JSONValue] = [:]
            for (name, value) in members where !set.members.contains(.field(name)) {
                rest[name] = removing(set[.field(name)], from: value, member(name, of: shape).shape)
            }
            return rest.isEmpty ? nil : .object(rest)
        default: return value
        }
    }

    /// What is left of a merged object when its applier no longer mentions some of what it applied before.
    ///
    /// A place goes if the applier applied it last time, does not now, and nobody else claims it. `last` is what it applied
    /// then, `owned` what everyone owns now, the applier's new set included.
    func pruned(_ merged: JSONValue, last: FieldSet, owned: FieldSet, _ shape: Shape) -> JSONValue {
        guard !last.isEmpty else { return merged }
        let last = withNamedFields(last, shape)
        let all = withNamedFields(fields(of: merged, shape), shape)
        func left(_ value: JSONValue?) -> FieldSet {
            value.map { withNamedFields(fields(of: $0, shape), shape) } ?? FieldSet()
        }
        // 1. Without everything applied last time, which takes whole subtrees with it.
        let bare = removing(last, from: merged, shape)
        // 2. What others own, or the applier still applies, comes back with what holds it.
        let kept = left(bare).union(withNamedFields(owned, shape))
        let restored = removing(all.subtracting(kept), from: merged, shape)
        // 3. Of what is missing, only what the applier had applied may stay away: the rest had no owner, and is not its to
        //    remove.
        let missing = all.subtracting(left(restored)).intersection(last)
        return removing(missing, from: merged, shape) ?? .object([:])
    }

    /// The object with the parts that are always there in Go, where a struct that is no pointer cannot be absent. Without
    /// them the first writer below `spec` would own `spec` itself, which upstream's does not.
    func filled(_ value: JSONValue, _ shape: Shape, depth: Int = 0) -> JSONValue {
        let shape = settle(shape, value)
        guard !shape.isAtomic else { return value }
        switch (shape, value) {
        case (.list(let type, _), .array(let elements)):
            let elementShape = self.shape(of: type)
            guard case .message = elementShape else { return value }
            return .array(elements.map { filled($0, elementShape, depth: depth + 1) })
        case (.map(let type, _), .object(let members)):
            let elementShape = self.shape(of: type)
            guard case .message = elementShape else { return value }
            return .object(members.mapValues { filled($0, elementShape, depth: depth + 1) })
        case (.message(let message, _), .object(let members)):
            var result: [String: JSONValue] = [:]
            result.reserveCapacity(members.count)
            for (name, value) in members {
                result[name] = filled(value, member(name, of: message) ?? .deduced, depth: depth + 1)
            }
            // Go has no struct that contains itself; a table that says so must not keep us here for ever.
            if depth < JSONParser.maximumDepth { addStructs(of: message, to: &result, depth: depth) }
            return .object(result)
        default: return value
        }
    }

    private func addStructs(of message: MessageSchema, to members: inout [String: JSONValue], depth: Int) {
        for field in message.fields where !field.isOptional {
            guard case .message(let name) = field.type, let inner = schema[name] else { continue }
            if field.isInline {
                addStructs(of: inner, to: &members, depth: depth + 1)
            } else if (members[field.name] ?? .null) == .null {
                members[field.name] = filled(.object([:]), shape(of: field), depth: depth + 1)
            }
        }
    }
}
