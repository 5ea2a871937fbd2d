import Foundation
import Kube

/// Looks at a Job and its pods and says what should be.
///
/// `pods` holds every pod that has not been counted yet and every pod that has not ended; pods that ended and were
/// counted (those without the tracking finalizer) change nothing, so that the shell may leave them out.
/// `backoff` is what the decision before this one returned.
///
/// The order of the rules, which is upstream's (`syncJob` in pkg/controller/job/job_controller.go, 1.35) except where said:
///
/// 1. A Job that another controller manages is not ours.
/// 2. A finished Job stays as it is; pods that still carry its finalizer are let go.
/// 3. Pods are claimed and released before anything is counted, in a decision of its own: an adopted pod counts
///    from the next look on, when it carries our finalizer.
/// 4. A resumed Job starts anew before its deadline is looked at. (Upstream looks first, and so fails a Job that was
///    suspended for longer than its deadline the moment it is resumed.)
/// 5. A verdict that was given stays: SuccessCriteriaMet, then FailureTarget.
/// 6. Then comes a new one: failure policy, back-off limit, deadline, failed indexes, success policy (`newVerdict`).
/// 7. With a verdict every active pod goes, and those the deadline killed a moment before; without one, pods are made or deleted, unless the Job is being deleted.
/// 8. The terminal condition comes last, when no pod is left that could still write its output.
func decide(_ job: Job, pods: [Pod], backoff: BackoffRecord = BackoffRecord(), now: Date) -> JobDecision {
    var decision = JobDecision(status: job.status ?? JobStatus(), backoff: backoff)
    if !job.spec.isManagedHere { return decision }

    if job.isFinished {
        decision.untrack = pods.filter { $0.isTracked && $0.isControlled(by: job) }.map(\.name).sorted()
        return decision
    }

    let claims = Claims(of: job, among: pods)
    if !claims.adopt.isEmpty || !claims.release.isEmpty {
        decision.adopt = claims.adopt
        decision.release = claims.release
        decision.look(at: now)
        return decision
    }

    decision.status.uncountedTerminatedPods = decision.status.uncountedTerminatedPods ?? UncountedTerminatedPods()
    start(job, &decision, now)

    let deadline = JobDeadline(of: job, startedAt: decision.status.startTime?.date)
    var tally = Tally(of: job, pods: claims.owned, deadline: deadline)
    decision.count(failuresOf: tally, job)

    let verdict = standingVerdict(decision.status) ?? newVerdict(job, tally, deadline, now)
    if verdict == nil, let deadline { decision.look(at: deadline.date) }

    if let verdict {
        decision.delete = tally.podsToEnd.map(\.name).sorted()
        tally.deleteAllActive()
        writeCounts(tally, under: verdict, job, into: &decision)
        conclude(verdict, terminating: tally.terminating, into: &decision, completions: job.spec.completions, now)
    } else {
        if job.metadata.deletionTimestamp == nil {
            manage(job, &tally, deadline, &decision, now)
        }
        let isComplete =
            tally.activeCount == 0
            && (job.spec.completions.map { tally.succeeded >= $0 } ?? (tally.succeeded > 0))
        let success: JobVerdict? = isComplete ? .completionsReached : nil
        writeCounts(tally, under: success, job, into: &decision)
        if let success {
            conclude(success, terminating: tally.terminating, into: &decision, completions: job.spec.completions, now)
        } else if job.metadata.deletionTimestamp == nil {
            tellSuspension(job, &decision, now)
        }
    }

    decision.status.active = omitZero(tally.activeCount)
    decision.status.ready = tally.ready
    decision.status.terminating = tally.terminating
    return decision
}

extension JobDecision {
    /// What has to be remembered of the pods that failed: how long to wait, and how much more memory to give.
    fileprivate mutating func count(failuresOf tally: Tally, _ job: Job) {
        if tally.memory != tally.judge.memory { oomRetries = tally.memory.annotation }
        // With limits per index every index waits for itself. More memory is given at once.
        if job.spec.backoffLimitPerIndex != nil { return }
        let failed = tally.failedPods.filter { tally.judge.meaning(of: $0) != .growsMemory }
        backoff = backoff.counting(succeeded: tally.succeededPods, failed: failed)
    }

    mutating func look(at date: Date) {
        lookAgainAt = min(lookAgainAt ?? date, date)
    }
}
