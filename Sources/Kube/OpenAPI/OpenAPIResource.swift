/// One resource as the documents describe it.
public struct OpenAPIResource: Sendable {
    public var type: ResourceType
    /// Of `get list watch create update patch delete deletecollection`.
    public var verbs: Set<String>
    public var subresources: [OpenAPISubresource]

    public init(type: ResourceType, verbs: Set<String>, subresources: [OpenAPISubresource] = []) {
        self.type = type
        self.verbs = verbs
        self.subresources = subresources
    }
}

/// What stands behind an object's own path: `status`, `log`, `eviction`, `exec`.
public struct OpenAPISubresource: Sendable {
    public var name: String
    public var verbs: Set<String>
    /// What it takes and answers; nil is the resource's own kind.
    public var kind: OpenAPIKind?
    /// It answers with plain text, not with an object.
    public var answersText: Bool
    /// Of its own, in the query.
    public var parameters: [OpenAPIParameter]

    public init(
        name: String, verbs: Set<String>, kind: OpenAPIKind? = nil, answersText: Bool = false,
        parameters: [OpenAPIParameter] = []
    ) {
        self.name = name
        self.verbs = verbs
        self.kind = kind
        self.answersText = answersText
        self.parameters = parameters
    }
}

public struct OpenAPIKind: Hashable, Sendable {
    public var group: String
    public var version: String
    public var kind: String

    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    init(_ type: ResourceType) { self.init(group: type.group, version: type.version, kind: type.kind) }

    var json: JSONValue {
        ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }

    /// `/apis/batch/v1`, `/api/v1`
    var path: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }

    /// `BatchV1`, `CoreV1`: how operations are named. What ends in `.k8s.io` goes without.
    var operationName: String {
        let name = group.isEmpty ? "core" : group.hasSuffix(".k8s.io") ? String(group.dropLast(7)) : group
        return name.split(separator: ".").map { String($0).capitalizedFirst }.joined() + version.capitalizedFirst
    }

    /// `batch_v1`
    var tag: String {
        let name = group.isEmpty ? "core" : group.hasSuffix(".k8s.io") ? String(group.dropLast(7)) : group
        let words = name.split(separator: ".").map(String.init)
        return (words.prefix(1) + words.dropFirst().map(\.capitalizedFirst)).joined() + "_\(version)"
    }
}

extension String {
    /// `status` is `Status`.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

/// One parameter of a query.
public struct OpenAPIParameter: Hashable, Sendable {
    public enum ValueType: String, Sendable { case string, integer, boolean }

    public var name: String
    public var type: ValueType
    public var description: String

    public init(_ name: String, _ type: ValueType = .string, _ description: String) {
        self.name = name
        self.type = type
        self.description = description
    }
}
