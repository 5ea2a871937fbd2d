import Foundation
import GRDB
import Kube

extension Disk.Reader {
    /// The ledger as far as it is of Jobs and pods that are still there: it grows without end, they do not.
    ///
    /// - Returns: the records, what is wrong with their rows, and whether there is any record at all.
    func ledger(ofJobs jobs: Set<String>, pods: Set<String>) throws -> (
        records: [AttemptRecord], broken: [String], hasRecords: Bool
    ) {
        var records: [AttemptRecord] = []
        var broken: [String] = []
        var hasRecords = false
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, job_uid, pod_uid, namespace, job_name, pod_name, finished_at, body,
                    (SELECT length(log) FROM attempt_logs WHERE attempt_logs.id = attempts.id)
                FROM attempts
                """)
        while let row = try rows.next() {
            hasRecords = true
            let (id, jobUID, podUID) = (row[0] as String, row[1] as String?, row[2] as String)
            guard pods.contains(podUID) || jobUID.map(jobs.contains) == true else { continue }
            guard let record = try? ObjectCoding.decode(AttemptRecord.self, from: row[7]) else {  // which is told
                broken.append("the record of attempt \"\(id)\" cannot be read")
                continue
            }
            records.append(record)
            let isTrue =
                record.id == id && record.jobUID == jobUID && record.podUID == podUID
                && id == AttemptRecord.makeID(podUID: podUID, container: record.container, attempt: record.attempt)
                && record.namespace == row[3] && record.jobName == row[4] && record.podName == row[5]
                && AttemptRow.microseconds(record) == row[6]
            if !isTrue { broken.append("the record of attempt \"\(id)\" does not match its row") }
            let length = row[8] as Int? ?? 0
            if length != record.logBytes ?? 0 {
                broken.append("attempt \"\(id)\" has \(length) bytes of log, its record says \(record.logBytes ?? 0)")
            }
        }
        let orphans = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM attempt_logs WHERE id NOT IN (SELECT id FROM attempts)")
        if let orphans, orphans > 0 { broken.append("\(orphans) saved logs belong to no attempt") }
        return (records, broken, hasRecords)
    }
}
