/// A Secret (v1): values that are shown to nobody who does not ask for them.
public struct Secret: Resource {
    public static let type = ResourceType(kind: "Secret", plural: "secrets", singular: "secret")

    public var apiVersion: String? = Secret.type.apiVersion
    public var kind: String? = Secret.type.kind
    public var metadata: ObjectMeta
    public var immutable: Bool?
    public var data: [String: Base64Bytes]?
    /// Only written: it becomes part of `data`, and is never read back.
    public var stringData: [String: String]?
    /// `Opaque`, or a type that requires certain keys.
    public var type: String?

    public init(metadata: ObjectMeta, data: [String: Base64Bytes]? = nil, type: String? = nil) {
        self.metadata = metadata
        self.data = data
        self.type = type
    }
}

/// Whoever prints a Secret, or anything that has one inside, prints its name.
extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "Secret \(key)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["key": key.description]) }
}

extension Secret {
    public static let opaque = "Opaque"
    static let serviceAccountToken = "kubernetes.io/service-account-token"
    static let serviceAccountName = "kubernetes.io/service-account.name"
    static let basicAuth = "kubernetes.io/basic-auth"
    static let sshAuth = "kubernetes.io/ssh-auth"
    static let tls = "kubernetes.io/tls"
    /// The two types whose value is a JSON document, and the key it is under.
    static let documents = [
        "kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    ]
}
