import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Makes the Jobs of CronJobs: looks when a CronJob or one of its Jobs changes, and when a start is due.
///
/// All that one look writes (Jobs made and deleted, the status) is one transaction, and `status.lastScheduleTime` only
/// moves with the Job it is about. So the daemon may be killed between any two lines: a start is made once.
///
/// One worker, so that no two CronJobs take the last place of their group at the same time.
public final class CronJobController: Service {
    let store: Store
    let events: EventRecorder
    let logger: Logger
    let now: @Sendable () -> Date
    let queue: WorkQueue<ObjectKey>
    let state: Mutex<CronState>
    private let tick: Duration
    /// Says that there is an alarm.
    let alarms = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameter tick: how often the clock on the wall is compared with what is due. Timers sleep for a time, not until
    ///   a moment, so one that was set before somebody set the clock comes too late. A start is late by a tick at most.
    public init(
        store: Store, events: EventRecorder, logger: Logger, tick: Duration = .seconds(60),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.events = events
        self.logger = logger
        self.now = now
        self.tick = tick
        queue = WorkQueue(now: now)
        state = Mutex(CronState(began: now()))
    }

    /// Runs until the task is cancelled, the service group shuts down, or the store closes.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(1) { try await self.look(at: $0) } }
                group.addTask { await self.watchClock() }
                group.addTask { await self.store.follow(Job.self, logger: self.logger) { self.take($0) } }
                group.addTask {
                    await self.store.follow(CronJob.self, logger: self.logger) { self.take($0) }
                    self.queue.close()
                }
            }
        }
    }

    /// Sleeps while nothing is due at all.
    private func watchClock() async {
        for await _ in alarms.stream {
            while state.withLock({ $0.hasAlarms }) {
                do { try await Task.sleep(for: tick) } catch { return }
                let time = now()
                for key in state.withLock({ $0.due(time) }) { queue.add(key) }
            }
        }
    }

    private func take(_ event: WatchEvent<CronJob>) {
        let waiting: [ObjectKey]
        switch event {
        case .added(let cronJob), .modified(let cronJob):
            waiting = state.withLock { $0.tookIn(cronJob) }
            queue.add(cronJob.key)
        case .deleted(let cronJob): waiting = state.withLock { $0.lost(cronJob) }
        case .bookmark: return
        }
        for key in waiting { queue.add(key) }
    }

    private func take(_ event: WatchEvent<Job>) {
        switch event {
        case .added(let job), .modified(let job): wake(for: job, isOver: job.isFinished)
        case .deleted(let job): wake(for: job, isOver: true)
        case .bookmark: break
        }
    }

    /// By name: a CronJob may wait for a Job of its predecessor to go.
    private func wake(for job: Job, isOver: Bool) {
        guard let owner = job.controllerReference, owner.kind == CronJob.type.kind,
            owner.apiVersion == CronJob.type.apiVersion
        else { return }
        let key = ObjectKey(namespace: job.metadata.namespace, name: owner.name)
        queue.add(key)
        guard isOver else { return }
        for key in state.withLock({ $0.waiting(in: job.namespace) }) { queue.add(key) }
    }
}

/// What the controller remembers. All of it can be lost.
struct CronState {
    /// When the controller began; earlier when the clock was set back since.
    var began: Date
    /// By uid.
    private var memories: [String: CronMemory] = [:]
    private var alarms: [ObjectKey: Date] = [:]
    /// CronJobs of which a start waits for a place in its group, and since when.
    private var waiting: [ObjectKey: Date] = [:]
    /// What CronJobs say of their group.
    private var groups: [ObjectKey: String] = [:]

    init(began: Date) { self.began = began }

    /// Who is to look because the groups of the namespace may have changed.
    mutating func tookIn(_ cronJob: CronJob) -> [ObjectKey] {
        let group = cronJob.metadata.annotations?[StintAnnotation.cronGroup]
        if groups[cronJob.key] == group { return [] }
        groups[cronJob.key] = group
        return waiting(in: cronJob.namespace)
    }

    mutating func lost(_ cronJob: CronJob) -> [ObjectKey] {
        memories[cronJob.uid] = nil
        forget(cronJob.key)
        return groups.removeValue(forKey: cronJob.key) == nil ? [] : waiting(in: cronJob.namespace)
    }

    mutating func forget(_ key: ObjectKey) {
        alarms[key] = nil
        waiting[key] = nil
    }

    /// Who waits, the longest first.
    func waiting(in namespace: String) -> [ObjectKey] {
        waiting.filter { $0.key.namespace == namespace }
            .sorted { a, b in a.value != b.value ? a.value < b.value : a.key.name < b.key.name }.map(\.key)
    }

    var hasAlarms: Bool { !alarms.isEmpty }

    func due(_ time: Date) -> [ObjectKey] { alarms.filter { $0.value <= time }.map(\.key) }

    /// What was remembered of a CronJob.
    mutating func beginLook(at cronJob: CronJob, now: Date) -> CronMemory {
        // A clock that was set back: nothing from here on was missed before the controller began.
        began = min(began, now)
        return memories[cronJob.uid] ?? CronMemory()
    }

    mutating func looked(at cronJob: CronJob, _ decision: CronJobDecision) {
        memories[cronJob.uid] = decision.memory
        alarms[cronJob.key] = decision.lookAgainAt
        waiting[cronJob.key] = decision.waitsForGroupSince
    }
}
