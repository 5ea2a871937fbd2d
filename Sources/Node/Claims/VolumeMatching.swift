import Kube

extension ClaimFacts {
    /// The volume that fits the claim best (upstream `FindMatchingVolume`, over `findByClaim`):
    ///
    /// 1. One that is kept for the claim, if it fits at all.
    /// 2. Of the free ones of its class that its selector chooses, the one with the fewest access modes beyond those asked
    ///    for; of these the smallest; of these the first by name.
    ///
    /// While the claim waits for its first pod only the first rule counts. Which hosts a volume can be reached from counts
    /// when a pod is there, as upstream's scheduler and not its controller looks at that.
    func findVolume() -> PersistentVolume? {
        let fitting = volumes.filter { volume in
            (volume.spec.claimRef == nil || volume.isFor(claim)) && volume.capacity >= claim.requestedStorage
                && volume.mode == claim.mode && volume.metadata.deletionTimestamp == nil && volume.hasModes(of: claim)
        }
        let isChosenByPod = storageClass?.waitsForConsumer == true
        if let kept = fitting.first(where: { $0.isFor(claim) }) {
            return !isChosenByPod || isDelayed || node.reaches(kept) ? kept : nil
        }
        if isDelayed { return nil }
        let selector = claim.spec.selector.flatMap { Selector($0) } ?? .everything
        let free = fitting.filter { volume in
            volume.status?.phase == "Available" && selector.matches(volume) && volume.className == claim.className ?? ""
                && (!isChosenByPod || node.reaches(volume))
        }
        return free.min { a, b in
            (a.spec.accessModes?.count ?? 0, a.capacity, a.name) < (b.spec.accessModes?.count ?? 0, b.capacity, b.name)
        }
    }

    /// Why a volume that the claim names cannot be its own (upstream `checkVolumeSatisfyClaim`).
    func mismatch(of volume: PersistentVolume) -> String? {
        if volume.metadata.deletionTimestamp != nil {
            return "the volume is marked for deletion \(volume.name.goQuoted)"
        }
        if volume.capacity.value < claim.requestedStorage.value { return "requested PV is too small" }
        if volume.className != claim.className ?? "" { return "storageClassName does not match" }
        if volume.mode != claim.mode { return "incompatible volumeMode" }
        return volume.hasModes(of: claim) ? nil : "incompatible accessMode"
    }
}

extension PersistentVolume {
    fileprivate var mode: String { spec.volumeMode ?? "Filesystem" }

    /// It can be mounted in every way the claim asks for.
    fileprivate func hasModes(of claim: PersistentVolumeClaim) -> Bool {
        Set(claim.spec.accessModes ?? []).isSubset(of: spec.accessModes ?? [])
    }
}

extension PersistentVolumeClaim {
    fileprivate var mode: String { spec.volumeMode ?? "Filesystem" }
}
