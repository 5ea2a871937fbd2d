extension PersistentVolumeClaim: Strategic {
    public mutating func applyDefaults() {
        if spec.volumeMode == nil { spec.volumeMode = "Filesystem" }
        if status?.phase == nil { status = status ?? PersistentVolumeClaimStatus() }
        if status?.phase ?? "" == "" { status?.phase = "Pending" }
    }

    /// The finalizer is upstream's `StorageObjectInUseProtection` admission.
    public mutating func prepareForCreate() {
        status = PersistentVolumeClaimStatus(phase: "Pending")
        metadata.addFinalizer(Self.protectionFinalizer)
    }

    public mutating func prepareForUpdate(old: PersistentVolumeClaim) { status = old.status }

    public mutating func prepareForStatusUpdate(old: PersistentVolumeClaim) { spec = old.spec }

    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + spec.validate("spec")
    }

    /// Upstream's `ValidatePersistentVolumeClaimUpdate`: a volume is chosen once, and a bound claim may ask for more.
    public func validateUpdate(old: PersistentVolumeClaim) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata) + spec.validate("spec")
        var (new, before) = (spec, old.spec)
        if before.volumeName ?? "" == "" { before.volumeName = new.volumeName }
        if status?.phase == "Bound", new.resources?.requests != nil {
            new.resources?.requests?["storage"] = before.resources?.requests?["storage"]
        }
        let annotation = StorageAnnotation.betaClass
        if metadata.annotations?[annotation] != old.metadata.annotations?[annotation] {
            errors.append(
                .invalid(
                    FieldPath("metadata.annotations")[key: annotation],
                    .string(metadata.annotations?[annotation] ?? ""), "field is immutable"))
        }
        if new.storageClassName != nil, before.storageClassName == nil, old.metadata.annotations?[annotation] == nil {
            before.storageClassName = new.storageClassName
        }
        if new.normalized != before.normalized {
            errors.append(
                .forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
                ))
        }
        if requestedStorage < old.requestedStorage, requestedStorage <= status?.capacity?["storage"] ?? .zero {
            errors.append(
                .forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"))
        }
        return errors + Rules.immutable(spec.volumeMode, old.spec.volumeMode, "volumeMode")
    }

    public func validateStatusUpdate(old: PersistentVolumeClaim) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata)
    }
}

extension PersistentVolumeClaimSpec {
    /// Nothing and the empty text are the same to upstream's types.
    fileprivate var normalized: PersistentVolumeClaimSpec {
        var spec = self
        if spec.volumeName == "" { spec.volumeName = nil }
        if spec.resources == VolumeResourceRequirements() { spec.resources = nil }
        return spec
    }

    static let accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
    static let volumeModes = ["Block", "Filesystem"]

    static let support = SupportTable<PersistentVolumeClaimSpec>([
        .supported("accessModes"), .supported("selector"), .supported("resources"), .supported("volumeName"),
        .supported("storageClassName"),
        .refused("volumeMode", "block volumes are not supported by stint") { $0.volumeMode == "Block" },
        .refused("dataSource") { $0.dataSource != nil }, .refused("dataSourceRef") { $0.dataSourceRef != nil },
        .refused("volumeAttributesClassName", "stint has no drivers, so it has no attributes of them") {
            $0.volumeAttributesClassName ?? "" != ""
        },
    ])

    /// Upstream's `ValidatePersistentVolumeClaimSpec`.
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if (accessModes ?? []).isEmpty {
            errors.append(.required(path / "accessModes", "at least 1 access mode is required"))
        }
        errors += selector?.validate(path / "selector") ?? []
        errors += Self.validate(accessModes, path / "accessModes")
        let storage = (path / "resources")[key: "storage"]
        if let request = resources?.requests?["storage"] {
            if request <= .zero { errors.append(.invalid(storage, .string(request.text), "must be greater than zero")) }
        } else {
            errors.append(.required(storage))
        }
        if let name = storageClassName, !name.isEmpty {
            errors += Names.problemsOfSubdomain(name).map { .invalid(path / "storageClassName", .string(name), $0) }
        }
        errors += Rules.oneOf(volumeMode, Self.volumeModes, path / "volumeMode")
        return errors + Self.support.errors(in: self, path)
    }

    /// Of claims and of volumes.
    static func validate(_ modes: [String]?, _ path: FieldPath) -> [FieldError] {
        let modes = modes ?? []
        var errors = modes.flatMap { Rules.oneOf($0, Self.accessModes, path) }
        let known = modes.filter(Self.accessModes.contains)
        if known.contains("ReadWriteOncePod"), known.contains(where: { $0 != "ReadWriteOncePod" }) {
            errors.append(.forbidden(path, "may not use ReadWriteOncePod with other access modes"))
        }
        return errors
    }
}

extension ObjectMeta {
    /// Once.
    mutating func addFinalizer(_ name: String) {
        if finalizers?.contains(name) != true { finalizers = (finalizers ?? []) + [name] }
    }
}
