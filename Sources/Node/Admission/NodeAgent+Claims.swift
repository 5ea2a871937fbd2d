import Kube
import Store

extension NodeAgent {
    /// Whether a pod may stand in line. One whose claims are not ready waits beside it, and says why. Most pods have no
    /// claims, and cost nothing here.
    func hasItsClaims(_ pod: Pod) -> Bool {
        guard pod.usesClaims else { return true }
        let names = pod.claimNames
        let keys = names.map { ObjectKey(namespace: pod.namespace, name: $0) }
        let node = NodeIdentity(named: host.nodeName, in: store)
        var facts = zip(names, keys).map { fact($0, $1) }
        let verdict = state.withLock { state in
            for index in facts.indices { facts[index].isTaken = state.claims.isTaken(keys[index], for: pod.uid) }
            let verdict = PodClaims.judge(facts, node: node)
            if verdict == .ready {
                state.claims.take(exclusive(facts, keys), for: pod.uid)
            } else {
                state.claims.wait(pod.uid, in: pod.namespace)
            }
            return verdict
        }
        switch verdict {
        case .ready: return true
        case .waiting(let message):
            if let message { sayWhyItWaits(pod, message) }
            return false
        }
    }

    /// After a restart of the daemon: a pod that runs has what it has.
    func keepClaims(of pod: Pod) {
        guard pod.usesClaims else { return }
        let keys = pod.claimNames.map { ObjectKey(namespace: pod.namespace, name: $0) }
        let facts = keys.map { fact($0.name, $0) }
        state.withLock { $0.claims.take(exclusive(facts, keys), for: pod.uid) }
    }

    /// Those who wait for claims look again; so do pods that have been taken in and wait to mount one.
    func followClaims() async {
        await store.follow(PersistentVolumeClaim.self, logger: logger) { event in
            switch event {
            case .added(let claim), .modified(let claim):
                claimsChanged(in: claim.namespace)
                referencesChanged(in: claim.namespace)
            case .deleted(let claim): claimsChanged(in: claim.namespace)
            case .bookmark: break
            }
        }
    }

    /// - Parameter namespace: nil for all.
    func claimsChanged(in namespace: String?) {
        let pods = state.withLock { state in
            (state.claims.waiting(in: namespace) + state.ports.waiting).compactMap { state.waiting[$0] }
        }
        var isAnyReady = false
        // In the order in which they came.
        for pod in pods.sorted(by: { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) })
        where hasItsClaims(pod) && hasItsPorts(pod) {
            isAnyReady = true
            state.withLock { stand(pod, in: &$0) }
        }
        if isAnyReady { admit() }
    }

    func stand(_ pod: Pod, in state: inout State) {
        state.admission.add(uid: pod.uid, priority: pod.spec.priority ?? 0, claim: Admission.Claim(pod.spec))
    }

    private func exclusive(_ facts: [PodClaims.Fact], _ keys: [ObjectKey]) -> [ObjectKey] {
        zip(facts, keys).filter { $0.0.claim?.isForOnePod == true }.map(\.1)
    }

    private func fact(_ name: String, _ key: ObjectKey) -> PodClaims.Fact {
        var fact = PodClaims.Fact(name: name, claim: store.get(PersistentVolumeClaim.self, key))
        func named(_ name: String) -> ObjectKey { ObjectKey(namespace: nil, name: name) }
        fact.storageClass = fact.claim?.className.flatMap { store.get(StorageClass.self, named($0)) }
        fact.volume = fact.claim?.spec.volumeName.flatMap { store.get(PersistentVolume.self, named($0)) }
        return fact
    }
}
