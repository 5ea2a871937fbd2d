import Foundation
import Kube

/// Both sides of a binding, as they should be (upstream `GetBindVolumeToClaim` and the `bind` of its controller). What the
/// author of either side asked for is told from what we chose by the annotation `bound-by-controller`.
func bind(
    _ claim: PersistentVolumeClaim, _ volume: PersistentVolume, now: Date
) -> (claim: PersistentVolumeClaim, volume: PersistentVolume) {
    var (claim, volume) = (claim, volume)
    if !volume.isFor(claim) { volume.metadata.annotate(StorageAnnotation.boundByController, "yes") }
    if volume.spec.claimRef?.uid != claim.uid { volume.spec.claimRef = ObjectReference(to: claim) }
    volume.setPhase("Bound", at: now)
    if claim.spec.volumeName != volume.name {
        claim.spec.volumeName = volume.name
        claim.metadata.annotate(StorageAnnotation.boundByController, "yes")
    }
    claim.metadata.annotate(StorageAnnotation.bindCompleted, "yes")
    var status = claim.status ?? PersistentVolumeClaimStatus()
    status.phase = "Bound"
    status.accessModes = volume.spec.accessModes
    status.capacity = volume.spec.capacity
    claim.status = status
    return (claim, volume)
}

/// The volume for which a directory is made, bound to its claim from the beginning.
func makeVolume(
    for claim: PersistentVolumeClaim, of storageClass: StorageClass, directory: String, now: Date
) -> PersistentVolume {
    var spec = PersistentVolumeSpec()
    spec.capacity = ["storage": claim.requestedStorage]
    // A directory that went away is an error, not an empty one in its place.
    spec.hostPath = HostPathVolumeSource(path: directory, type: "Directory")
    spec.accessModes = claim.spec.accessModes
    spec.claimRef = ObjectReference(to: claim)
    spec.persistentVolumeReclaimPolicy = storageClass.reclaimPolicy ?? "Delete"
    spec.storageClassName = storageClass.name
    spec.volumeMode = "Filesystem"
    var volume = PersistentVolume(metadata: ObjectMeta(name: claim.volumeToMake), spec: spec)
    volume.metadata.annotate(StorageAnnotation.provisionedBy, StorageClass.hostDirectory)
    volume.metadata.finalizers = [PersistentVolume.protectionFinalizer, PersistentVolume.deletionFinalizer]
    volume.setPhase("Bound", at: now)
    return volume
}

extension PersistentVolumeClaim {
    /// The name of the volume that is made for it, and of its directory.
    var volumeToMake: String { "pvc-\(uid)" }
}

extension PersistentVolume {
    /// Its directory was made by this daemon for a claim, so this daemon may remove it.
    var isOurs: Bool { metadata.annotations?[StorageAnnotation.provisionedBy] == StorageClass.hostDirectory }

    mutating func setPhase(_ phase: String, message: String? = nil, at now: Date) {
        if status == nil { status = PersistentVolumeStatus() }
        if status?.phase != phase { status?.lastPhaseTransitionTime = Timestamp(now) }
        status?.phase = phase
        status?.message = message
    }
}

extension ObjectMeta {
    mutating func annotate(_ name: String, _ value: String) {
        if annotations?[name] == nil { annotations = (annotations ?? [:]).merging([name: value]) { old, _ in old } }
    }

    mutating func removeFinalizer(_ name: String) {
        finalizers?.removeAll { $0 == name }
        if finalizers?.isEmpty == true { finalizers = nil }
    }
}
