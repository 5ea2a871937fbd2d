/// What one object has and another has not. No place is in more than one of the sets.
struct Comparison: Hashable, Sendable {
    var removed = FieldSet()
    /// There before and after, with another value.
    var modified = FieldSet()
    var added = FieldSet()

    /// What the later object has of its own.
    var changed: FieldSet { modified.union(added) }

    func filtered(_ filter: (FieldSet) -> FieldSet) -> Comparison {
        Comparison(removed: filter(removed), modified: filter(modified), added: filter(added))
    }

    fileprivate mutating func add(_ inside: Comparison, below step: PathElement) {
        removed.add(inside.removed, below: step)
        modified.add(inside.modified, below: step)
        added.add(inside.added, below: step)
    }

    fileprivate mutating func mark(_ mark: Mark?, _ step: PathElement) {
        switch mark {
        case .removed: removed.insert(step)
        case .modified: modified.insert(step)
        case .added: added.insert(step)
        case nil: break
        }
    }

    fileprivate enum Mark { case removed, modified, added }

    fileprivate init(removed: FieldSet, modified: FieldSet, added: FieldSet) {
        (self.removed, self.modified, self.added) = (removed, modified, added)
    }

    init() {}
}

extension Shapes {
    func compare(_ old: JSONValue, _ new: JSONValue, _ shape: Shape) -> Comparison {
        difference(old, new, shape).inside
    }

    private typealias Difference = (mark: Comparison.Mark?, inside: Comparison)

    /// Nil stands for what is not there, and so does null beside it: a member that says null asks for its zero value.
    private func difference(_ old: JSONValue?, _ new: JSONValue?, _ shape: Shape) -> Difference {
        if (old ?? .null) == .null, (new ?? .null) == .null { return (nil, Comparison()) }
        if case .deduced = shape, let old, let new {
            // A value that turned from an object into something else loses its parts and is modified itself.
            let (before, after) = (settle(shape, old), settle(shape, new))
            if case .deducedMap = before, case .deducedMap = after {} else if case .deducedMap = before {
                let parts = differenceSettled(old, nil, before).inside
                let (mark, inside) = differenceSettled(old, new, after)
                var all = inside
                all.removed.formUnion(parts.removed)
                return (mark, all)
            }
        }
        return differenceSettled(old, new, settle(shape, new ?? old))
    }

    private func differenceSettled(_ old: JSONValue?, _ new: JSONValue?, _ shape: Shape) -> Difference {
        let isWhole: Bool
        switch shape {
        case .list, .opaqueList:
            isWhole = shape.isAtomic || (old?.array ?? []).isEmpty && (new?.array ?? []).isEmpty
        case .message, .map, .deducedMap:
            isWhole = shape.isAtomic || (old?.object ?? [:]).isEmpty && (new?.object ?? [:]).isEmpty
        default: isWhole = true
        }
        if isWhole {
            guard let old else { return (.added, Comparison()) }
            guard let new else { return (.removed, Comparison()) }
            return (old.isSame(as: new) ? nil : .modified, Comparison())
        }
        let inside: Comparison
        if case .list(let type, let keys) = shape {
            inside = elements(old?.array ?? [], new?.array ?? [], type, keys)
        } else {
            inside = members(old?.object ?? [:], new?.object ?? [:], shape)
        }
        return (old == nil ? .added : new == nil ? .removed : nil, inside)
    }

    private func members(_ old: [String: JSONValue], _ new: [String: JSONValue], _ shape: Shape) -> Comparison {
        var result = Comparison()
        func visit(_ name: String) {
            let (mark, inside) = difference(old[name], new[name], member(name, of: shape).shape)
            result.mark(mark, .field(name))
            result.add(inside, below: .field(name))
        }
        for name in old.keys { visit(name) }
        for name in new.keys where old[name] == nil { visit(name) }
        return result
    }

    private func elements(_ old: [JSONValue], _ new: [JSONValue], _ type: FieldType, _ keys: ListType) -> Comparison {
        var result = Comparison()
        let shape = shape(of: type)
        let (old, new) = (index(old, type, keys).elements, index(new, type, keys).elements)
        func visit(_ step: PathElement) {
            let (before, after) = (old[step] ?? [], new[step] ?? [])
            // Elements that are there more than once are compared together, and have no parts.
            switch (before.count > 1, after.count > 1) {
            case (false, false):
                let (mark, inside) = difference(before.first, after.first, shape)
                result.mark(mark, step)
                result.add(inside, below: step)
            case (true, true):
                if !JSONValue.array(before).isSame(as: .array(after)) { result.mark(.modified, step) }
            case (true, false):
                if let element = after.first { result.add(difference(nil, element, shape).inside, below: step) }
                result.mark(.removed, step)
            case (false, true):
                if let element = before.first { result.add(difference(element, nil, shape).inside, below: step) }
                result.mark(.added, step)
            }
        }
        for step in old.keys { visit(step) }
        for step in new.keys where old[step] == nil { visit(step) }
        return result
    }
}

extension JSONValue {
    /// The same to the API: 1 and 1.0 are one number, and null is like nothing.
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): return Double(a) == b
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            for (name, value) in a {
                if let theirs = b[name] {
                    if !value.isSame(as: theirs) { return false }
                } else if value != .null {
                    return false
                }
            }
            return b.allSatisfy { $0.value == .null || a[$0.key] != nil }
        default: return self == other
        }
    }
}
