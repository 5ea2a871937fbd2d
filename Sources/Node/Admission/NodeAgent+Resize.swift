import Kube

extension NodeAgent {
    /// A pod that has its place asks for other resources. What cannot be given now is given as soon as it can be, and its
    /// worker told.
    func resize(_ uid: String, to spec: PodSpec) -> ResizeVerdict {
        let claim = Admission.Claim(spec)
        let (verdict, isRoom) = state.withLock { state in
            let before = state.admission.used
            let verdict = state.admission.resize(uid: uid, to: claim)
            state.resizes.forget(uid)
            if case .deferred = verdict { state.resizes.wait(uid, claim) }
            let after = state.admission.used
            return (verdict, after.cpuMilli < before.cpuMilli || after.memoryBytes < before.memoryBytes)
        }
        if isRoom { admit() }
        return verdict
    }

    /// Resizes that there is room for now.
    func admitResizes() {
        let workers = state.withLock { state in
            let granted = state.resizes.grant(&state.admission)
            return granted.compactMap { state.workers[$0]?.worker }
        }
        for worker in workers { worker.send(.roomForResize) }
    }
}
