/// Kubernetes' strategic merge patch (apimachinery `strategicpatch`): a merge patch that knows which lists are sets
/// of named things.
///
/// What it knows is in the schema: it walks the message of the object while it walks the object. Where there is no
/// message (a kind that is not in the tables, the inside of a map) lists are replaced.
///
/// Directives, which are not data: `$patch: replace | delete | merge` in an object or a list element,
/// `$retainKeys` in an object, `$deleteFromPrimitiveList/<name>` and `$setElementOrder/<name>` beside a list.
struct StrategicMerge {
    let schema: Schema

    private static let patch = "$patch"
    private static let retainKeys = "$retainKeys"
    private static let deletePrefix = "$deleteFromPrimitiveList/"
    private static let orderPrefix = "$setElementOrder/"

    func apply(
        _ changes: [String: JSONValue], to members: [String: JSONValue], of message: MessageSchema?
    ) throws(PatchError) -> [String: JSONValue] {
        var changes = changes
        if let directive = changes.removeValue(forKey: Self.patch) {
            switch directive {
            case "replace": return changes
            case "delete": return [:]
            case "merge": break
            default: throw .malformed("Unknown patch type: \(TextTable.text(directive))")
            }
        }
        var members = members
        try retainKeys(&changes, &members)
        let orders = take(prefix: Self.orderPrefix, from: &changes)
        let deletions = take(prefix: Self.deletePrefix, from: &changes)
        for (name, values) in deletions {
            guard let values = values.array else { throw .malformed("\(Self.deletePrefix)\(name) must be a list") }
            guard let old = members[name]?.array else { continue }
            members[name] = .array(old.filter { !values.contains($0) })
        }
        for (name, change) in changes {
            let field = message.flatMap { schema.field(name, of: $0) }
            members[name] = try merged(change, into: members[name], field)
        }
        for (name, order) in orders {
            guard let order = order.array else { throw .malformed("\(Self.orderPrefix)\(name) must be a list") }
            guard let elements = members[name]?.array else { continue }
            let field = message.flatMap { schema.field(name, of: $0) }
            members[name] = .array(sorted(elements, by: order, field?.patch.mergeKey))
        }
        return members
    }

    private func take(prefix: String, from changes: inout [String: JSONValue]) -> [(String, JSONValue)] {
        let names = changes.keys.filter { $0.hasPrefix(prefix) }.sorted()
        return names.compactMap { name in
            changes.removeValue(forKey: name).map { (String(name.dropFirst(prefix.count)), $0) }
        }
    }

    /// Members the patch does not list are dropped; what it changes it must list.
    private func retainKeys(_ changes: inout [String: JSONValue], _ members: inout [String: JSONValue])
        throws(PatchError)
    {
        guard let directive = changes.removeValue(forKey: Self.retainKeys) else { return }
        guard let list = directive.array else { throw .malformed("\(Self.retainKeys) must be a list") }
        let kept = Set(list.compactMap(\.string))
        guard changes.allSatisfy({ kept.contains($0.key) || $0.value == .null || $0.key.hasPrefix("$") }) else {
            throw .malformed("\(Self.retainKeys) list must contains all fields present in the patch")
        }
        members = members.filter { kept.contains($0.key) }
    }

    /// Nil removes.
    private func merged(_ change: JSONValue, into old: JSONValue?, _ field: FieldSchema?) throws(PatchError)
        -> JSONValue?
    {
        let message = field.flatMap { schema.message(in: $0.type) }
        switch change {
        case .null: return nil
        case .object(let changes):
            if changes[Self.patch] == "delete" { return nil }
            return .object(try apply(changes, to: old?.object ?? [:], of: message))
        case .array(let elements):
            guard let field, field.patch.merges else { return .array(try withoutDirectives(elements, message)) }
            if let key = field.patch.mergeKey {
                return .array(try merged(elements, into: old?.array ?? [], by: key, field, message))
            }
            var united = old?.array ?? []
            for element in elements where !united.contains(element) { united.append(element) }
            return .array(united)
        default: return change
        }
    }

    private func merged(
        _ elements: [JSONValue], into old: [JSONValue], by key: String, _ field: FieldSchema, _ message: MessageSchema?
    ) throws(PatchError) -> [JSONValue] {
        // An element that is only `$patch: replace` makes the others the whole list.
        if elements.contains(.object([Self.patch: "replace"])) {
            return try withoutDirectives(elements.filter { $0 != .object([Self.patch: "replace"]) }, message)
        }
        var result = old
        for element in elements {
            guard case .object(let changes) = element else {
                throw .malformed("\(field.name): expected objects in a list that is merged by \(key.goQuoted)")
            }
            guard let name = changes[key], name != .null else {
                throw .malformed("map: \(TextTable.text(element)) does not contain declared merge key: \(key)")
            }
            let index = result.firstIndex { $0[key] == name }
            if changes[Self.patch] == "delete" {
                result.removeAll { $0[key] == name }
            } else {
                let before = index.flatMap { result[$0].object } ?? [:]
                var after = try apply(changes, to: before, of: message)
                after[key] = name
                if let index { result[index] = .object(after) } else { result.append(.object(after)) }
            }
        }
        return result
    }

    /// Elements of a list that is replaced are data through and through.
    private func withoutDirectives(_ elements: [JSONValue], _ message: MessageSchema?) throws(PatchError)
        -> [JSONValue]
    {
        var result: [JSONValue] = []
        for element in elements {
            if case .object(let changes) = element {
                result.append(.object(try apply(changes, to: [:], of: message)))
            } else {
                result.append(element)
            }
        }
        return result
    }

    /// The order the patch asks for; what it does not name keeps its place after the element it followed.
    private func sorted(_ elements: [JSONValue], by order: [JSONValue], _ key: String?) -> [JSONValue] {
        func identity(_ value: JSONValue) -> JSONValue {
            if let key { value[key] ?? .null } else { value }
        }
        let wanted = order.map(identity)
        var result: [JSONValue] = []
        for name in wanted { result += elements.filter { identity($0) == name } }
        for (index, element) in elements.enumerated() where !wanted.contains(identity(element)) {
            let place = elements[..<index].last.flatMap { before in result.firstIndex(of: before).map { $0 + 1 } } ?? 0
            result.insert(element, at: place)
        }
        return result
    }
}
