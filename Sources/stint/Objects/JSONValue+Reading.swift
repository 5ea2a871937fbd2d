import Kube

/// Reading and changing JSON of kinds the client does not know.
extension JSONValue {
    /// The value at a path of member names, nil when a step is missing.
    func at(_ path: String...) -> JSONValue? { at(path) }

    func at(_ path: [String]) -> JSONValue? {
        var value = self
        for name in path {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }

    /// Sets the value at a path, making objects on the way; nil removes it.
    mutating func set(_ path: String..., to value: JSONValue?) { set(path[...], to: value) }

    private mutating func set(_ path: ArraySlice<String>, to value: JSONValue?) {
        guard let name = path.first else { return }
        var members = object ?? [:]
        if path.count == 1 {
            members[name] = value
        } else {
            var inner = members[name] ?? .object([:])
            inner.set(path.dropFirst(), to: value)
            members[name] = inner
        }
        self = .object(members)
    }

    var objectName: String { at("metadata", "name")?.string ?? "" }
    var objectNamespace: String? { at("metadata", "namespace")?.string }
    var objectUID: String? { at("metadata", "uid")?.string }
    var resourceVersion: String? { at("metadata", "resourceVersion")?.string }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? endIndex
        return start < end ? String(self[start..<end]) : ""
    }
}
