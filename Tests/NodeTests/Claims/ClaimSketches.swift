import Foundation
import Kube
import Testing

@testable import Node

/// A sentence that is true, and the facts it is about.
struct ClaimRow<Input: Sendable, Expected: Sendable>: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: Input
    let expected: Expected

    init(_ sentence: String, _ input: Input, _ expected: Expected) {
        testDescription = sentence
        self.input = input
        self.expected = expected
    }
}

/// A claim for 1Gi of the class `fast`, as a client makes it.
func makeClaim(
    _ name: String = "c", _ size: String = "1Gi", className: String? = "fast",
    _ change: (inout PersistentVolumeClaim) -> Void = { _ in }
) -> PersistentVolumeClaim {
    var spec = PersistentVolumeClaimSpec()
    spec.accessModes = ["ReadWriteOnce"]
    spec.resources = VolumeResourceRequirements(requests: ["storage": Quantity(size)!])
    spec.storageClassName = className
    spec.volumeMode = "Filesystem"
    var claim = PersistentVolumeClaim(metadata: ObjectMeta(name: name, namespace: "default"), spec: spec)
    claim.metadata.uid = "uid-\(name)"
    claim.metadata.finalizers = [PersistentVolumeClaim.protectionFinalizer]
    claim.status = PersistentVolumeClaimStatus(phase: "Pending")
    change(&claim)
    return claim
}

/// A volume of 1Gi of the class `fast` that nobody claims.
func makeVolume(
    _ name: String = "v", _ size: String = "1Gi", className: String = "fast",
    _ change: (inout PersistentVolume) -> Void = { _ in }
) -> PersistentVolume {
    var spec = PersistentVolumeSpec()
    spec.capacity = ["storage": Quantity(size)!]
    spec.accessModes = ["ReadWriteOnce"]
    spec.hostPath = HostPathVolumeSource(path: "/data/\(name)", type: "")
    spec.persistentVolumeReclaimPolicy = "Retain"
    spec.storageClassName = className
    spec.volumeMode = "Filesystem"
    var volume = PersistentVolume(metadata: ObjectMeta(name: name), spec: spec)
    volume.metadata.finalizers = [PersistentVolume.protectionFinalizer]
    volume.status = PersistentVolumeStatus(phase: "Available", at: Timestamp(noon))
    change(&volume)
    return volume
}

func makeClass(_ name: String = "fast", provisioner: String = StorageClass.hostDirectory, waits: Bool = false)
    -> StorageClass
{
    var storageClass = StorageClass(metadata: ObjectMeta(name: name), provisioner: provisioner)
    storageClass.applyDefaults()
    if waits { storageClass.volumeBindingMode = "WaitForFirstConsumer" }
    return storageClass
}

extension PersistentVolume {
    /// Kept for a claim by its author, or bound to it when it has the uid.
    mutating func keep(for name: String, uid: String? = nil) {
        var reference = ObjectReference()
        (reference.kind, reference.namespace, reference.name, reference.uid) = (
            "PersistentVolumeClaim", "default", name, uid
        )
        spec.claimRef = reference
    }

    /// As the provisioner makes them.
    mutating func makeOurs() {
        metadata.annotations = [StorageAnnotation.provisionedBy: StorageClass.hostDirectory]
        metadata.finalizers = [PersistentVolume.protectionFinalizer, PersistentVolume.deletionFinalizer]
        spec.persistentVolumeReclaimPolicy = "Delete"
    }

    mutating func restrict(to key: String) {
        spec.nodeAffinity = VolumeNodeAffinity(
            required: NodeSelector(nodeSelectorTerms: [
                NodeSelectorTerm(matchExpressions: [NodeSelectorRequirement(key: key, operator: "Exists")])
            ]))
    }
}

extension ClaimFacts {
    init(_ claim: PersistentVolumeClaim, _ volumes: PersistentVolume..., in storageClass: StorageClass? = nil) {
        self.init(
            claim: claim, volumes: volumes, storageClass: storageClass,
            node: NodeIdentity(name: "box", labels: ["here": ""]))
    }

    func changed(_ change: (inout ClaimFacts) -> Void) -> ClaimFacts {
        var facts = self
        change(&facts)
        return facts
    }
}
