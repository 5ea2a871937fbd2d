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
    /// The same, of an Indexed Job and without a valid index: they count for nothing, but can fail the Job.
    var failedWithoutIndex: [Pod] = []
    /// Ended by their supervisors because the Job's time was up, and not counted yet. Upstream's kubelet does not know of
    /// that deadline: the pods are active there when the controller deletes them. So they are held to be here, and it
    /// makes no difference who was faster.
    var killedPods: [Pod] = []
    /// Everything with the tracking finalizer.
    var tracked: [Pod] = []
    /// Restarts of containers of pods that have not ended.
    var restarts = 0
    /// Successes, those of this look included.
    var succeeded = 0
    /// Failures that count, those of this look included.
    var failed = 0
    var activeCount = 0
    var ready = 0
    var terminating = 0
    var terminatingPods: [Pod] = []
    /// Of an Indexed Job.
    var indexes = IndexTally()
    let judge: FailureJudge
    private let deadline: JobDeadline?
    /// With the raises that pods of this look are to be followed by.
    var memory: MemoryRaises

    init(of job: Job, pods: [Pod], deadline: JobDeadline?) {
        self.deadline = deadline
        judge = FailureJudge(for: job)
        memory = judge.memory
        for pod in pods { sort(pod, job) }
        for pod in failedPods where judge.meaning(of: pod) == .growsMemory { memory.raise(after: pod) }
        activeCount = active.count
        terminating = terminatingPods.count
        failed = (job.status?.failed ?? 0) + failedPods.count { judge.meaning(of: $0).isCounted }
        succeeded = (job.status?.succeeded ?? 0) + succeededPods.count
        if job.isIndexed {
            indexes = IndexTally(of: job, self)
            succeeded = indexes.completed.count
        }
    }

    private mutating func sort(_ pod: Pod, _ job: Job) {
        if pod.isActive {
            active.append(pod)
            if pod.isReady { ready += 1 }
        } else if pod.isTerminating {
            terminatingPods.append(pod)
        }
        if !pod.hasEnded { restarts += pod.containerRestarts }
        guard pod.isTracked else { return }
        tracked.append(pod)
        let hasPlace = !job.isIndexed || job.hasIndex(of: pod)
        if wasKilled(pod) {
            killedPods.append(pod)
        } else if pod.phase == "Succeeded" {
            if hasPlace { succeededPods.append(pod) }
        } else if pod.countsAsFailed(in: job) {
            if hasPlace { failedPods.append(pod) } else { failedWithoutIndex.append(pod) }
        }
    }

    /// By its supervisor, at the Job's deadline.
    private func wasKilled(_ pod: Pod) -> Bool { deadline?.killed(pod) == true }

    /// A pod that the deadline killed is not judged by how it ended, no more than one that is deleted then.
    func countsAsFailure(_ pod: Pod) -> Bool { wasKilled(pod) || judge.meaning(of: pod).isCounted }

    /// Those that go when there is a verdict.
    var podsToEnd: [Pod] { active + killedPods.filter { $0.metadata.deletionTimestamp == nil } }

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
/// A failed pod whose index waits for its successor keeps it, and is not counted before the successor is there, for the
/// successor takes over how often the index failed.
func writeCounts(_ tally: Tally, under verdict: JobVerdict?, _ job: Job, into decision: inout JobDecision) {
    var failed = job.status?.failed ?? 0
    let everyPodGoes = verdict != nil || job.metadata.deletionTimestamp != nil
    for pod in tally.tracked {
        let succeeded = pod.phase == "Succeeded"
        let isFailed = pod.countsAsFailed(in: job)
        guard everyPodGoes || succeeded || isFailed else { continue }
        if !everyPodGoes, !succeeded, tally.indexes.isAwaitingSuccessor(pod) { continue }
        decision.untrack.append(pod.name)
        if succeeded || job.isIndexed && !job.hasIndex(of: pod) { continue }
        if isFailed || verdict?.isFailure == true, tally.countsAsFailure(pod) { failed += 1 }
    }
    decision.untrack.sort()
    decision.status.failed = omitZero(failed)
    decision.status.succeeded = omitZero(tally.succeeded)
    if job.isIndexed { tally.indexes.write(into: &decision.status) }
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
