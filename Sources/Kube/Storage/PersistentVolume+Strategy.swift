import Foundation

extension PersistentVolume: Strategic {
    /// Upstream's `SetDefaults_PersistentVolume`.
    public mutating func applyDefaults() {
        if spec.persistentVolumeReclaimPolicy ?? "" == "" { spec.persistentVolumeReclaimPolicy = "Retain" }
        if spec.volumeMode == nil { spec.volumeMode = "Filesystem" }
        if spec.hostPath != nil, spec.hostPath?.type == nil { spec.hostPath?.type = "" }
        if status == nil { status = PersistentVolumeStatus() }
        if status?.phase ?? "" == "" { status?.phase = "Pending" }
    }

    /// The finalizer is upstream's `StorageObjectInUseProtection` admission.
    public mutating func prepareForCreate() {
        status = PersistentVolumeStatus(phase: "Pending", at: metadata.creationTimestamp)
        metadata.addFinalizer(Self.protectionFinalizer)
    }

    public mutating func prepareForUpdate(old: PersistentVolume) { status = old.status }

    public mutating func prepareForStatusUpdate(old: PersistentVolume) { spec = old.spec }

    public func validate() -> [FieldError] {
        metadata.validate(isNamespaced: false, checkName: Names.problemsOfSubdomain) + spec.validate("spec")
    }

    /// Upstream's `ValidatePersistentVolumeUpdate`.
    public func validateUpdate(old: PersistentVolume) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata) + spec.validate("spec")
        if spec.hostPath != old.spec.hostPath || spec.local != old.spec.local {
            errors.append(
                .forbidden(
                    "spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation"))
        }
        errors += Rules.immutable(spec.volumeMode, old.spec.volumeMode, "volumeMode")
        // One that had none may get one.
        if old.spec.nodeAffinity != nil {
            errors += Rules.immutable(spec.nodeAffinity, old.spec.nodeAffinity, "nodeAffinity")
        }
        return errors
    }

    public func validateStatusUpdate(old: PersistentVolume) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata)
    }
}
