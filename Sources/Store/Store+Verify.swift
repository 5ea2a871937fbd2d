import GRDB
import Kube

extension Store {
    /// Compares memory with disk, and Jobs, pods and ledger with one another (``LedgerAudit``), between two commits.
    ///
    /// - Returns: what does not agree, in sentences; empty when all is well. Tests ask after every scenario.
    public func verify() async throws(StoreError) -> [String] {
        let shelves = shelves
        let writer = writer
        let path = disk.path
        return try await read { db in
            let reader = Disk.Reader(db: db, path: path)
            var broken = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let revision = try reader.revision()
            if revision != writer.revision {
                broken.append("the counter is \(revision) on disk and \(writer.revision) in memory")
            }
            if let highest = try Int64.fetchOne(db, sql: "SELECT max(revision) FROM objects"), highest > revision {
                broken.append("an object has revision \(highest), the counter is \(revision)")
            }
            for shelf in shelves.values {
                do {
                    broken += try shelf.brokenInvariants(disk: reader, revision: revision)
                } catch let error as StoreError {
                    broken.append(error.description)
                }
            }
            broken += Self.brokenQuotas(shelves)
            return try broken + Self.brokenLedger(shelves, reader)
        }
    }

    /// What quotas say is used, and what is.
    private static func brokenQuotas(_ shelves: [ObjectIdentifier: any AnyShelf]) -> [String] {
        shelves.objects(ResourceQuota.self).compactMap { quota in
            let used = shelves.used(of: quota.spec ?? ResourceQuotaSpec(), in: quota.namespace)
            if used == quota.status?.used ?? [:] { return nil }
            return "quota \"\(quota.key)\" has miscounted: \(quota.status?.used ?? [:]), and it is \(used)"
        }
    }

    private static func brokenLedger(
        _ shelves: [ObjectIdentifier: any AnyShelf], _ disk: Disk.Reader
    ) throws -> [String] {
        let jobs = shelves.objects(Job.self)
        let pods = shelves.objects(Pod.self)
        let ledger = try disk.ledger(ofJobs: Set(jobs.map(\.uid)), pods: Set(pods.map(\.uid)))
        let audit = LedgerAudit(jobs: jobs, pods: pods, records: ledger.records, hasLedger: ledger.hasRecords)
        return ledger.broken + audit.brokenRules()
    }
}

extension [ObjectIdentifier: any AnyShelf] {
    /// None when the store was opened without the type.
    fileprivate func objects<R: Resource>(_ type: R.Type) -> [R] {
        guard self[ObjectIdentifier(type)] != nil else { return [] }
        return shelf(type).snapshot().table.slice(namespace: nil, after: nil, limit: nil).objects.map(\.object)
    }
}

extension Shelf {
    func brokenInvariants(disk: Disk.Reader, revision: Int64) throws -> [String] {
        let type = R.type.qualifiedName
        let (table, owned, history, ownRevision) = contents.withLock { ($0.table, $0.owned, $0.history, $0.revision) }
        var broken: [String] = []
        let stored = table.slice(namespace: nil, after: nil, limit: nil).objects
        if ownRevision != revision { broken.append("\(type) are at revision \(ownRevision), the store at \(revision)") }
        if stored.count != table.count || table.chunks.contains(where: \.isEmpty) {
            broken.append("the table of \(type) has miscounted")
        }
        for (a, b) in zip(stored, stored.dropFirst()) where !a.key.precedes(b.key) {
            broken.append("\(type) \"\(a.key)\" stands before \"\(b.key)\"")
        }
        let onDisk = try disk.objects(R.self)
        if onDisk.map(\.key) != stored.map(\.key) {
            broken.append("memory holds \(stored.count) \(type), the disk \(onDisk.count), or others")
        } else {
            for (a, b) in zip(stored, onDisk) where a.object != b.object || a.revision != b.revision {
                broken.append("\(type) \"\(a.key)\" differs between memory and disk")
            }
        }
        for object in stored where object.object.isFreeToGo {
            broken.append("\(type) \"\(object.key)\" is deleted and still there")
        }
        for index in 1..<max(1, history.count) where history[index - 1].revision >= history[index].revision {
            broken.append("the history of \(type) goes back from revision \(history[index - 1].revision)")
        }
        return broken + brokenOwnership(stored, owned)
    }

    private func brokenOwnership(_ stored: [Stored<R>], _ owned: [String: SortedTable<R>]) -> [String] {
        var expected: [String: [ObjectIdentifier]] = [:]
        for object in stored {
            for owner in Set(object.ownerUIDs) { expected[owner, default: []].append(ObjectIdentifier(object)) }
        }
        let found = owned.mapValues {
            $0.slice(namespace: nil, after: nil, limit: nil).objects.map { ObjectIdentifier($0) }
        }
        return expected == found ? [] : ["the index of owners of \(R.type.qualifiedName) is wrong"]
    }
}
