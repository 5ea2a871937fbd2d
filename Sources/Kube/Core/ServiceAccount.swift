/// A ServiceAccount (v1): who a pod is. Pods get no credentials of theirs here.
public struct ServiceAccount: Resource {
    public static let type = ResourceType(
        kind: "ServiceAccount", plural: "serviceaccounts", singular: "serviceaccount", shortNames: ["sa"])

    public var apiVersion: String? = ServiceAccount.type.apiVersion
    public var kind: String? = ServiceAccount.type.kind
    public var metadata: ObjectMeta
    public var secrets: [ObjectReference]?
    public var imagePullSecrets: [LocalObjectReference]?
    public var automountServiceAccountToken: Bool?

    public init(metadata: ObjectMeta) { self.metadata = metadata }
}

/// The name of an object in the same namespace.
public struct LocalObjectReference: Codable, Hashable, Sendable {
    public var name: String?

    public init(name: String? = nil) { self.name = name }
}

extension ServiceAccount: Strategic {
    public func validate() -> [FieldError] { metadata.validate(checkName: Names.problemsOfSubdomain) }

    public func validateUpdate(old: ServiceAccount) -> [FieldError] { metadata.validateUpdate(old: old.metadata) }
}
