import Foundation
import GRDB
import Kube

/// The ledger is read from disk: it grows without end and is asked for rarely. All answers are oldest first.
extension Store {
    public func attempts(jobUID: String) async throws(StoreError) -> [AttemptRecord] {
        try await read { db in try AttemptRow.fetch(db, where: "job_uid = ?", [jobUID]) }
    }

    public func attempts(podUID: String) async throws(StoreError) -> [AttemptRecord] {
        try await read { db in try AttemptRow.fetch(db, where: "pod_uid = ?", [podUID]) }
    }

    /// Nil matches everything. A Job's name may stand for several Jobs, one after the other.
    public func attempts(
        namespace: String? = nil, jobName: String? = nil, podName: String? = nil
    ) async throws(StoreError) -> [AttemptRecord] {
        var conditions = ["TRUE"]
        var arguments = StatementArguments()
        for (column, value) in [("namespace", namespace), ("job_name", jobName), ("pod_name", podName)] {
            guard let value else { continue }
            conditions.append("\(column) = ?")
            arguments += [value]
        }
        let condition = conditions.joined(separator: " AND ")
        let values = arguments
        return try await read { db in try AttemptRow.fetch(db, where: condition, values) }
    }

    /// The end of an attempt's log, in the lines of the CRI; nil when there is none: it wrote nothing, or is not known.
    public func log(ofAttempt id: String) async throws(StoreError) -> Data? {
        try await read { db in try AttemptRow.fetchLog(db, id: id) }
    }

    /// Reads from disk, between commits, off the cooperative pool.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        do {
            return try await disk.queue.read(body)
        } catch {
            throw StoreError(error, path: disk.path)
        }
    }
}
