/// A ConfigMap (v1): settings, by key.
public struct ConfigMap: Resource {
    public static let type = ResourceType(
        kind: "ConfigMap", plural: "configmaps", singular: "configmap", shortNames: ["cm"])

    public var apiVersion: String? = ConfigMap.type.apiVersion
    public var kind: String? = ConfigMap.type.kind
    public var metadata: ObjectMeta
    public var immutable: Bool?
    public var data: [String: String]?
    public var binaryData: [String: Base64Bytes]?

    public init(metadata: ObjectMeta, data: [String: String]? = nil) {
        self.metadata = metadata
        self.data = data
    }
}

extension ConfigMap: Strategic {
    /// What the values of one ConfigMap or Secret may have together (upstream `MaxSecretSize`).
    static let maximumBytes = 1 << 20

    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + validateData()
    }

    public func validateUpdate(old: ConfigMap) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata)
        if old.immutable == true {
            let detail = "field is immutable when `immutable` is set"
            if immutable != true { errors.append(.forbidden("immutable", detail)) }
            if data ?? [:] != old.data ?? [:] { errors.append(.forbidden("data", detail)) }
            if binaryData ?? [:] != old.binaryData ?? [:] { errors.append(.forbidden("binaryData", detail)) }
        }
        return errors + validateData()
    }

    private func validateData() -> [FieldError] {
        var errors: [FieldError] = []
        for key in (data ?? [:]).keys.sorted() {
            let path = FieldPath("data")[key: key]
            errors += Names.problemsOfConfigKey(key).map { .invalid(path, .string(key), $0) }
            if binaryData?[key] != nil {
                errors.append(.invalid(path, .string(key), "duplicate of key present in binaryData"))
            }
        }
        for key in (binaryData ?? [:]).keys.sorted() {
            errors += Names.problemsOfConfigKey(key).map {
                .invalid(FieldPath("binaryData")[key: key], .string(key), $0)
            }
        }
        let size =
            (data ?? [:]).values.reduce(0) { $0 + $1.utf8.count }
            + (binaryData ?? [:]).values.reduce(0) { $0 + $1.bytes.count }
        // Upstream's name for the whole object.
        if size > Self.maximumBytes { errors.append(.tooLong("[]", maximum: Self.maximumBytes)) }
        return errors
    }
}
