import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store

/// Deletes Jobs some time after they finished, as `ttlSecondsAfterFinished` says. Their pods go first.
public final class TTLController: Service {
    private let store: Store
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let queue: WorkQueue<ObjectKey>

    public init(store: Store, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) {
        self.store = store
        self.logger = logger
        self.now = now
        queue = WorkQueue(now: now)
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(1) { try await self.look(at: $0) } }
                group.addTask {
                    await self.store.follow(Job.self, logger: self.logger) { event in
                        switch event {
                        case .added(let job), .modified(let job):
                            if let date = job.expiry { self.queue.add(job.key, at: date) }
                        case .deleted, .bookmark: break
                        }
                    }
                    self.queue.close()
                }
            }
        }
    }

    /// The Job may have been given more time, or be another one of the same name, since the alarm was set.
    private func look(at key: ObjectKey) async throws {
        guard let job = store.get(Job.self, key), let date = job.expiry else { return }
        guard date <= now() else { return queue.add(key, at: date) }
        do {
            _ = try await store.delete(
                Job.self, key,
                DeleteOptions(
                    propagationPolicy: .foreground,
                    preconditions: .init(uid: job.uid, resourceVersion: job.metadata.resourceVersion)))
            logger.info("deleted a finished job, its time to live was over", metadata: ["job.name": "\(key)"])
        } catch {
            if !error.isNotFound { throw error }
        }
    }
}

extension Job {
    /// When the Job is to be deleted: nil while it is not finished, without a time to live, or when it is being deleted.
    /// `stint.dev/ttl` may give the two outcomes times of their own.
    var expiry: Date? {
        guard let terminal = terminalCondition, let finished = terminal.lastTransitionTime else { return nil }
        let byOutcome = terminal.type == "Complete" ? ttlByOutcome?.succeeded : ttlByOutcome?.failed
        guard let ttl = byOutcome ?? spec.ttlSecondsAfterFinished, metadata.deletionTimestamp == nil else { return nil }
        return finished.date.addingTimeInterval(TimeInterval(ttl))
    }
}
