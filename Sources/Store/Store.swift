import GRDB
import Kube
import Logging
import Synchronization

/// The objects of the cluster that is one host, the ledger of what ran, and the one place that gives out revisions.
///
/// Objects live decoded in memory, where reading costs no I/O; the state file on disk is the truth. A write returns
/// when it would survive a power cut, and is visible to readers and watches only then. Writes that happen at the same
/// time share a commit. Owned by the daemon; everyone else holds a reference.
public final class Store: Sendable {
    let disk: Disk
    let shelves: [ObjectIdentifier: any AnyShelf]
    let writer: Writer
    let options: StoreOptions
    let logger: Logger

    /// Opens the state file, or makes it, and reads every object of the given types.
    ///
    /// - Parameters:
    ///   - path: the state file; its directory must exist. No other process may have it open.
    ///   - types: the types that will be asked for. Objects of other types stay on disk, untouched.
    public init(
        path: String, types: [any Resource.Type], options: StoreOptions = StoreOptions(), logger: Logger
    ) throws(StoreError) {
        let disk = try Disk(path: path, beforeStep: options.beforeDiskStep)
        do {
            let (revision, shelves) = try disk.queue.writeWithoutTransaction { db in
                let reader = Disk.Reader(db: db, path: path)
                let revision = try reader.revision()
                var shelves: [ObjectIdentifier: any AnyShelf] = [:]
                for type in types {
                    shelves[ObjectIdentifier(type)] = try reader.shelf(type, revision: revision, options: options)
                }
                let known = Set(types.map { $0.type.qualifiedName })
                for unknown in try reader.typesOnDisk() where !known.contains(unknown) {
                    logger.info(
                        "the state file holds objects of a type that is not served", metadata: ["type": "\(unknown)"])
                }
                return (revision, shelves)
            }
            self.shelves = shelves
            writer = Writer(disk: disk, revision: revision, shelves: shelves, options: options, logger: logger)
        } catch {
            throw StoreError(error, path: path)
        }
        self.disk = disk
        self.options = options
        self.logger = logger
    }

    /// Everything up to this revision is visible, in every type.
    public var revision: Int64 { writer.revision }

    /// Carries out the writes that have been asked for, refuses new ones, ends all watches and lets go of the file.
    /// Reading from memory still works afterwards.
    public func close() async {
        writer.close()
        for shelf in shelves.values { shelf.close() }
        await withCheckedContinuation { done in
            // Behind everything that is queued.
            disk.queue.asyncWriteWithoutTransaction { _ in done.resume() }
        }
        do {
            try disk.close()
        } catch {
            logger.warning("the state file could not be closed", metadata: ["error": "\(error)"])
        }
    }
}

extension Disk.Reader {
    fileprivate func shelf<R: Resource>(_ type: R.Type, revision: Int64, options: StoreOptions) throws -> any AnyShelf {
        Shelf<R>(sorted: try objects(type), revision: revision, options: options)
    }
}

// MARK: - Reading

extension Store {
    public func get<R: Resource>(_ type: R.Type, _ key: ObjectKey) -> R? {
        shelves.shelf(type).stored(R.storeKey(key))?.object
    }

    /// The objects of a namespace (nil: of all), in key order.
    ///
    /// - Parameters:
    ///   - after: only objects behind this key, to go on where a list with a limit ended.
    ///   - limit: at most this many.
    public func list<R: Resource>(
        _ type: R.Type, namespace: String? = nil, after: ObjectKey? = nil, limit: Int? = nil
    ) -> Listing<R> {
        snapshot(type).list(namespace: namespace, after: after, limit: limit)
    }

    /// The objects of a type as they are now, for lists that are read in parts.
    public func snapshot<R: Resource>(_ type: R.Type) -> Snapshot<R> {
        let (table, revision) = shelves.shelf(type).snapshot()
        return Snapshot(revision: revision, table: table)
    }

    /// The objects that name an owner among their owner references, in key order.
    public func list<R: Resource>(_ type: R.Type, ownedBy uid: String) -> [R] {
        let table = shelves.shelf(type).owned(by: uid)
        return table?.slice(namespace: nil, after: nil, limit: nil).objects.map(\.object) ?? []
    }

    /// The changes of a type, in the order of their revisions.
    ///
    /// - Parameters:
    ///   - since: a revision that was read before (of a listing, an object or a bookmark): the watch tells what came
    ///     after it, or throws ``StoreError/expired(oldest:)`` when that is no longer known. Nil: it tells all objects
    ///     as added, then a bookmark, then the changes.
    ///   - filter: only objects that pass; one that begins or ceases to pass is told as added or deleted.
    public func watch<R: Resource>(
        _ type: R.Type, namespace: String? = nil, since: Int64? = nil, where filter: (@Sendable (R) -> Bool)? = nil
    ) throws(StoreError) -> Watch<R> {
        if let since, since > writer.highestRevision {
            throw .revisionInFuture(requested: since, current: revision)
        }
        let namespace = R.type.isNamespaced ? namespace : nil
        return try shelves.shelf(type).watch(namespace: namespace, since: since, filter: filter)
    }
}
