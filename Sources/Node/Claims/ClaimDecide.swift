import Foundation
import Kube

/// What should become of a claim. In this order (upstream `syncClaim` and its protection controller):
///
/// 1. One that is being deleted loses its finalizer when no pod uses it; nothing new begins for it.
/// 2. One that was bound keeps its volume, grows it, or is lost with it.
/// 3. One that names a volume gets that one or waits for it.
/// 4. Any other gets the volume that fits it best, the default class, or a volume of its own.
func decide(_ facts: ClaimFacts, now: Date) -> ClaimDecision {
    let claim = facts.claim
    if claim.metadata.deletionTimestamp != nil {
        guard claim.metadata.finalizers?.contains(PersistentVolumeClaim.protectionFinalizer) == true, !facts.isInUse
        else { return ClaimDecision() }
        var free = claim
        free.metadata.removeFinalizer(PersistentVolumeClaim.protectionFinalizer)
        return ClaimDecision(claim: free)
    }
    if claim.isBindCompleted { return decideBound(facts, now: now) }
    guard let name = claim.spec.volumeName, !name.isEmpty else { return decideUnbound(facts, now: now) }
    guard let volume = facts.volumes.first(where: { $0.name == name }) else { return pending(claim) }
    if volume.spec.claimRef == nil, let why = facts.mismatch(of: volume) {
        return pending(claim, .warning("VolumeMismatch", "Cannot bind to requested volume \(name.goQuoted): \(why)"))
    }
    guard volume.spec.claimRef == nil || volume.isFor(claim) else {
        return pending(claim, .warning("FailedBinding", "volume \(name.goQuoted) already bound to a different claim."))
    }
    return binding(claim, volume, now: now)
}

private func decideBound(_ facts: ClaimFacts, now: Date) -> ClaimDecision {
    let claim = facts.claim
    let data = "Data on the volume is lost!"
    guard let name = claim.spec.volumeName, !name.isEmpty else {
        return lost(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. \(data)")
    }
    guard var volume = facts.volumes.first(where: { $0.name == name }) else {
        return lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. \(data)")
    }
    guard volume.spec.claimRef == nil || volume.isFor(claim) else {
        return lost(
            claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly")
    }
    // A directory has no size of its own: it is as large as we say.
    guard volume.isOurs, volume.capacity < claim.requestedStorage else { return binding(claim, volume, now: now) }
    let stored = volume
    volume.spec.capacity = ["storage": claim.requestedStorage]
    var decision = binding(claim, volume, now: now, stored: stored)
    decision.event = .normal(
        "VolumeResizeSuccessful", "ExpandVolume succeeded for volume \(claim.namespace)/\(claim.name)")
    return decision
}

private func decideUnbound(_ facts: ClaimFacts, now: Date) -> ClaimDecision {
    let claim = facts.claim
    if let volume = facts.findVolume() { return binding(claim, volume, now: now) }
    if claim.className == nil, let name = facts.defaultClass {
        var classed = claim
        classed.spec.storageClassName = name
        return ClaimDecision(claim: classed)
    }
    if facts.isDelayed {
        return pending(
            claim, .normal("WaitForFirstConsumer", "waiting for first consumer to be created before binding"))
    }
    guard let className = claim.className, !className.isEmpty else {
        return pending(
            claim,
            .normal(
                "FailedBinding", "no persistent volumes available for this claim and no storage class is set"))
    }
    guard let storageClass = facts.storageClass else {
        return pending(
            claim, .warning("ProvisioningFailed", "storageclass.storage.k8s.io \(className.goQuoted) not found"))
    }
    let provisioner = storageClass.provisioner
    guard provisioner == StorageClass.hostDirectory else {
        if provisioner.hasPrefix("kubernetes.io/") {
            return pending(
                claim, .warning("ProvisioningFailed", "no volume plugin matched name: \(provisioner)"))
        }
        return pending(
            claim,
            .normal(
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or manually by the "
                    + "system administrator. If volume creation is delayed, please verify that the provisioner is running "
                    + "and correctly registered."), provisioner: provisioner)
    }
    guard claim.spec.selector == nil else {
        return pending(claim, provisioningFailed(storageClass, "claim.Spec.Selector is not supported"))
    }
    var annotated = claim
    annotated.metadata.annotate(StorageAnnotation.provisioner, provisioner)
    if storageClass.waitsForConsumer {
        annotated.metadata.annotate(StorageAnnotation.selectedNode, facts.node.name)
    }
    return ClaimDecision(claim: annotated, provisions: true)
}

func provisioningFailed(_ storageClass: StorageClass, _ why: String) -> StorageEvent {
    .warning(
        "ProvisioningFailed", "failed to provision volume with StorageClass \(storageClass.name.goQuoted): \(why)")
}

private func binding(
    _ claim: PersistentVolumeClaim, _ volume: PersistentVolume, now: Date, stored: PersistentVolume? = nil
) -> ClaimDecision {
    let bound = bind(claim, volume, now: now)
    return ClaimDecision(
        claim: bound.claim == claim ? nil : bound.claim, volume: bound.volume == stored ?? volume ? nil : bound.volume)
}

private func pending(
    _ claim: PersistentVolumeClaim, _ event: StorageEvent? = nil, provisioner: String? = nil
) -> ClaimDecision {
    var waiting = claim
    waiting.status = PersistentVolumeClaimStatus(phase: "Pending")
    if let provisioner { waiting.metadata.annotate(StorageAnnotation.provisioner, provisioner) }
    return ClaimDecision(claim: waiting == claim ? nil : waiting, event: event)
}

private func lost(_ claim: PersistentVolumeClaim, _ reason: String, _ message: String) -> ClaimDecision {
    guard claim.status?.phase != "Lost" else { return ClaimDecision() }
    var lost = claim
    lost.status = PersistentVolumeClaimStatus(phase: "Lost")
    return ClaimDecision(claim: lost, event: .warning(reason, message))
}
