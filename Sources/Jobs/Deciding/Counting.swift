import Foundation
import Kube

/// The pods of a Job, sorted into what they mean for its numbers.
///
/// A pod counts exactly once: while it carries the tracking finalizer it has not been counted, and the finalizer
/// goes in the same transaction that writes the number.
struct Tally {
    /// Not ended, not being deleted.
    var active: [Pod] = []
    /// Ended with success and not counted yet. For an Indexed Job, with a valid index.
    var succeededPods: [Pod] = []
    /// Failed, or being deleted, and not counted yet. For an Indexed Job, with a valid index.
    var failedPods: [Pod] = []
    /// Everything with the tracking finalizer.
    var tracked: [Pod] = []
    /// Restarts of containers of pods that have not ended.
    var restarts = 0
    /// Successes, those of this look included.
    var succeeded = 0
    /// Failures, those of this look included.
    var failed = 0
    var activeCount = 0
    var ready = 0
    var terminating = 0
    /// Indexes that succeeded, those of this look included; empty for a NonIndexed Job.
    var completedIndexes = CompletionIndexes()
    var terminatingPods: [Pod] = []

    init(of job: Job, pods: [Pod]) {
        for pod in pods {
            if pod.isActive {
                active.append(pod)
                if pod.isReady { ready += 1 }
            } else if pod.isTerminating {
                terminatingPods.append(pod)
            }
            if !pod.hasEnded {
                restarts += pod.containerRestarts
            }
            guard pod.isTracked else { continue }
            tracked.append(pod)
            if job.isIndexed && !job.hasIndex(of: pod) { continue }
            if pod.phase == "Succeeded" {
                succeededPods.append(pod)
            } else if pod.countsAsFailed(in: job) {
                failedPods.append(pod)
            }
        }
        activeCount = active.count
        terminating = terminatingPods.count
        failed = (job.status?.failed ?? 0) + failedPods.count
        if job.isIndexed {
            completedIndexes = CompletionIndexes(job.status?.completedIndexes ?? "", below: job.spec.completions ?? 0)
            completedIndexes.insert(succeededPods.compactMap(\.completionIndex))
            succeeded = completedIndexes.count
        } else {
            succeeded = (job.status?.succeeded ?? 0) + succeededPods.count
        }
    }

    /// Active pods that are deleted now are terminating from now on.
    mutating func delete(_ pods: [Pod]) {
        activeCount -= pods.count
        terminating += pods.count
        ready -= pods.count { $0.isReady }
    }

    mutating func deleteAllActive() { delete(active) }
}

/// Writes the numbers, and names the pods that lose the finalizer with them.
///
/// A pod loses the finalizer when it ended, when it counts as failed, when the Job has a verdict, or when the Job is
/// being deleted. Under a failure verdict every pod that has not ended counts as failed: it was killed for it.
func writeCounts(_ tally: Tally, under verdict: JobVerdict?, _ job: Job, into decision: inout JobDecision) {
    var failed = tally.failed
    let everyPodGoes = verdict != nil || job.metadata.deletionTimestamp != nil
    for pod in tally.tracked {
        let succeeded = pod.phase == "Succeeded"
        let isFailed = pod.countsAsFailed(in: job)
        guard everyPodGoes || succeeded || isFailed else { continue }
        decision.untrack.append(pod.name)
        let hasPlace = !job.isIndexed || job.hasIndex(of: pod)
        if !succeeded, !isFailed, hasPlace, verdict?.isFailure == true { failed += 1 }
    }
    decision.untrack.sort()
    decision.status.failed = omitZero(failed)
    decision.status.succeeded = omitZero(tally.succeeded)
    if job.isIndexed {
        let text = tally.completedIndexes.text
        decision.status.completedIndexes = text.isEmpty ? nil : text
    }
}

extension Pod {
    /// Under `podReplacementPolicy: Failed` only a pod that ended has failed. Otherwise a pod that is being deleted has
    /// failed too, for it may never get the chance to say so.
    func countsAsFailed(in job: Job) -> Bool {
        if phase == "Failed" { return true }
        if job.replacesOnlyEndedPods { return false }
        return metadata.deletionTimestamp != nil && phase != "Succeeded"
    }
}

extension Job {
    var isIndexed: Bool { spec.isIndexed }

    var replacesOnlyEndedPods: Bool { spec.podReplacementPolicy == "Failed" || spec.podFailurePolicy != nil }

    func hasIndex(of pod: Pod) -> Bool {
        guard let index = pod.completionIndex else { return false }
        return index < spec.completions ?? 0
    }
}
