import Kube

/// Jobs against their pods and the ledger.
extension LedgerAudit {
    func twofoldEnds() -> [String] {
        jobs.filter { $0.isComplete && $0.isFailed }.map { "job \"\($0.key)\" is complete and failed" }
    }

    func forgottenPods() -> [String] {
        jobs.filter(\.isFinished).flatMap { job in
            (podsOfJobs[job.uid] ?? []).filter(\.isTracked).map {
                "job \"\(job.key)\" is finished, and pod \"\($0.key)\" is still to be counted"
            }
        }
    }

    func inventedSuccesses() -> [String] {
        guard hasLedger else { return [] }
        return jobs.compactMap { job in
            let counted = job.status?.succeeded ?? 0
            guard counted > 0, !job.takesForeignPods else { return nil }
            if job.spec.isIndexed {
                let indexes = completedIndexes(job.status?.completedIndexes, job).count + completedBefore(job).count
                return counted <= indexes
                    ? nil : "job \"\(job.key)\" counts \(counted) successes and \(indexes) completed indexes"
            }
            let known = countedSuccesses(job).count
            return counted <= known ? nil : "job \"\(job.key)\" counts \(counted) successes, the ledger has \(known)"
        }
    }

    func inventedIndexes() -> [String] {
        guard hasLedger else { return [] }
        return jobs.compactMap { job in
            guard job.spec.isIndexed, !job.takesForeignPods else { return nil }
            let completed = completedIndexes(job.status?.completedIndexes, job)
            guard completed.count > 0 else { return nil }
            let successes = countedSuccesses(job).flatMap { records[$0] ?? [] }
            // Records older than this field do not say which index they are of.
            guard successes.allSatisfy({ $0.completionIndex != nil }) else { return nil }
            let known = completedBefore(job)
            let indexes = Set(successes.compactMap(\.completionIndex))
            let missing = completed.intervals.lazy.joined().first { !indexes.contains($0) && !known.contains($0) }
            return missing.map { "job \"\(job.key)\" has completed index \($0), the ledger has no success of it" }
        }
    }

    func lostSuccesses() -> [String] {
        jobs.compactMap { job in
            let ended = evidence(job, phase: "Succeeded")
            guard job.spec.isIndexed else {
                let counted = job.status?.succeeded ?? 0
                return ended.count <= counted
                    ? nil : "job \"\(job.key)\" counts \(counted) successes, \(ended.count) pods were counted"
            }
            let completed = completedIndexes(job.status?.completedIndexes, job)
            let lost = ended.first { pod in pod.completionIndex.map { !completed.contains($0) } ?? false }
            return lost.map { "job \"\(job.key)\" has not completed the index of pod \"\($0.key)\", which was counted" }
        }
    }

    /// Not of Jobs that leave some failures out: by a policy, or because a pod is tried again with more memory.
    func lostFailures() -> [String] {
        jobs.compactMap { job in
            guard job.spec.podFailurePolicy == nil, job.oomRetry == nil else { return nil }
            let (ended, counted) = (evidence(job, phase: "Failed").count, job.status?.failed ?? 0)
            return ended <= counted
                ? nil : "job \"\(job.key)\" counts \(counted) failures, \(ended) pods were counted"
        }
    }

    /// Pods that ended in a phase and must have been counted.
    private func evidence(_ job: Job, phase: String) -> [Pod] {
        // An Indexed Job that shrank and grew again has forgotten indexes.
        if job.spec.isIndexed, (job.metadata.generation ?? 1) > 1 { return [] }
        return (podsOfJobs[job.uid] ?? []).filter { pod in
            guard pod.status?.phase == phase, !pod.isTracked, pod.metadata.deletionTimestamp == nil else {
                return false
            }
            return !job.spec.isIndexed || (pod.completionIndex ?? .max) < job.spec.completions ?? 0
        }
    }

    /// Uids of pods that the ledger saw end well and that are not still to be counted.
    private func countedSuccesses(_ job: Job) -> Set<String> {
        let there = podsOfJobs[job.uid] ?? []
        let known = (recordedPods[job.uid] ?? []).union(there.map(\.uid))
        let open = Set(there.filter(\.isTracked).map(\.uid))
        return known.filter { !open.contains($0) && endedWell($0) }
    }

    /// The last attempt of each of its containers did.
    private func endedWell(_ podUID: String) -> Bool {
        guard let records = records[podUID], !records.isEmpty else { return false }
        return Dictionary(grouping: records, by: \.container).values.allSatisfy { attempts in
            attempts.max { $0.attempt < $1.attempt }?.exitCode == 0
        }
    }

    private func completedIndexes(_ text: String?, _ job: Job) -> CompletionIndexes {
        CompletionIndexes(text ?? "", below: job.spec.completions ?? 0)
    }

    private func completedBefore(_ job: Job) -> CompletionIndexes {
        completedIndexes(job.metadata.annotations?[StintAnnotation.completedBefore], job)
    }
}

extension Job {
    /// With a selector of its own a Job may adopt a pod that ended as somebody else's.
    fileprivate var takesForeignPods: Bool { spec.manualSelector == true }
}
