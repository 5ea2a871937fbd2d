import Foundation
import GRDB
import Kube

/// The steps of a commit on disk, in order, as tests of faults name them.
enum DiskStep: Hashable, Sendable {
    case begin, counter, insert, replace, remove, record, commit
}

/// The state file. One connection, held exclusively from open to close: that is what keeps a second daemon out.
///
/// Write-ahead log with `synchronous = FULL`: a commit returns after the log is on disk, so what was acknowledged
/// survives a power cut.
final class Disk: Sendable {
    let path: String
    let queue: DatabaseQueue
    private let beforeStep: (@Sendable (DiskStep) throws -> Void)?

    init(path: String, beforeStep: (@Sendable (DiskStep) throws -> Void)?) throws(StoreError) {
        self.path = path
        self.beforeStep = beforeStep
        do {
            try Self.makePrivate(path)
            var configuration = Configuration()
            configuration.label = "stint.store"
            configuration.prepareDatabase { db in
                try db.execute(
                    sql: """
                        PRAGMA locking_mode = EXCLUSIVE;
                        PRAGMA journal_mode = WAL;
                        PRAGMA synchronous = FULL;
                        PRAGMA journal_size_limit = 16777216;
                        PRAGMA temp_store = MEMORY;
                        """)
                // The lock is taken at the first access, so make one.
                try db.execute(sql: "BEGIN IMMEDIATE; COMMIT")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { db in try Schema.prepare(db, path: path) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// The file is made, or made again, readable by its owner alone; SQLite gives its log the same mode.
    private static func makePrivate(_ path: String) throws {
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        if FileManager.default.fileExists(atPath: path) {
            try FileManager.default.setAttributes(mode, ofItemAtPath: path)
        } else if !FileManager.default.createFile(atPath: path, contents: nil, attributes: mode) {
            throw StoreError.inputOutput("cannot create \"\(path)\"")
        }
    }

    /// One durable transaction. Every row it replaces or removes must be there in the version that is named; if one is
    /// not, memory and disk disagree and nothing is written.
    ///
    /// - Returns: the records that were there already, by their place.
    func commit(_ rows: [RowChange], records: [AttemptRow], from old: Int64, to new: Int64, in db: Database) throws
        -> Set<Int>
    {
        var known: Set<Int> = []
        try step(.begin)
        try db.inTransaction(.immediate) {
            try step(.counter)
            try expectOneRow(db, "UPDATE counter SET revision = ? WHERE revision = ?", [new, old])
            for row in rows { try write(row, in: db) }
            for (place, record) in records.enumerated() {
                try step(.record)
                if try !record.insert(db) { known.insert(place) }
            }
            try step(.commit)
            return .commit
        }
        return known
    }

    private func write(_ row: RowChange, in db: Database) throws {
        switch row {
        case .insert(let type, let key, let revision, let body):
            try step(.insert)
            try expectOneRow(
                db, "INSERT INTO objects (revision, type, namespace, name, body) VALUES (?, ?, ?, ?, ?)",
                [revision, type, key.namespace ?? "", key.name, body])
        case .replace(let type, let key, let old, let revision, let body):
            try step(.replace)
            try expectOneRow(
                db,
                "UPDATE objects SET revision = ?, body = ? WHERE revision = ? AND type = ? AND namespace = ? AND name = ?",
                [revision, body, old, type, key.namespace ?? "", key.name])
        case .remove(let type, let key, let old):
            try step(.remove)
            try expectOneRow(
                db, "DELETE FROM objects WHERE revision = ? AND type = ? AND namespace = ? AND name = ?",
                [old, type, key.namespace ?? "", key.name])
        }
    }

    private func expectOneRow(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        let statement = try db.cachedStatement(sql: sql)
        try statement.execute(arguments: arguments)
        guard db.changesCount == 1 else {
            throw StoreError.corrupt(path: path, "it was changed behind this program's back")
        }
    }

    private func step(_ step: DiskStep) throws { try beforeStep?(step) }

    func close() throws { try queue.close() }
}

/// What one change of an object is to the state file.
enum RowChange: Sendable {
    case insert(type: String, ObjectKey, revision: Int64, body: Data)
    case replace(type: String, ObjectKey, old: Int64, revision: Int64, body: Data)
    case remove(type: String, ObjectKey, old: Int64)
}

extension StoreError {
    /// What SQLite says, in the store's words.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_FULL: self = .diskFull
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(path: path)
            case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_CONSTRAINT: self = .corrupt(path: path, message)
            default: self = .inputOutput("\(message) (SQLite \(error.extendedResultCode.rawValue))")
            }
        default: self = .inputOutput(String(describing: error))
        }
    }
}
