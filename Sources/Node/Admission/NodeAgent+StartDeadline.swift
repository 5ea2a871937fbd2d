import Foundation
import Kube

extension NodeAgent {
    /// A pod in the line that must be started by some time leaves the line when that comes, and its worker says that it
    /// failed. A worker watches the time by itself, so only pods without one are watched here.
    func watchStart(of pod: Pod) {
        guard let startBy = pod.startBy else { return }
        let uid = pod.uid
        state.withLock { state in
            guard state.starts[uid]?.by != startBy else { return }
            state.starts[uid]?.timer.cancel()
            let timer = Task { [weak self, clock] in
                while clock.now() < startBy, !Task.isCancelled { await clock.sleep(startBy) }
                if !Task.isCancelled { self?.endWait(uid) }
            }
            state.starts[uid] = (startBy, timer)
        }
    }

    /// A pod that is taken in at this very moment has a worker, who looks at the same clock before it starts anything.
    private func endWait(_ uid: String) {
        let found = state.withLock { state in
            state.starts[uid] = nil
            return state.waiting[uid]
        }
        guard let waiting = found else { return }
        // With what the store says it waits for. Gone, or another's name by now: the watch tells of it.
        guard let pod = store.get(Pod.self, waiting.key), pod.uid == uid else { return }
        // It may have been given more time, or all of it; the watch tells of that too.
        guard let startBy = pod.startBy, startBy <= clock.now() else { return }
        begin(pod)
        stopWaiting(uid)
        admit()
    }
}

extension NodeAgent.State {
    mutating func forgetStart(of uid: String) { starts.removeValue(forKey: uid)?.timer.cancel() }
}
