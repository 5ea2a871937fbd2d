import Kube
import Synchronization

/// Everything in memory about the objects of one type: the objects, their owners, the latest changes, the watches.
///
/// Read by anyone, changed only by the writer and only with what is already on disk. One lock, held for moments: a
/// list takes a snapshot and walks it outside.
final class Shelf<R: Resource>: Sendable {
    struct Contents: Sendable {
        var table = SortedTable<R>()
        /// By the uid of an owner, whether it manages the object or not.
        var owned: [String: SortedTable<R>] = [:]
        var history: History<R>
        var readers: [UInt64: WatchBuffer<R>] = [:]
        var nextReader: UInt64 = 0
        /// All changes of this type up to this revision are in.
        var revision: Int64
        var isClosed = false
    }

    let contents: Mutex<Contents>
    let watchLimit: Int
    let watchBytes: Int

    init(sorted objects: [Stored<R>], revision: Int64, options: StoreOptions) {
        watchLimit = options.watchLimit
        watchBytes = options.watchBytes
        var start = Contents(
            history: History(limit: options.historyLimit, byteLimit: options.historyBytes, floor: revision),
            revision: revision)
        start.table = SortedTable(sorted: objects)
        for object in objects {
            for owner in object.ownerUIDs { start.owned[owner, default: SortedTable()].set(object) }
        }
        contents = Mutex(start)
    }

    func stored(_ key: ObjectKey) -> Stored<R>? { contents.withLock { $0.table[key] } }

    func snapshot() -> (table: SortedTable<R>, revision: Int64) { contents.withLock { ($0.table, $0.revision) } }

    /// The objects of a namespace (nil: all), in key order.
    ///
    /// - Parameter latest: what has become of some of them; nil where one is gone.
    func objects(in namespace: String?, replacing latest: [ObjectKey: Stored<R>?] = [:]) -> [R] {
        let slice = snapshot().table.slice(namespace: namespace, after: nil, limit: nil).objects
        if latest.isEmpty { return slice.map(\.object) }
        var stored = slice.filter { latest[$0.key] == nil }
        stored += latest.values.compactMap { $0 }.filter { namespace == nil || $0.key.namespace == namespace }
        return stored.sorted { $0.key.precedes($1.key) }.map(\.object)
    }

    func owned(by uid: String) -> SortedTable<R>? { contents.withLock { $0.owned[uid] } }

    /// Takes committed changes in and hands them to the watches. The returned calls wake readers; they are made after
    /// every lock is released.
    func apply(_ changes: [Change<R>], revision: Int64) -> [@Sendable () -> Void] {
        contents.withLock { contents in
            for change in changes { contents.take(change) }
            contents.revision = revision
            guard !changes.isEmpty else { return [] }
            return contents.readers.values.compactMap { $0.push(changes) }
        }
    }
}

extension Shelf.Contents {
    fileprivate mutating func take(_ change: Change<R>) {
        let before = change.old?.ownerUIDs ?? []
        let after = change.new?.ownerUIDs ?? []
        for owner in before where !after.contains(owner) {
            owned[owner]?.remove(change.key)
            if owned[owner]?.isEmpty == true { owned[owner] = nil }
        }
        if let new = change.new {
            table.set(new)
            for owner in after { owned[owner, default: SortedTable()].set(new) }
        } else {
            table.remove(change.key)
        }
        history.append(change)
    }
}

/// A shelf of a type that is not known where it is used.
protocol AnyShelf: AnyObject, Sendable {
    var resourceType: ResourceType { get }
    /// Says that nothing of this type changed up to a revision.
    func advance(to revision: Int64)
    func close()
    /// - Parameter draft: with what this one plans, of the same type.
    func objects(in namespace: String, with draft: (any AnyDraft)?) -> [any Resource]
    func brokenInvariants(disk: Disk.Reader, revision: Int64) throws -> [String]
}

extension Shelf: AnyShelf {
    var resourceType: ResourceType { R.type }

    func advance(to revision: Int64) {
        contents.withLock { $0.revision = revision }
    }

    func objects(in namespace: String, with draft: (any AnyDraft)?) -> [any Resource] {
        draft?.everything(in: namespace) ?? objects(in: namespace)
    }

    func close() {
        let wakers = contents.withLock { contents in
            contents.isClosed = true
            return contents.readers.values.compactMap { $0.finish(nil) }
        }
        for wake in wakers { wake() }
    }
}
