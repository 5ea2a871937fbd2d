public struct Namespace: Resource {
    public static let type = ResourceType(
        kind: "Namespace", plural: "namespaces", singular: "namespace", shortNames: ["ns"], isNamespaced: false)

    public var apiVersion: String? = Namespace.type.apiVersion
    public var kind: String? = Namespace.type.kind
    public var metadata: ObjectMeta
    public var spec: NamespaceSpec?
    public var status: NamespaceStatus?

    public init(metadata: ObjectMeta) { self.metadata = metadata }
}

public struct NamespaceSpec: Codable, Hashable, Sendable {
    public var finalizers: [String]?

    public init(finalizers: [String]? = nil) { self.finalizers = finalizers }
}

public struct NamespaceStatus: Codable, Hashable, Sendable {
    /// `Active` or `Terminating`.
    public var phase: String?
    public var conditions: [JSONValue]?

    public init(phase: String? = nil) { self.phase = phase }
}
