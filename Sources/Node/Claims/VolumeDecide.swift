import Foundation
import Kube

/// What one look at a volume says should be. Nothing of it has happened yet.
struct VolumeDecision: Equatable, Sendable {
    /// As it should be; nil when it is so.
    var volume: PersistentVolume?
    /// Its directory is to go, and then it.
    var removesContent = false
    var event: StorageEvent?
}

/// What should become of a volume (upstream `syncVolume`, `reclaimVolume` and its protection controller).
///
/// 1. Without a claim, or kept for one that has not come, it is Available; with its claim it is Bound.
/// 2. A claim that has another volume gives this one back: what we made for it goes, what the author made is free again.
/// 3. When its claim is gone it is Released, and what its policy says is done: what is not ours to delete is Failed.
/// 4. One that is being deleted goes as soon as it is not bound, and what we made goes before it.
///
/// - Parameter claim: the one of the name in its reference, whichever it is.
func decide(_ volume: PersistentVolume, claim: PersistentVolumeClaim?, now: Date) -> VolumeDecision {
    var decision = VolumeDecision()
    var new = volume
    if let reference = volume.spec.claimRef, let uid = reference.uid, !uid.isEmpty {
        if let claim, claim.uid == uid {
            let place = claim.spec.volumeName ?? ""
            if place == volume.name {
                new.setPhase("Bound", at: now)
            } else if !place.isEmpty {
                giveBack(&new, &decision, now: now)
            }
        } else {
            release(&new, &decision, now: now)
        }
    } else {
        new.setPhase("Available", at: now)
    }
    if new.metadata.deletionTimestamp != nil, new.status?.phase != "Bound" {
        if new.isOurs, new.spec.persistentVolumeReclaimPolicy == "Delete" {
            decision.removesContent = true
        } else {
            new.metadata.removeFinalizer(PersistentVolume.deletionFinalizer)
            new.metadata.removeFinalizer(PersistentVolume.protectionFinalizer)
        }
    }
    if new != volume { decision.volume = new }
    return decision
}

private func giveBack(_ volume: inout PersistentVolume, _ decision: inout VolumeDecision, now: Date) {
    if volume.isOurs, volume.spec.persistentVolumeReclaimPolicy == "Delete" {
        return release(&volume, &decision, now: now)
    }
    if volume.isBoundByController {
        volume.spec.claimRef = nil
        volume.metadata.annotations?[StorageAnnotation.boundByController] = nil
    } else {
        // Still kept for the claim of that name.
        volume.spec.claimRef?.uid = nil
    }
    volume.setPhase("Available", at: now)
}

private func release(_ volume: inout PersistentVolume, _ decision: inout VolumeDecision, now: Date) {
    // Failed stays: somebody should see it, while it is tried again.
    if volume.status?.phase != "Failed" { volume.setPhase("Released", at: now) }
    guard volume.spec.persistentVolumeReclaimPolicy == "Delete" else { return }
    if volume.isOurs {
        decision.removesContent = true
    } else if volume.status?.phase != "Failed" {
        // Upstream's deleter of hostPath volumes removes what is below /tmp; here nothing goes that stint has not made.
        let path = volume.spec.hostPath?.path ?? volume.spec.local?.path ?? ""
        let why = "host_path deleter only supports directories of \(StorageClass.hostDirectory) but received \(path)"
        volume.setPhase("Failed", message: why, at: now)
        decision.event = .warning("VolumeFailedDelete", why)
    }
}
