import Foundation
import Kube

extension CronJobDecision {
    /// Brings `status.active` and `status.lastSuccessfulTime` up to date with the Jobs there are.
    ///
    /// A Job of ours that runs and is not in the list was made by somebody else (`create job --from`): it is told of, and
    /// stays out of the list.
    mutating func updateActive(_ jobs: [Job]) {
        for job in jobs.sorted(by: { $0.name < $1.name }) {
            let isListed = status.isActive(job.uid)
            if !job.isFinished {
                if !isListed, job.metadata.deletionTimestamp == nil, memory.isNews("UnexpectedJob", of: job.uid) {
                    tell(
                        "UnexpectedJob", "Saw a job that the controller did not create or forgot: \(job.name)",
                        isWarning: true)
                }
            } else {
                if isListed {
                    status.removeActive(job.uid)
                    let condition = job.isComplete ? "Complete" : "Failed"
                    tell("SawCompletedJob", "Saw completed job: \(job.name), condition: \(condition)")
                }
                if job.isComplete, let time = job.status?.completionTime {
                    status.lastSuccessfulTime = max(time, status.lastSuccessfulTime ?? time)
                }
            }
        }
        let known = Set(jobs.map(\.uid))
        for reference in status.active ?? [] {
            guard let uid = reference.uid, !known.contains(uid) else { continue }
            tell("MissingJob", "Active job went missing: \(reference.name ?? "")")
            status.removeActive(uid)
        }
    }

    /// Deletes the oldest Jobs that finished, beyond the limits.
    mutating func cleanUp(_ jobs: [Job], _ spec: CronJobSpec) {
        let finished = jobs.filter { $0.isFinished && $0.metadata.deletionTimestamp == nil }
        if let limit = spec.successfulJobsHistoryLimit { delete(finished.filter(\.isComplete).oldest(beyond: limit)) }
        if let limit = spec.failedJobsHistoryLimit { delete(finished.filter(\.isFailed).oldest(beyond: limit)) }
    }

    mutating func delete(_ jobs: [Job]) {
        for job in jobs {
            delete.append(job)
            status.removeActive(job.uid)
            tell("SuccessfulDelete", "Deleted job \(job.name)")
        }
    }

    mutating func tell(_ reason: String, _ message: String, isWarning: Bool = false) {
        events.append(JobEvent(isWarning: isWarning, reason: reason, message: message))
    }
}

extension [Job] {
    /// By start, those that never started last, then by name.
    fileprivate func oldest(beyond limit: Int) -> [Job] {
        guard count > limit else { return [] }
        let order = sorted { a, b in
            let (left, right) = (
                a.status?.startTime?.date ?? .distantFuture, b.status?.startTime?.date ?? .distantFuture
            )
            return left != right ? left < right : a.name < b.name
        }
        return Array(order.prefix(count - limit))
    }
}

extension CronJobStatus {
    func isActive(_ uid: String) -> Bool { active?.contains { $0.uid == uid } == true }

    mutating func removeActive(_ uid: String) {
        active?.removeAll { $0.uid == uid }
        if active?.isEmpty == true { active = nil }
    }

    /// Without the `resourceVersion` upstream puts there: the Job is made in the same transaction and has none yet.
    mutating func addActive(_ job: Job) {
        var reference = ObjectReference(to: job)
        reference.resourceVersion = nil
        active = (active ?? []) + [reference]
    }
}
