import Kube
import Store

/// What has to be looked at when something changes.
extension ClaimController {
    func take(_ event: WatchEvent<PersistentVolumeClaim>) {
        switch event {
        case .added(let claim), .modified(let claim):
            box.send(.claim(claim.key))
            if let name = claim.spec.volumeName, !name.isEmpty { box.send(.volume(name)) }
        case .deleted(let claim):
            state.withLock { _ = $0.said.removeValue(forKey: claim.uid) }
            for volume in store.list(PersistentVolume.self).items where volume.spec.claimRef?.uid == claim.uid {
                box.send(.volume(volume.name))
            }
        case .bookmark: break
        }
    }

    func take(_ event: WatchEvent<PersistentVolume>) {
        switch event {
        case .added(let volume), .modified(let volume):
            box.send(.volume(volume.name))
            if let key = volume.claimKey { box.send(.claim(key)) }
            if volume.status?.phase == "Available" { lookAtUnbound() }
        case .deleted(let volume):
            state.withLock { _ = $0.said.removeValue(forKey: volume.uid) }
            if let key = volume.claimKey { box.send(.claim(key)) }
        case .bookmark: break
        }
    }

    /// A pod that comes may be the first one a claim waits for; one that goes may be the last one that keeps it.
    func take(_ event: WatchEvent<Pod>) {
        switch event {
        case .added(let pod), .modified(let pod), .deleted(let pod):
            for name in pod.claimNames {
                let key = ObjectKey(namespace: pod.namespace, name: name)
                guard let claim = store.get(PersistentVolumeClaim.self, key) else { continue }
                if !claim.isBindCompleted || claim.metadata.deletionTimestamp != nil { box.send(.claim(key)) }
            }
        case .bookmark: break
        }
    }

    func lookAtUnbound() {
        for claim in store.list(PersistentVolumeClaim.self).items where !claim.isBindCompleted {
            box.send(.claim(claim.key))
        }
    }
}

extension PersistentVolume {
    /// The claim it is bound to or kept for.
    var claimKey: ObjectKey? {
        guard let reference = spec.claimRef, let name = reference.name else { return nil }
        return ObjectKey(namespace: reference.namespace, name: name)
    }
}
