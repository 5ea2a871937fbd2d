import Containers
import Foundation
import Kube
import Store

extension ClaimController {
    func look(atClaim key: ObjectKey) async throws {
        guard let claim = store.get(PersistentVolumeClaim.self, key) else { return }
        let decision = decide(gatherFacts(of: claim), now: clock.now())
        say(decision.event, of: claim)
        if decision.provisions {
            try await provision(decision.claim ?? claim)
        } else {
            try await write([decision.claim.map(StoreWrite.update), decision.volume.map(StoreWrite.update)])
        }
    }

    /// Pods are read from the store as it is now: a claim must not go because news of a pod is on its way.
    private func gatherFacts(of claim: PersistentVolumeClaim) -> ClaimFacts {
        var facts = ClaimFacts(claim: claim, node: NodeIdentity(named: nodeName, in: store))
        if claim.metadata.deletionTimestamp != nil {
            facts.isInUse = pods(of: claim).contains { $0.spec.nodeName ?? "" != "" }
            return facts
        }
        facts.volumes = Array(store.list(PersistentVolume.self).items)
        if claim.isBindCompleted { return facts }
        facts.defaultClass = StorageClass.defaultClass(of: store.list(StorageClass.self).items)?.name
        facts.storageClass = claim.className.flatMap {
            store.get(StorageClass.self, ObjectKey(namespace: nil, name: $0))
        }
        facts.hasConsumer = pods(of: claim).contains { !$0.hasEnded && !$0.isDeleted }
        return facts
    }

    private func pods(of claim: PersistentVolumeClaim) -> some Sequence<Pod> {
        store.list(Pod.self, namespace: claim.namespace).items.lazy.filter { $0.claimNames.contains(claim.name) }
    }

    /// The directory first, then the volume and its claim in one commit: a volume that is known has its directory. One
    /// that was made for a commit that failed is used by the next try, or removed when it is found empty.
    private func provision(_ claim: PersistentVolumeClaim) async throws {
        guard let name = claim.className,
            let storageClass = store.get(StorageClass.self, ObjectKey(namespace: nil, name: name))
        else { return box.send(.claim(claim.key)) }
        let directories = directories
        let place = claim.volumeToMake
        do {
            try await onBlockingThread { () throws(any Error) in try directories.make(place) }
        } catch {
            say(provisioningFailed(storageClass, "\(error)"), of: claim)
            return look(at: .claim(claim.key), after: 15)
        }
        let volume = makeVolume(for: claim, of: storageClass, directory: directories.path(of: place), now: clock.now())
        let bound = bind(claim, volume, now: clock.now())
        try await write([.update(bound.claim), .create(bound.volume)])
        say(.normal("ProvisioningSucceeded", "Successfully provisioned volume \(volume.name)"), of: claim)
        logger.info("made a volume", metadata: ["volume": "\(volume.name)", "claim": "\(claim.key)"])
    }

    func look(atVolume name: String) async throws {
        let key = ObjectKey(namespace: nil, name: name)
        guard let volume = store.get(PersistentVolume.self, key) else { return }
        let claim = volume.claimKey.flatMap { store.get(PersistentVolumeClaim.self, $0) }
        let decision = decide(volume, claim: claim, now: clock.now())
        say(decision.event, of: volume)
        try await write([decision.volume.map(StoreWrite.update)])
        if decision.removesContent { removeContent(of: decision.volume ?? volume) }
    }

    /// All or nothing, and only if nobody else has written meanwhile.
    private func write(_ writes: [StoreWrite?]) async throws {
        let writes = writes.compactMap { $0 }
        if !writes.isEmpty { _ = try await store.commit(writes) }
    }

    /// The directory first, then the volume. While the directory goes, the volume stays, by its finalizer: a daemon that
    /// dies in between finds it again.
    private func removeContent(of volume: PersistentVolume) {
        let name = volume.name
        guard state.withLock({ $0.removing.insert(name).inserted }) else { return }
        Task { [directories] in
            let problem = await onBlockingThread { () -> String? in
                do {
                    try directories.remove(name)
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            do {
                if let problem { try await fail(volume, problem) } else { try await forget(volume) }
            } catch {
                logger.info("a removed volume is still known", metadata: ["volume": "\(name)", "error": "\(error)"])
                look(at: .volume(name), after: 5)
            }
            state.withLock { _ = $0.removing.remove(name) }
        }
    }

    private func forget(_ volume: PersistentVolume) async throws {
        do {
            let free = try await store.modify(PersistentVolume.self, volume.key) { stored in
                guard stored.uid == volume.uid else { return }
                stored.metadata.removeFinalizer(PersistentVolume.deletionFinalizer)
                stored.metadata.removeFinalizer(PersistentVolume.protectionFinalizer)
            }
            if free.metadata.deletionTimestamp == nil {
                try await store.delete(
                    PersistentVolume.self, volume.key, DeleteOptions(preconditions: .init(uid: volume.uid)))
            }
            logger.info("removed a volume", metadata: ["volume": "\(volume.name)"])
        } catch {
            guard (error as? StoreError)?.isNotFound == true else { throw error }
        }
    }

    /// It stays, says why, and is tried again.
    private func fail(_ volume: PersistentVolume, _ why: String) async throws {
        let now = clock.now()
        let failed = try await store.modify(PersistentVolume.self, volume.key) { stored in
            if stored.uid == volume.uid { stored.setPhase("Failed", message: why, at: now) }
        }
        say(.warning("VolumeFailedDelete", why), of: failed)
        look(at: .volume(volume.name), after: 60)
    }
}
