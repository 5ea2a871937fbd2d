import Foundation
import GRDB
import Kube

/// A record of the ledger as a row, and the end of the attempt's log as another. The body is the record; the columns are
/// what it is looked for by. Logs have a table of their own: whoever reads records does not page through them.
struct AttemptRow: Sendable {
    let record: AttemptRecord
    let body: Data
    /// Nil when nothing was written.
    let log: Data?

    var id: String { record.id }

    init(_ record: AttemptRecord, log: Data? = nil) throws {
        self.record = record
        self.log = log.flatMap { $0.isEmpty ? nil : $0 }
        body = try ObjectCoding.encode(record)
    }

    /// Inserts the record, and its log, unless a record with its id is there.
    ///
    /// - Returns: false when it is.
    func insert(_ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO attempts (id, namespace, job_name, job_uid, pod_name, pod_uid, finished_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """)
        try statement.execute(arguments: [
            record.id, record.namespace, record.jobName, record.jobUID, record.podName, record.podUID,
            Self.microseconds(record), body,
        ])
        guard db.changesCount == 1 else { return false }
        if let log {
            let statement = try db.cachedStatement(sql: "INSERT INTO attempt_logs (id, log) VALUES (?, ?)")
            try statement.execute(arguments: [record.id, log])
        }
        return true
    }

    /// The value of the column `finished_at`.
    static func microseconds(_ record: AttemptRecord) -> Int64 {
        Int64((record.finishedAt.date.timeIntervalSince1970 * 1e6).rounded())
    }

    /// Oldest first.
    static func fetch(_ db: Database, where condition: String, _ arguments: StatementArguments) throws
        -> [AttemptRecord]
    {
        let sql = "SELECT body FROM attempts WHERE \(condition) ORDER BY finished_at, id"
        return try Data.fetchAll(db, sql: sql, arguments: arguments).map {
            try ObjectCoding.decode(AttemptRecord.self, from: $0)
        }
    }

    static func fetchLog(_ db: Database, id: String) throws -> Data? {
        try Data.fetchOne(db, sql: "SELECT log FROM attempt_logs WHERE id = ?", arguments: [id])
    }
}
