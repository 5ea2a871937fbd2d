import GRDB
import Kube
import Logging
import Synchronization

/// The one place where things are written.
///
///     callers ──▶ queue ──▶ plan in memory ──▶ one transaction, on disk ──▶ memory and watches ──▶ callers
///
/// Writes that arrive while a commit is on its way to the disk wait in the queue and share the next one. Memory and
/// watches change only after the commit, in the order of revisions; when the disk fails, they do not change at all and
/// every write of the batch is told so.
final class Writer: Sendable {
    /// A write on its way. `plan` returns what to do once the plan is on disk.
    struct Request: Sendable {
        let plan: @Sendable (Batch) throws -> @Sendable (Outcome) -> Void
        let fail: @Sendable (any Error) -> Void
    }

    /// What a commit can tell beside that it happened.
    struct Outcome: Sendable {
        /// The places in the batch of records whose ids were in the ledger already.
        let knownRecords: Set<Int>
    }

    private struct Queue {
        var requests: [Request] = []
        var isDraining = false
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let disk: Disk
    private let shelves: [ObjectIdentifier: any AnyShelf]
    private let options: StoreOptions
    private let logger: Logger
    /// The highest revision that may be visible somewhere; at or ahead of `revision`.
    private let highest: Atomic<Int64>
    /// Everything up to here is visible everywhere.
    private let visible: Atomic<Int64>
    private let commits = Atomic<Int>(0)
    /// What is used of quotas after the last commit. Used on the writer only.
    private let book = Mutex(QuotaBook())

    var revision: Int64 { visible.load(ordering: .acquiring) }
    var highestRevision: Int64 { highest.load(ordering: .acquiring) }
    /// How many transactions there were, for tests of sharing.
    var commitCount: Int { commits.load(ordering: .relaxed) }

    init(
        disk: Disk, revision: Int64, shelves: [ObjectIdentifier: any AnyShelf], options: StoreOptions, logger: Logger
    ) {
        self.disk = disk
        self.shelves = shelves
        self.options = options
        self.logger = logger
        highest = Atomic(revision)
        visible = Atomic(revision)
    }

    func enqueue(_ requests: [Request]) {
        let (isClosed, starts) = queue.withLock { queue -> (Bool, Bool) in
            guard !queue.isClosed else { return (true, false) }
            queue.requests += requests
            defer { queue.isDraining = true }
            return (false, !queue.isDraining)
        }
        if isClosed {
            for request in requests { request.fail(StoreError.closed) }
        } else if starts {
            disk.queue.asyncWriteWithoutTransaction { db in self.drain(db) }
        }
    }

    /// Refuses new writes. Those in the queue are still carried out.
    func close() { queue.withLock { $0.isClosed = true } }

    private func drain(_ db: Database) {
        while true {
            let requests = queue.withLock { queue -> [Request] in
                let taken = Array(queue.requests.prefix(options.batchLimit))
                queue.requests.removeFirst(taken.count)
                if taken.isEmpty { queue.isDraining = false }
                return taken
            }
            if requests.isEmpty { return }
            perform(requests, db)
        }
    }

    private func perform(_ requests: [Request], _ db: Database) {
        let batch = Batch(
            revision: revision, options: options, shelves: shelves, book: book.withLock { $0 })
        let plans = requests.map { request in Result { try batch.attempt(request.plan) } }
        let outcome: Outcome
        do {
            try batch.settleQuotas()
            outcome = try commit(batch, db)
            book.withLock { $0 = batch.book }
        } catch {
            let error = StoreError(error, path: disk.path)
            logger.warning("a commit failed", metadata: ["error": "\(error)", "writes": "\(requests.count)"])
            for request in requests { request.fail(error) }
            return
        }
        for wake in publish(batch) { wake() }
        for (request, plan) in zip(requests, plans) {
            switch plan {
            case .success(let succeed): succeed(outcome)
            case .failure(let error): request.fail(error)
            }
        }
    }

    private func commit(_ batch: Batch, _ db: Database) throws -> Outcome {
        if batch.isEmpty { return Outcome(knownRecords: []) }
        let rows = batch.drafts.values.flatMap(\.rows)
        let known = try disk.commit(rows, records: batch.records, from: revision, to: batch.revision, in: db)
        commits.add(1, ordering: .relaxed)
        for place in known {
            let id = batch.records[place].id
            logger.info("the attempt is in the ledger already", metadata: ["attempt.id": "\(id)"])
        }
        return Outcome(knownRecords: known)
    }

    private func publish(_ batch: Batch) -> [@Sendable () -> Void] {
        guard batch.revision > revision else { return [] }
        highest.store(batch.revision, ordering: .releasing)
        var wakers: [@Sendable () -> Void] = []
        for (type, shelf) in shelves {
            if let draft = batch.drafts[type] {
                wakers += draft.apply(revision: batch.revision)
            } else {
                shelf.advance(to: batch.revision)
            }
        }
        visible.store(batch.revision, ordering: .releasing)
        return wakers
    }
}
