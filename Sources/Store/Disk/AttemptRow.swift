import Foundation
import GRDB
import Kube

/// A record of the ledger as a row. The body is the record; the columns are what it is looked for by.
struct AttemptRow: Sendable {
    let record: AttemptRecord
    let body: Data

    var id: String { record.id }

    init(_ record: AttemptRecord) throws {
        self.record = record
        body = try ObjectCoding.encode(record)
    }

    /// Inserts the row unless one with its id is there; `changesCount` tells which.
    func insert(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO attempts (id, namespace, job_name, job_uid, pod_name, pod_uid, finished_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """)
        try statement.execute(arguments: [
            record.id, record.namespace, record.jobName, record.jobUID, record.podName, record.podUID,
            Int64((record.finishedAt.date.timeIntervalSince1970 * 1e6).rounded()), body,
        ])
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
}
