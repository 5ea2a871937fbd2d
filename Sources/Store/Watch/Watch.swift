import Kube

/// The changes of the objects of one type, in the order of their revisions.
///
/// For one reader. It ends when the store closes, when the reader's task is cancelled, or with
/// ``StoreError/expired(oldest:)`` when the reader is too slow; it stops costing anything when it is let go of.
public struct Watch<R: Resource>: AsyncSequence, Sendable {
    public typealias Element = WatchEvent<R>
    public typealias Failure = StoreError

    let subscription: Subscription
    /// Told before anything else: objects that were there when the watch began, and the bookmark behind them.
    let start: [Stored<R>]
    let startBookmark: Int64?
    let replay: [Change<R>]
    let filter: (@Sendable (R) -> Bool)?

    public func makeAsyncIterator() -> Iterator { Iterator(watch: self) }

    /// Puts a bookmark behind everything that has happened so far, for readers who want to know how far they are
    /// when nothing changes.
    public func bookmark() {
        let wake = subscription.shelf.contents.withLock { contents in
            subscription.buffer.pushBookmark(contents.revision)
        }
        wake?()
    }

    public struct Iterator: AsyncIteratorProtocol {
        private let watch: Watch
        private var nextStart = 0
        private var toldBookmark = false
        private var items: [WatchBuffer<R>.Item]
        private var nextItem = 0

        init(watch: Watch) {
            self.watch = watch
            items = watch.replay.map { .change($0) }
        }

        public mutating func next() async throws(StoreError) -> WatchEvent<R>? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> WatchEvent<R>? {
            while true {
                if let event = nextReady() { return event }
                guard let taken = try await watch.subscription.buffer.take() else { return nil }
                items = taken
                nextItem = 0
            }
        }

        private mutating func nextReady() -> WatchEvent<R>? {
            while nextStart < watch.start.count {
                let object = watch.start[nextStart].object
                nextStart += 1
                if watch.filter?(object) ?? true { return .added(object) }
            }
            if !toldBookmark {
                toldBookmark = true
                if let revision = watch.startBookmark { return .bookmark(revision) }
            }
            while nextItem < items.count {
                let item = items[nextItem]
                nextItem += 1
                switch item {
                case .bookmark(let revision): return .bookmark(revision)
                case .change(let change):
                    if let event = WatchEvent(change, filter: watch.filter) { return event }
                }
            }
            return nil
        }
    }

    /// A place among the shelf's readers, given up when nobody holds it any more.
    final class Subscription: Sendable {
        let shelf: Shelf<R>
        let buffer: WatchBuffer<R>
        private let number: UInt64

        init(shelf: Shelf<R>, buffer: WatchBuffer<R>, number: UInt64) {
            self.shelf = shelf
            self.buffer = buffer
            self.number = number
        }

        deinit {
            shelf.contents.withLock { contents in _ = contents.readers.removeValue(forKey: number) }
        }
    }
}

extension Shelf {
    /// Registers a reader and takes his start, in one moment, so that nothing falls between.
    func watch(namespace: String?, since: Int64?, filter: (@Sendable (R) -> Bool)?) throws(StoreError) -> Watch<R> {
        let buffer = WatchBuffer<R>(namespace: namespace, limit: watchLimit, byteLimit: watchBytes)
        let registered = contents.withLock {
            contents -> Result<(UInt64, SortedTable<R>, [Change<R>], Int64), StoreError> in
            guard !contents.isClosed else { return .failure(.closed) }
            var replay: [Change<R>] = []
            if let since {
                guard let changes = contents.history.changes(after: since) else {
                    return .failure(.expired(oldest: contents.history.floor))
                }
                replay = changes
            }
            let number = contents.nextReader
            contents.nextReader += 1
            contents.readers[number] = buffer
            return .success((number, since == nil ? contents.table : SortedTable(), replay, contents.revision))
        }
        let (number, table, replay, revision) = try registered.get()
        return Watch(
            subscription: Watch.Subscription(shelf: self, buffer: buffer, number: number),
            start: table.slice(namespace: namespace, after: nil, limit: nil).objects,
            startBookmark: since == nil ? revision : nil,
            replay: namespace == nil ? replay : replay.filter { $0.key.namespace == namespace },
            filter: filter)
    }
}
