import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Makes every Job come true, as far as pods go: looks when a Job or one of its pods changes, and when a wait is over.
///
/// It has no state of its own that matters: killed at any moment and started again, it looks at every Job once and goes on
/// from what is stored. That holds because a look that counts pods, lets them go, makes and deletes pods and writes the
/// status does all of it in one transaction.
public final class JobController: Service {
    let store: Store
    let events: EventRecorder
    let logger: Logger
    let now: @Sendable () -> Date
    let queue: WorkQueue<WorkItem>
    let index = Mutex(JobIndex())
    private let workers: Int

    /// - Parameter workers: how many Jobs are looked at at the same time.
    public init(
        store: Store, events: EventRecorder, logger: Logger, workers: Int = 8,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.events = events
        self.logger = logger
        self.now = now
        self.workers = workers
        queue = WorkQueue(now: now)
    }

    /// Runs until the task is cancelled, the service group shuts down, or the store closes.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(self.workers) { try await self.look(at: $0) } }
                group.addTask { await self.store.follow(Job.self, logger: self.logger) { self.take($0) } }
                group.addTask {
                    await self.store.follow(Pod.self, logger: self.logger) { self.take($0) }
                    self.queue.close()
                }
            }
        }
    }

    private func take(_ event: WatchEvent<Job>) {
        switch event {
        case .added(let job), .modified(let job):
            if index.withLock({ $0.tookIn(job) }) { queue.add(.job(job.key)) }
        case .deleted(let job):
            index.withLock { $0.lost(job) }
            queue.add(.strays(ownerUID: job.uid))
        case .bookmark: break
        }
    }

    private func take(_ event: WatchEvent<Pod>) {
        let wake: Set<WorkItem>
        switch event {
        case .added(let pod), .modified(let pod): wake = index.withLock { $0.tookIn(pod, isGone: false) }
        case .deleted(let pod): wake = index.withLock { $0.tookIn(pod, isGone: true) }
        case .bookmark: return
        }
        for item in wake { queue.add(item) }
    }

    func look(at item: WorkItem) async throws {
        switch item {
        case .job(let key): try await look(atJob: key)
        case .stray(let key):
            if let pod = store.get(Pod.self, key) { try await letGo([pod]) }
        case .strays(let uid): try await letGo(store.list(Pod.self, ownedBy: uid))
        }
    }

    /// Takes our finalizer off pods that no Job will ever count. A few at a time: a pod that changes meanwhile makes its
    /// whole transaction be tried again.
    private func letGo(_ pods: [Pod]) async throws {
        var strays = pods.filter { $0.isTracked && !isAwaited($0) }[...]
        while !strays.isEmpty {
            try await store.commit(
                strays.prefix(100).map { pod in
                    var pod = pod
                    pod.untrack()
                    return .update(pod)
                })
            strays = strays.dropFirst(100)
        }
    }

    /// True when there is a Job that will count the pod, or another controller whose business it is.
    private func isAwaited(_ pod: Pod) -> Bool {
        guard let owner = pod.controllerReference else { return false }
        guard owner.kind == Job.type.kind, owner.apiVersion == Job.type.apiVersion else { return true }
        let job = store.get(Job.self, ObjectKey(namespace: pod.metadata.namespace, name: owner.name))
        return job?.uid == owner.uid
    }
}
