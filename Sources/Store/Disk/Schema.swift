import Foundation
import GRDB

/// The tables of the state file. The schema's number is SQLite's `user_version`; a file with a higher number than ours
/// is refused, one with a lower number is brought up step by step.
///
/// An object's row is keyed by its revision, so SQLite itself refuses a revision that is used twice, and a write that
/// names the version it replaces (`WHERE revision = ?`) finds no row when somebody was faster. New versions go to the
/// end of the table, which keeps the pages a commit touches few.
enum Schema {
    static let version = 2
    /// "stnt", so that `file state.db` and we can tell whose it is.
    static let applicationID = 0x7374_6e74

    /// - Parameter version: the newest one unless a test makes an old file.
    static func prepare(_ db: Database, path: String, version: Int = version) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if found == 0, application == 0 {
            guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
                throw StoreError.corrupt(path: path, "it is a database of some other program")
            }
        } else if application != applicationID {
            throw StoreError.corrupt(path: path, "it is a database of some other program")
        }
        guard found <= version else { throw StoreError.newerSchema(path: path, found: found, known: version) }
        for step in steps where step.version > found && step.version <= version { try take(step, db) }
    }

    /// A step and its number are written together, so that a crash leaves a file of one version or of the next.
    private static func take(_ step: (version: Int, sql: String), _ db: Database) throws {
        try db.inTransaction(.immediate) {
            try db.execute(sql: step.sql)
            try db.execute(
                sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(step.version);")
            return .commit
        }
    }

    /// What makes a file of each version from one of the version before; the first, from nothing. A step that was
    /// released is never changed.
    private static let steps: [(version: Int, sql: String)] = [
        (
            // Revisions start at 1: "0" means "any" to clients.
            1,
            """
            CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
            INSERT INTO counter VALUES (1, 1);
            CREATE TABLE objects (
                revision INTEGER PRIMARY KEY,
                type TEXT NOT NULL,
                namespace TEXT NOT NULL,
                name TEXT NOT NULL,
                body BLOB NOT NULL,
                UNIQUE (type, namespace, name)
            ) STRICT;
            CREATE TABLE attempts (
                id TEXT PRIMARY KEY,
                namespace TEXT NOT NULL,
                job_name TEXT,
                job_uid TEXT,
                pod_name TEXT NOT NULL,
                pod_uid TEXT NOT NULL,
                finished_at INTEGER NOT NULL,
                body BLOB NOT NULL
            ) STRICT;
            CREATE INDEX attempts_by_job ON attempts (job_uid) WHERE job_uid IS NOT NULL;
            CREATE INDEX attempts_by_pod ON attempts (pod_uid);
            CREATE INDEX attempts_by_name ON attempts (namespace, job_name);
            CREATE INDEX attempts_by_time ON attempts (finished_at);
            """
        ),
        (
            // The ends of logs, by the id of the attempt.
            2, "CREATE TABLE attempt_logs (id TEXT PRIMARY KEY REFERENCES attempts (id), log BLOB NOT NULL) STRICT;"
        ),
    ]
}
