import Foundation
import Kube

/// Brings the number of active pods to what the Job asks for. Either deletes or creates, never both in one look.
///
/// 1. Suspended: every active pod goes. They lose the finalizer and do not count, for they did not fail.
/// 2. Too many (or, for an Indexed Job, one index twice, or an index that does not exist): the ones that have come
///    least far go first. They do not count either.
/// 3. Too few: new ones, as soon as the back-off allows.
/// 4. Pods that stay get the Job's present deadline.
func manage(_ job: Job, _ tally: inout Tally, _ deadline: JobDeadline?, _ decision: inout JobDecision, _ now: Date) {
    if job.spec.suspend == true {
        drop(tally.active.sorted(by: goesFirst), &tally, &decision)
        return
    }

    let wanted = wantedActive(job, tally)
    var surplus = podsToRemove(job, tally.active, atLeast: max(0, tally.activeCount - wanted))
    if surplus.count > PodBurst.limit {
        surplus.removeLast(surplus.count - PodBurst.limit)
        decision.look(at: now)
    }
    let isShrinking = !surplus.isEmpty
    if isShrinking { drop(surplus, &tally, &decision) }

    let dropped = Set(decision.delete)
    for pod in tally.active where !dropped.contains(pod.name) && pod.deadlineAnnotation != deadline?.annotation {
        decision.stamp[pod.name] = .some(deadline?.annotation)
    }
    if isShrinking { return }

    // A pod that is still ending holds its place under `podReplacementPolicy: Failed`.
    let ending = job.replacesOnlyEndedPods ? tally.terminating : 0
    let missing = wanted - ending - tally.activeCount
    guard missing > 0 else { return }
    create(min(missing, PodBurst.limit), job, &tally, deadline, &decision, now)
}

/// New pods, as far as the back-off allows: that of the Job, or, under `backoffLimitPerIndex`, that of each index.
private func create(
    _ missing: Int, _ job: Job, _ tally: inout Tally, _ deadline: JobDeadline?, _ decision: inout JobDecision,
    _ now: Date
) {
    let wait = BackoffWait(of: job)
    if let opensAt = decision.backoff.opensAt(wait), opensAt > now { return decision.look(at: opensAt) }
    var draft = PodDraft(deadline: deadline?.annotation)
    if !job.isIndexed {
        draft.memoryRaises = tally.memory.level(of: nil)
        decision.create = Array(repeating: draft, count: missing)
    } else {
        for index in indexesToRun(missing, job, tally, wait, &decision, now) {
            draft.index = index
            draft.memoryRaises = tally.memory.level(of: index)
            draft.failures = IndexFailures(job, tally.judge, before: tally.indexes.predecessors[index])
            decision.create.append(draft)
        }
    }
    tally.activeCount += decision.create.count
    // For those beyond the limit; and, of pods that now have a successor, for counting them.
    let hasSuccessors = decision.create.contains { $0.index.map { tally.indexes.predecessors[$0] != nil } ?? false }
    if decision.create.count == PodBurst.limit || hasSuccessors { decision.look(at: now) }
}

/// The first indexes that are neither done, nor running, nor given up. Under `backoffLimitPerIndex` those of them that may
/// run by now; while none may, the Job waits for the earliest (upstream's `getPodCreationInfoForIndependentIndexes`).
private func indexesToRun(
    _ missing: Int, _ job: Job, _ tally: Tally, _ wait: BackoffWait, _ decision: inout JobDecision, _ now: Date
) -> [Int] {
    let taken = tally.active + (job.replacesOnlyEndedPods ? tally.terminatingPods : [])
    let pending = tally.indexes.completed.firstMissing(
        missing, below: job.spec.completions ?? 0, besides: taken.compactMap(\.completionIndex), tally.indexes.failed)
    guard job.spec.backoffLimitPerIndex != nil else { return pending }

    var ready: [Int] = []
    var opens: [Date] = []
    for index in pending {
        guard let pod = tally.indexes.predecessors[index], tally.judge.meaning(of: pod) != .growsMemory else {
            ready.append(index)
            continue
        }
        let date = pod.finishTime.addingTimeInterval(wait.seconds(after: pod.indexAttempts + 1))
        if date <= now { ready.append(index) } else { opens.append(date) }
    }
    if ready.isEmpty, let first = opens.min() { decision.look(at: first) }
    return ready
}

/// How many pods should be active.
private func wantedActive(_ job: Job, _ tally: Tally) -> Int {
    let parallelism = job.spec.parallelism ?? 1
    guard let completions = job.spec.completions else {
        // A work queue: after the first success nothing new is started, and what runs may run to its end.
        return tally.succeeded > 0 ? tally.activeCount : parallelism
    }
    return max(0, min(completions - tally.succeeded, parallelism))
}

/// Deletes pods that are too many: uncounted.
private func drop(_ pods: [Pod], _ tally: inout Tally, _ decision: inout JobDecision) {
    decision.delete = pods.map(\.name)
    decision.untrack += pods.filter(\.isTracked).map(\.name)
    let names = Set(decision.delete)
    tally.tracked.removeAll { names.contains($0.name) }
    tally.delete(pods)
}

private func podsToRemove(_ job: Job, _ active: [Pod], atLeast: Int) -> [Pod] {
    var remove: [Pod] = []
    var keep = active
    if job.isIndexed {
        keep = []
        for (_, twins) in Dictionary(grouping: active, by: { job.hasIndex(of: $0) ? $0.completionIndex : nil }) {
            if twins.count == 1, job.hasIndex(of: twins[0]) {
                keep.append(twins[0])
            } else {
                var order = twins.sorted(by: goesFirst)
                if job.hasIndex(of: order[0]) { keep.append(order.removeLast()) }
                remove += order
            }
        }
        remove.sort(by: goesFirst)
    }
    if remove.count < atLeast {
        remove += keep.sorted(by: goesFirst).prefix(atLeast - remove.count)
    }
    return remove
}
