/// A StorageClass (storage.k8s.io/v1): a sort of storage, and who makes volumes of it.
public struct StorageClass: Resource {
    public static let type = ResourceType(
        group: "storage.k8s.io", kind: "StorageClass", plural: "storageclasses", singular: "storageclass",
        shortNames: ["sc"], isNamespaced: false)
    /// Who makes directories of this host for claims.
    public static let hostDirectory = "stint.dev/host-directory"

    public var apiVersion: String? = StorageClass.type.apiVersion
    public var kind: String? = StorageClass.type.kind
    public var metadata: ObjectMeta
    public var provisioner: String
    public var parameters: [String: String]?
    public var reclaimPolicy: String?
    public var mountOptions: [String]?
    public var allowVolumeExpansion: Bool?
    /// `Immediate` or `WaitForFirstConsumer`.
    public var volumeBindingMode: String?
    public var allowedTopologies: [JSONValue]?

    public init(metadata: ObjectMeta, provisioner: String) {
        self.metadata = metadata
        self.provisioner = provisioner
    }

    public var isDefault: Bool {
        let annotations = metadata.annotations ?? [:]
        return annotations[StorageAnnotation.isDefaultClass] == "true"
            || annotations[StorageAnnotation.isBetaDefaultClass] == "true"
    }

    public var waitsForConsumer: Bool { volumeBindingMode == "WaitForFirstConsumer" }

    /// Of several default classes the newest counts, and of those the first by name (upstream `GetDefaultClass`).
    public static func defaultClass(of classes: some Sequence<StorageClass>) -> StorageClass? {
        classes.filter(\.isDefault).min {
            let (a, b) = ($0.metadata.creationTimestamp?.date, $1.metadata.creationTimestamp?.date)
            guard let a, let b, a != b else { return $0.name < $1.name }
            return a > b
        }
    }
}

extension StorageClass: Strategic {
    public mutating func applyDefaults() {
        if reclaimPolicy ?? "" == "" { reclaimPolicy = "Delete" }
        if volumeBindingMode ?? "" == "" { volumeBindingMode = "Immediate" }
    }

    public func validate() -> [FieldError] {
        var errors = metadata.validate(isNamespaced: false, checkName: Names.problemsOfSubdomain)
        if provisioner.isEmpty {
            errors.append(.required("provisioner"))
        } else {
            errors += Names.problemsOfQualifiedName(provisioner.lowercased()).map {
                .invalid("provisioner", .string(provisioner), $0)
            }
        }
        errors += validateParameters()
        errors += Rules.oneOf(reclaimPolicy, ["Delete", "Retain"], "reclaimPolicy")
        errors += Rules.oneOf(volumeBindingMode, ["Immediate", "WaitForFirstConsumer"], "volumeBindingMode")
        guard provisioner == Self.hostDirectory else { return errors }
        if parameters?.isEmpty == false {
            errors.append(.forbidden("parameters", "\(provisioner) has no parameters"))
        }
        if mountOptions?.isEmpty == false {
            errors.append(.forbidden("mountOptions", "the volumes of \(provisioner) have no mount options"))
        }
        return errors
    }

    private static let parameterCount = 512
    private static let parameterBytes = 256 << 10

    private func validateParameters() -> [FieldError] {
        let parameters = parameters ?? [:]
        if parameters.count > Self.parameterCount { return [.tooLong("parameters", maximum: Self.parameterCount)] }
        var errors: [FieldError] = []
        if parameters[""] != nil { errors.append(.invalid("parameters", "", "field can not be empty.")) }
        if parameters.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) > Self.parameterBytes {
            errors.append(.tooLong("parameters", maximum: Self.parameterBytes))
        }
        return errors
    }

    /// Upstream's `ValidateStorageClassUpdate`: claims rely on what was said when they were made.
    public func validateUpdate(old: StorageClass) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata)
        if parameters ?? [:] != old.parameters ?? [:] {
            errors.append(.forbidden("parameters", "updates to parameters are forbidden."))
        }
        if provisioner != old.provisioner {
            errors.append(.forbidden("provisioner", "updates to provisioner are forbidden."))
        }
        if reclaimPolicy != old.reclaimPolicy {
            errors.append(.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."))
        }
        return errors + Rules.immutable(volumeBindingMode, old.volumeBindingMode, "volumeBindingMode")
    }

    public func warnings(old: StorageClass?) -> [String] {
        allowedTopologies?.isEmpty == false ? ["allowedTopologies: ignored: there is one host to choose"] : []
    }
}
