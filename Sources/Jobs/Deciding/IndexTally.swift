import Kube

/// What is known of the indexes of an Indexed Job; empty for any other.
struct IndexTally {
    /// Indexes that succeeded, those of this look included, and those an earlier Job completed for this one.
    var completed = CompletionIndexes()
    /// Indexes that failed for good, those of this look included. Nil without `backoffLimitPerIndex`.
    var failed: CompletionIndexes?
    /// Under `backoffLimitPerIndex`: of each index that has to be run again, the pod that failed last. It stays uncounted
    /// until its successor is there, so that the successor can be told how often the index failed (KEP-3850).
    var predecessors: [Int: Pod] = [:]

    init() {}

    init(of job: Job, _ tally: Tally) {
        let completions = job.spec.completions ?? 0
        completed = CompletionIndexes(job.status?.completedIndexes ?? "", below: completions)
        if let before = job.metadata.annotations?[StintAnnotation.completedBefore] {
            completed.insert(CompletionIndexes(before, below: completions))
        }
        completed.insert(tally.succeededPods.compactMap(\.completionIndex))
        guard let limit = job.spec.backoffLimitPerIndex else { return }

        var failed = CompletionIndexes(job.status?.failedIndexes ?? "", below: completions)
        failed.insert(
            tally.failedPods.filter { tally.judge.hasFailedItsIndex($0, limit: limit) }.compactMap(\.completionIndex))
        self.failed = failed
        let active = Set(tally.active.compactMap(\.completionIndex))
        for pod in tally.failedPods {
            guard let index = pod.completionIndex else { continue }
            if completed.contains(index) || failed.contains(index) || active.contains(index) { continue }
            if let known = predecessors[index], !pod.isLaterAttempt(than: known) { continue }
            predecessors[index] = pod
        }
    }

    func isAwaitingSuccessor(_ pod: Pod) -> Bool {
        guard let index = pod.completionIndex else { return false }
        return predecessors[index]?.metadata.uid == pod.metadata.uid
    }

    func write(into status: inout JobStatus) {
        let text = completed.text
        status.completedIndexes = text.isEmpty ? nil : text
        status.failedIndexes = failed?.text
    }
}

extension Pod {
    /// Failures of the index before this pod that counted.
    var indexFailures: Int { number(in: JobLabels.indexFailureCount) }

    /// All failures of the index before this pod.
    var indexAttempts: Int { indexFailures + number(in: JobLabels.indexIgnoredFailureCount) }

    fileprivate func isLaterAttempt(than other: Pod) -> Bool {
        indexAttempts >= other.indexAttempts && finishTime >= other.finishTime
    }

    /// Zero for what is no count: people can edit annotations.
    private func number(in annotation: String) -> Int {
        guard let text = metadata.annotations?[annotation], let number = Int32(text), number > 0 else { return 0 }
        return Int(number)
    }
}
