import Kube

/// Which labels or annotations to set and to take away, as `key=value` and `key-` say it.
struct MetadataChange: Equatable, Sendable {
    enum Member: String, Sendable { case labels, annotations }

    let member: Member
    var added: [String: String] = [:]
    var removed: [String] = []

    /// Splits arguments into what names objects and what changes them: the changes come last.
    static func split(_ arguments: [String], _ member: Member) throws -> (resources: [String], change: MetadataChange) {
        func isChange(_ text: String) -> Bool {
            (text.contains("=") && !text.hasPrefix("=")) || (text.hasSuffix("-") && text != "-" && !text.contains("/-"))
        }
        let first = arguments.firstIndex(where: isChange) ?? arguments.endIndex
        let word = member == .labels ? "label" : "annotation"
        if let late = arguments[first...].first(where: { !isChange($0) }) {
            throw Failure("all resources must be specified before \(word) changes: \(late)")
        }
        return (Array(arguments[..<first]), try MetadataChange(Array(arguments[first...]), member))
    }

    init(_ specifications: [String], _ member: Member) throws {
        self.member = member
        for text in specifications {
            guard text.contains("=") else {
                removed.append(String(text.dropLast()))
                continue
            }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if member == .labels, parts[1].contains("=") { throw Failure("invalid label spec: \(text)") }
            added[parts[0]] = parts[1]
        }
        let both = removed.filter { added[$0] != nil }
        guard both.isEmpty else {
            throw Failure(
                member == .labels
                    ? "can not both modify and remove a label in the same command"
                    : "can not both modify and remove the following annotation(s) in the same command: "
                        + both.joined(separator: ", "))
        }
    }

    var isEmpty: Bool { added.isEmpty && removed.isEmpty }

    /// What the object has now.
    func current(_ object: JSONValue) -> [String: String] {
        (object.at("metadata", member.rawValue)?.object ?? [:]).compactMapValues(\.string)
    }

    /// Refuses to change values that are there.
    func refuseOverwrites(in object: JSONValue) throws {
        let current = current(object)
        let taken = added.sorted { $0.key < $1.key }.compactMap { key, value in
            current[key].flatMap { $0 == value ? nil : "'\(key)' already has a value (\($0))" }
        }
        guard !taken.isEmpty else { return }
        switch member {
        case .labels:
            let refusals = taken.map { "\($0), and --overwrite is false" }
            throw Failure(refusals.count == 1 ? refusals[0] : "[\(refusals.joined(separator: ", "))]")
        case .annotations:
            throw Failure(
                "--overwrite is false but found the following declared annotation(s): "
                    + taken.joined(separator: "; "))
        }
    }

    /// The merge patch that makes it so; nil when there is nothing to do.
    func patch(for object: JSONValue, resourceVersion: String?) -> JSONValue? {
        let current = current(object)
        var members: [String: JSONValue] = [:]
        for (key, value) in added where current[key] != value { members[key] = .string(value) }
        for key in removed where current[key] != nil { members[key] = .null }
        guard !members.isEmpty else { return .none }
        var metadata: [String: JSONValue] = [member.rawValue: .object(members)]
        if let resourceVersion { metadata["resourceVersion"] = .string(resourceVersion) }
        return .object(["metadata": .object(metadata)])
    }

    /// The word for what was done to an object.
    func outcome(for object: JSONValue) -> String {
        guard member == .labels else { return "annotated" }
        let current = current(object)
        let isAdded = added.contains { current[$0.key] != $0.value }
        let isRemoved = removed.contains { current[$0] != nil }
        return switch (isAdded, isRemoved) {
        case (true, true): "modified"
        case (true, false): "labeled"
        case (false, true): "unlabeled"
        case (false, false): "not labeled"
        }
    }
}
