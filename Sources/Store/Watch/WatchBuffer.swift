import Kube
import Synchronization

/// What waits for one reader of a watch, bounded. The writer never waits for a reader: one who falls behind loses his
/// buffer and is told to start again.
final class WatchBuffer<R: Resource>: Sendable {
    enum Item: Sendable {
        case change(Change<R>)
        case bookmark(Int64)
    }

    private enum End {
        case finished
        case failed(StoreError)
    }

    private struct State {
        var items: [Item] = []
        var bytes = 0
        var reader: CheckedContinuation<Void, Never>?
        var end: End?
    }

    private let state = Mutex(State())
    private let namespace: String?
    private let limit: Int
    private let byteLimit: Int

    init(namespace: String?, limit: Int, byteLimit: Int) {
        self.namespace = namespace
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// Adds changes; the result wakes the reader if he waits.
    func push(_ changes: [Change<R>]) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.end == nil else { return nil }
            for change in changes where namespace == nil || change.key.namespace == namespace {
                // A change by itself always has room.
                if state.items.count >= limit || !state.items.isEmpty && state.bytes + change.bytes > byteLimit {
                    state.items = []
                    state.bytes = 0
                    state.end = .failed(.expired(oldest: change.revision))
                    break
                }
                state.items.append(.change(change))
                state.bytes += change.bytes
            }
            return Self.waker(&state)
        }
    }

    func pushBookmark(_ revision: Int64) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.end == nil else { return nil }
            // Room or not: a bookmark behind a full buffer tells nothing new and may be dropped.
            if state.items.count < limit { state.items.append(.bookmark(revision)) }
            return Self.waker(&state)
        }
    }

    /// No more items. What is already there is still read, unless there is an error to tell.
    func finish(_ error: StoreError?) -> (@Sendable () -> Void)? {
        state.withLock { state in
            if state.end == nil { state.end = error.map { .failed($0) } ?? .finished }
            return Self.waker(&state)
        }
    }

    private static func waker(_ state: inout State) -> (@Sendable () -> Void)? {
        guard !state.items.isEmpty || state.end != nil, let reader = state.reader else { return nil }
        state.reader = nil
        return { reader.resume() }
    }

    /// Everything that waits, as soon as there is something. Nil at the end or when the task is cancelled.
    func take() async throws(StoreError) -> [Item]? {
        while !Task.isCancelled {
            let ready = state.withLock { state -> Result<[Item]?, StoreError>? in
                if !state.items.isEmpty {
                    defer { (state.items, state.bytes) = ([], 0) }
                    return .success(state.items)
                }
                switch state.end {
                case nil: return nil
                case .finished: return .success(nil)
                case .failed(let error): return .failure(error)
                }
            }
            if let ready { return try ready.get() }
            await waitForItems()
        }
        return nil
    }

    private func waitForItems() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let waits = state.withLock { state in
                    guard state.items.isEmpty, state.end == nil, !Task.isCancelled else { return false }
                    precondition(state.reader == nil, "a watch has one reader at a time")
                    state.reader = reader
                    return true
                }
                if !waits { reader.resume() }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume()
        }
    }
}
