import Foundation
import Kube

/// Why a Job ends. Reasons and messages are upstream's.
struct JobVerdict: Equatable {
    let isFailure: Bool
    let reason: String
    let message: String

    static let completionsReached = JobVerdict(
        isFailure: false, reason: "CompletionsReached", message: "Reached expected number of succeeded pods")
    static let backoffLimitExceeded = JobVerdict(
        isFailure: true, reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit")
    static let deadlineExceeded = JobVerdict(
        isFailure: true, reason: "DeadlineExceeded", message: "Job was active longer than specified deadline")
    static let maxFailedIndexesExceeded = JobVerdict(
        isFailure: true, reason: "MaxFailedIndexesExceeded",
        message: "Job has exceeded the specified maximal number of failed indexes")
    static let failedIndexes = JobVerdict(isFailure: true, reason: "FailedIndexes", message: "Job has failed indexes")

    static func podFailurePolicy(_ message: String) -> JobVerdict {
        JobVerdict(isFailure: true, reason: "PodFailurePolicy", message: message)
    }

    static func successPolicy(_ message: String) -> JobVerdict {
        JobVerdict(isFailure: false, reason: "SuccessPolicy", message: message)
    }
}

/// A verdict given in an earlier look; it waits for the last pods.
func standingVerdict(_ status: JobStatus) -> JobVerdict? {
    for (type, isFailure) in [("SuccessCriteriaMet", false), ("FailureTarget", true)] {
        if let condition = status.condition(type), condition.status == "True" {
            return JobVerdict(isFailure: isFailure, reason: condition.reason ?? "", message: condition.message ?? "")
        }
    }
    return nil
}

/// What the pods and the clock say, in upstream's order:
///
/// 1. A pod that fails the Job by `podFailurePolicy`, whether it has a valid index or not.
/// 2. Failures over the limit, leaving out those the deadline caused: they would turn every deadline of a Job with
///    `backoffLimit: 0` into BackoffLimitExceeded when the supervisor was faster than we were.
/// 3. Under `restartPolicy: OnFailure`, restarts of containers of pods that have not ended.
/// 4. The deadline: by our clock, or because a supervisor says so.
/// 5. Under `backoffLimitPerIndex`, failed indexes: too many, or nothing left to run but them.
/// 6. `successPolicy`.
func newVerdict(_ job: Job, _ tally: Tally, _ deadline: JobDeadline?, _ now: Date) -> JobVerdict? {
    if let message = tally.judge.messageOfFailedJob(tally.failedPods + tally.failedWithoutIndex) {
        return .podFailurePolicy(message)
    }
    return failureVerdict(job, tally, deadline, now) ?? indexVerdict(job, tally)
}

private func failureVerdict(_ job: Job, _ tally: Tally, _ deadline: JobDeadline?, _ now: Date) -> JobVerdict? {
    let limit = job.spec.backoffLimit ?? (job.spec.backoffLimitPerIndex == nil ? 6 : Int(Int32.max))
    if tally.failed > limit { return .backoffLimitExceeded }
    if job.spec.template.spec.restartPolicy == "OnFailure" {
        if limit == 0 ? tally.restarts > 0 : tally.restarts >= limit { return .backoffLimitExceeded }
    }
    if let deadline, !tally.killedPods.isEmpty || now >= deadline.date { return .deadlineExceeded }
    return nil
}

private func indexVerdict(_ job: Job, _ tally: Tally) -> JobVerdict? {
    guard job.isIndexed else { return nil }
    let completions = job.spec.completions ?? 0
    if let failed = tally.indexes.failed?.count, failed > 0 {
        if let maximum = job.spec.maxFailedIndexes, failed > maximum { return .maxFailedIndexesExceeded }
        if failed + tally.indexes.completed.count >= completions { return .failedIndexes }
    }
    return job.spec.successPolicy?.match(tally.indexes.completed, completions: completions).map(
        JobVerdict.successPolicy)
}

/// Writes the verdict's conditions: the interim one now, the terminal one when no pod is left.
func conclude(
    _ verdict: JobVerdict, terminating: Int, into decision: inout JobDecision, completions: Int?, _ now: Date
) {
    let interim = verdict.isFailure ? "FailureTarget" : "SuccessCriteriaMet"
    decision.status.setCondition(interim, true, verdict.reason, verdict.message, now)
    guard terminating == 0 else { return }

    let terminal = verdict.isFailure ? "Failed" : "Complete"
    decision.status.setCondition(terminal, true, verdict.reason, verdict.message, now)
    // Ours: one condition to wait for when either end will do.
    decision.status.setCondition("Finished", true, verdict.reason, verdict.message, now)
    if verdict.isFailure {
        decision.events.append(JobEvent(isWarning: true, reason: verdict.reason, message: verdict.message))
        return
    }
    decision.status.completionTime = Timestamp(now)
    if let completions, (decision.status.succeeded ?? 0) > completions {
        decision.events.append(
            JobEvent(
                isWarning: true, reason: "TooManySucceededPods",
                message: "Too many succeeded pods running after completion count reached"))
    }
    decision.events.append(JobEvent(reason: "Completed", message: "Job completed"))
}
