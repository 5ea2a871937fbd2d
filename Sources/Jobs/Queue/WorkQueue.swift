import Foundation
import Synchronization

/// What has to be looked at. A key waits in it once however often it is added, and no two workers have the same key: one
/// that is added while a worker has it comes again when he is done. So many events in a short time cost one look.
///
/// Owned by one controller. Ends for its workers when it is closed or their task is cancelled.
final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var order: [Key] = []
        var head = 0
        var waiting: Set<Key> = []
        var running: Set<Key> = []
        var again: Set<Key> = []
        var failures: [Key: Int] = [:]
        var due = DueDates<Key>()
        var workers: [Int: CheckedContinuation<Key?, Never>] = [:]
        var nextWorker = 0
        var sleeper: Task<Void, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

    func add(_ key: Key) {
        let worker = state.withLock { Self.add(key, &$0) }
        worker?.resume(returning: key)
    }

    /// Comes when it is time. A moment that has passed is now.
    func add(_ key: Key, at date: Date) {
        let sleeper = state.withLock { state -> Task<Void, Never>? in
            let before = state.due.next
            state.due.add(key, at: date)
            return state.due.next == before ? nil : state.sleeper
        }
        sleeper?.cancel()
    }

    /// The next key to look at; call `done` or `failed` with it afterwards. Nil when there will be no more.
    func next() async -> Key? {
        let number = state.withLock { state in
            defer { state.nextWorker += 1 }
            return state.nextWorker
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { worker in
                let ready = state.withLock { state -> Key?? in
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    guard let key = Self.take(&state) else {
                        state.workers[number] = worker
                        return .none
                    }
                    return .some(key)
                }
                if let ready { worker.resume(returning: ready) }
            }
        } onCancel: {
            state.withLock { $0.workers.removeValue(forKey: number) }?.resume(returning: nil)
        }
    }

    func done(_ key: Key) { finish(key, failed: false) }

    /// The look did not work out: the key comes again soon, and after more failures in a row later
    /// (10 ms doubling to one minute; upstream starts at one second because there a conflict crosses a network).
    func failed(_ key: Key) { finish(key, failed: true) }

    func close() {
        let (workers, sleeper) = state.withLock { state in
            state.isClosed = true
            defer { state.workers = [:] }
            return (state.workers.values.map { $0 }, state.sleeper)
        }
        for worker in workers { worker.resume(returning: nil) }
        sleeper?.cancel()
    }

    /// Wakes keys when they are due, until the queue is closed or the task is cancelled. One task sleeps, until the
    /// earliest moment; nothing polls.
    func runTimers() async {
        while !Task.isCancelled {
            let (woken, sleeper) = state.withLock {
                state -> ([(CheckedContinuation<Key?, Never>, Key)], Task<Void, Never>?) in
                guard !state.isClosed else { return ([], nil) }
                var woken: [(CheckedContinuation<Key?, Never>, Key)] = []
                let time = now()
                while let key = state.due.popDue(time) {
                    if let worker = Self.add(key, &state) { woken.append((worker, key)) }
                }
                let wait = state.due.next.map { $0.timeIntervalSince(time) } ?? 86_400 * 365
                let sleeper = Task { _ = try? await Task.sleep(for: .seconds(wait)) }  // cancelled: look again
                state.sleeper = sleeper
                return (woken, sleeper)
            }
            for (worker, key) in woken { worker.resume(returning: key) }
            guard let sleeper else { return }
            await withTaskCancellationHandler {
                await sleeper.value
            } onCancel: {
                sleeper.cancel()
            }
        }
    }

    /// Runs `look` for every key, in so many tasks, until the queue ends. What `look` throws makes the key come again.
    func runWorkers(_ count: Int, _ look: @escaping @Sendable (Key) async throws -> Void) async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    while let key = await self.next() {
                        do {
                            try await look(key)
                            self.done(key)
                        } catch {
                            self.failed(key)
                        }
                    }
                }
            }
        }
    }

    private func finish(_ key: Key, failed: Bool) {
        let worker = state.withLock { state -> CheckedContinuation<Key?, Never>? in
            state.running.remove(key)
            if failed {
                let failures = state.failures[key, default: 0]
                state.failures[key] = failures + 1
                state.again.remove(key)
                state.due.add(key, at: now().addingTimeInterval(min(60, 0.01 * pow(2, Double(failures)))))
                state.sleeper?.cancel()
                return nil
            }
            state.failures[key] = nil
            return state.again.remove(key) == nil ? nil : Self.add(key, &state)
        }
        worker?.resume(returning: key)
    }

    /// The worker to hand the key to, if one waits.
    private static func add(_ key: Key, _ state: inout State) -> CheckedContinuation<Key?, Never>? {
        if state.running.contains(key) {
            state.again.insert(key)
            return nil
        }
        guard !state.isClosed, state.waiting.insert(key).inserted else { return nil }
        if let (number, worker) = state.workers.first {
            state.workers[number] = nil
            state.waiting.remove(key)
            state.running.insert(key)
            return worker
        }
        state.order.append(key)
        return nil
    }

    private static func take(_ state: inout State) -> Key? {
        guard state.head < state.order.count else { return nil }
        let key = state.order[state.head]
        state.head += 1
        if state.head == state.order.count || state.head > 1024 {
            state.order.removeFirst(state.head)
            state.head = 0
        }
        state.waiting.remove(key)
        state.running.insert(key)
        return key
    }
}
