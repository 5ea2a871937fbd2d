import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Deletes pods that ended once there are more of them than a threshold, the oldest first, so that Jobs without a time to
/// live cannot fill the store with their pods (upstream's `--terminated-pod-gc-threshold`). What they did stays in the
/// ledger.
///
/// Pods that are not counted yet are left alone, and so is what upstream's collector does for other hosts: pods here are
/// bound to this one, and Node ends those that were deleted before they were bound.
public final class PodGarbageCollector: Service {
    private let store: Store
    private let logger: Logger
    private let threshold: Int
    private let ended: Mutex<EndedPods>
    private let queue = WorkQueue<Work>()

    private enum Work: Hashable { case sweep }

    /// - Parameter threshold: how many ended pods may stay.
    public init(store: Store, threshold: Int, logger: Logger) {
        self.store = store
        self.threshold = threshold
        self.logger = logger
        ended = Mutex(EndedPods())
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.runTimers() }
                group.addTask { await self.queue.runWorkers(1) { _ in try await self.sweep() } }
                group.addTask {
                    await self.store.follow(Pod.self, logger: self.logger) { self.take($0) }
                    self.queue.close()
                }
            }
        }
    }

    private func take(_ event: WatchEvent<Pod>) {
        let isTooMany = ended.withLock { ended in
            switch event {
            case .added(let pod), .modified(let pod): ended.note(pod)
            case .deleted(let pod): ended.remove(pod.key)
            case .bookmark: break
            }
            return ended.count > threshold
        }
        if isTooMany { queue.add(.sweep) }
    }

    private func sweep() async throws {
        let surplus = ended.withLock { $0.oldest(beyond: threshold) }
        for key in surplus {
            do {
                _ = try await store.delete(Pod.self, key, DeleteOptions(gracePeriodSeconds: 0))
            } catch {
                if !error.isNotFound { throw error }
            }
            ended.withLock { $0.remove(key) }
        }
        if !surplus.isEmpty { logger.info("deleted pods that ended long ago", metadata: ["pods": "\(surplus.count)"]) }
    }
}

/// Pods that ended and may go.
struct EndedPods {
    private var created: [ObjectKey: Date] = [:]

    var count: Int { created.count }

    mutating func note(_ pod: Pod) {
        let mayGo = pod.hasEnded && !pod.isTracked && pod.metadata.deletionTimestamp == nil
        created[pod.key] = mayGo ? pod.metadata.creationTimestamp?.date ?? .distantPast : nil
    }

    mutating func remove(_ key: ObjectKey) { created[key] = nil }

    /// By creation, then by name.
    func oldest(beyond threshold: Int) -> [ObjectKey] {
        guard count > threshold else { return [] }
        let order = created.sorted { a, b in
            a.value != b.value ? a.value < b.value : a.key.description < b.key.description
        }
        return order.prefix(count - threshold).map(\.key)
    }
}
