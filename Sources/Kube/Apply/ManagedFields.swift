/// `metadata.managedFields`, read.
struct ManagedFields: Sendable {
    struct Entry: Hashable, Sendable {
        /// The version in whose terms the fields are named.
        var apiVersion: String
        var fields: FieldSet
        var time: Timestamp?
    }

    struct SyntaxError: Error, Hashable {
        let message: String
    }

    var entries: [ManagerIdentity: Entry] = [:]

    init() {}

    /// From an object's list. Two entries of one manager are one: the last.
    init(_ value: JSONValue?) throws(SyntaxError) {
        guard let value, value != .null else { return }
        guard case .array(let list) = value else { throw SyntaxError(message: "managed fields must be a list") }
        for (index, element) in list.enumerated() {
            let (identity, entry) = try Self.read(element, index)
            entries[identity] = entry
        }
    }

    private static func read(_ value: JSONValue, _ index: Int) throws(SyntaxError) -> (ManagerIdentity, Entry) {
        guard let operation = ManagerIdentity.Operation(rawValue: value["operation"]?.string ?? "") else {
            throw SyntaxError(message: "operation must be `Apply` or `Update`")
        }
        let apiVersion = value["apiVersion"]?.string ?? ""
        if apiVersion.isEmpty { throw SyntaxError(message: "apiVersion must not be empty") }
        switch value["fieldsType"]?.string ?? "" {
        case "FieldsV1": break
        case "": throw SyntaxError(message: "missing fieldsType in managed fields entry \(index)")
        case let other:
            throw SyntaxError(message: "invalid fieldsType \(other.goQuoted) in managed fields entry \(index)")
        }
        let fields: FieldSet
        do {
            fields = try FieldSet(fieldsV1: value["fieldsV1"] ?? .null)
        } catch {
            throw SyntaxError(message: "error decoding set: \(error)")
        }
        var time: Timestamp?
        if let text = value["time"], text != .null {
            guard let date = text.string.flatMap(RFC3339.parse) else {
                throw SyntaxError(message: "error decoding time: \(text.goText)")
            }
            time = Timestamp(date)
        }
        let identity = ManagerIdentity(
            manager: value["manager"]?.string ?? "", operation: operation, apiVersion: apiVersion,
            subresource: value["subresource"]?.string ?? "")
        return (identity, Entry(apiVersion: apiVersion, fields: fields, time: time))
    }

    /// A client that sends an empty list, or a list of one empty entry, wants to start over.
    static func isReset(_ value: JSONValue?) -> Bool {
        guard case .array(let list) = value else { return false }
        if list.isEmpty { return true }
        guard list.count == 1, case .object(let members) = list[0] else { return false }
        return members.values.allSatisfy { $0 == .null || $0 == "" }
    }

    /// Appliers first, then by age. Nil when there is nobody.
    var list: [JSONValue]? {
        if entries.isEmpty { return nil }
        return entries.sorted { a, b in
            if a.key.operation != b.key.operation { return a.key.operation == .apply }
            let times = (a.value.seconds, b.value.seconds)
            if times.0 != times.1 { return times.0 < times.1 }
            let a = [a.key.manager, a.value.apiVersion, a.key.subresource]
            let b = [b.key.manager, b.value.apiVersion, b.key.subresource]
            return JSONValue.order(a, b, by: JSONValue.order) < 0
        }.map(Self.tree)
    }

    private static func tree(_ identity: ManagerIdentity, _ entry: Entry) -> JSONValue {
        var members: [String: JSONValue] = [
            "operation": .string(identity.operation.rawValue), "apiVersion": .string(entry.apiVersion),
            "fieldsType": "FieldsV1", "fieldsV1": entry.fields.fieldsV1,
        ]
        if !identity.manager.isEmpty { members["manager"] = .string(identity.manager) }
        if !identity.subresource.isEmpty { members["subresource"] = .string(identity.subresource) }
        if let time = entry.time { members["time"] = .string(RFC3339.format(time.date, fractionDigits: 0)) }
        return .object(members)
    }
}
