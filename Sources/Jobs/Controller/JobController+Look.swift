import Foundation
import Kube
import Logging
import Store

extension JobController {
    /// One look at one Job: read, decide, carry out, remember.
    ///
    /// Whatever goes wrong, the memory of the Job is dropped and the look is repeated from what is stored.
    func look(atJob key: ObjectKey) async throws {
        guard let job = store.get(Job.self, key) else { return }
        let (pods, gone) = openPods(of: job)
        let backoff = index.withLock { $0.memories[job.uid]?.backoff } ?? BackoffRecord()
        let decision = decide(job, pods: pods, backoff: backoff, now: now())
        do {
            let result = try await carryOut(decision, for: job, pods: pods)
            index.withLock {
                $0.looked(at: result.job, pods: result.pods, gone: gone, backoff: decision.backoff)
                if result.job.isFinished { $0.forget(job.uid) }
            }
            if let date = decision.lookAgainAt { queue.add(.job(key), at: date) }
        } catch {
            index.withLock { $0.forget(job.uid) }
            logger.log(
                level: error.isLostRace ? .debug : .info, "a look at a job will be repeated",
                metadata: ["job.name": "\(key)", "error": "\(error)"])
            throw error
        }
    }

    /// The pods that can still change a number, each in its newest version, and the names of those that vanished.
    private func openPods(of job: Job) -> (pods: [Pod], gone: [String]) {
        let known = index.withLock { $0.memories[job.uid]?.isComplete == true }
        if !known {
            index.withLock { $0.beginMemory(of: job.uid) }
            let pods = store.list(Pod.self, ownedBy: job.uid)
            index.withLock { $0.fillMemory(of: job, with: pods) }
        }
        let (open, orphans) = index.withLock { index in
            (index.memories[job.uid].map { Array($0.open.keys) } ?? [], index.orphanNames(for: job))
        }
        var pods: [Pod] = []
        pods.reserveCapacity(open.count)
        var gone: [String] = []
        for name in open {
            let pod = store.get(Pod.self, ObjectKey(namespace: job.metadata.namespace, name: name))
            if let pod, pod.isControlled(by: job) { pods.append(pod) } else { gone.append(name) }
        }
        for name in orphans {
            let pod = store.get(Pod.self, ObjectKey(namespace: job.metadata.namespace, name: name))
            if let pod, pod.controllerReference == nil, job.selects(pod) { pods.append(pod) }
        }
        return (pods, gone)
    }
}

extension Error {
    var isNotFound: Bool {
        if case .notFound? = self as? StoreError { true } else { false }
    }

    /// Somebody else wrote first. Nothing is wrong: looking again is the answer.
    var isLostRace: Bool {
        switch self as? StoreError {
        case .conflict, .notFound: true
        default: false
        }
    }
}
