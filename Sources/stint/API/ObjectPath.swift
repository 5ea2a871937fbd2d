import Kube

/// Where objects of a kind, and one object of it, live in the API.
struct ObjectPath: Hashable, Sendable {
    let type: ResourceType
    /// Nil for kinds without namespaces, and for a list over all namespaces.
    let namespace: String?

    init(_ type: ResourceType, namespace: String?) {
        self.type = type
        self.namespace = type.isNamespaced ? namespace : nil
    }

    var list: String {
        let root = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
        let scope = namespace.map { "/namespaces/\(escaped($0))" } ?? ""
        return "\(root)\(scope)/\(type.plural)"
    }

    func object(_ name: String, subresource: String? = nil) -> String {
        "\(list)/\(escaped(name))" + (subresource.map { "/\($0)" } ?? "")
    }
}

/// One object that the user named.
struct NamedObject: Hashable, Sendable {
    let type: ResourceType
    let namespace: String?
    let name: String

    init(_ type: ResourceType, namespace: String?, name: String) {
        self.type = type
        self.namespace = type.isNamespaced ? namespace : nil
        self.name = name
    }

    var path: String { path(of: nil) }

    func path(of subresource: String?) -> String {
        ObjectPath(type, namespace: namespace).object(name, subresource: subresource)
    }

    /// `job.batch/hello`, `pod/hello-x`: how verbs print what they did.
    var printed: String { "\(type.printedKind)/\(name)" }
}

extension ResourceType {
    /// `job.batch`, `pod`.
    var printedKind: String { group.isEmpty ? kind.lowercased() : "\(kind.lowercased()).\(group)" }
}
