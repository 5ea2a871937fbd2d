import Foundation
import Kube

@testable import Jobs

/// What must be true of a simulated Job after every look. Each rule is a sentence; the answer is those that are broken.
struct Invariants {
    private var last: JobStatus?
    private var lastLook = 0
    /// The attempts there were before.
    private var known: Int

    init(known: Int) { self.known = known }

    mutating func broken(by s: JobSimulator) -> [String] {
        var rules: [String] = []
        func check(_ sentence: String, _ holds: Bool) { if !holds { rules.append(sentence) } }
        let status = s.job.status ?? JobStatus()
        let spec = s.job.spec
        let owned = s.pods.filter { $0.value.isControlled(by: s.job) }
        let active = owned.values.filter(\.isActive)

        // A work queue that has had a success lets what runs run on, whatever is asked for.
        if spec.completions != nil || status.succeeded == nil {
            check("never more active pods than parallelism", active.count <= spec.parallelism ?? 1)
        }
        if let completions = spec.completions, !s.job.isFinished {
            check(
                "never more active pods than there is left to do",
                active.count <= max(0, completions - (status.succeeded ?? 0)))
        }
        if let decision = s.lastDecision, standingVerdict(decision.status) == nil {
            check(
                "a pod that is one too many is let go as it is deleted, so that it never counts",
                Set(decision.delete).isSubset(of: decision.untrack))
        }
        rules += newPods(s, status)
        if s.job.isIndexed {
            let indexes = active.compactMap { s.job.hasIndex(of: $0) ? $0.completionIndex : nil }
            check("no index twice at once", Set(indexes).count == indexes.count)
            let completed = CompletionIndexes(status.completedIndexes ?? "", below: .max)
            check("completedIndexes is written as it is read", completed.text == status.completedIndexes ?? "")
            check("succeeded is the number of completedIndexes", completed.count == status.succeeded ?? 0)
            let last = completed.intervals.last?.upperBound ?? -1
            check("no index that does not exist is completed", s.job.isFinished || last < spec.completions ?? 0)
            let failed = CompletionIndexes(status.failedIndexes ?? "", below: .max)
            check("no index is both completed and failed", completed.overlap(with: failed) == 0)
        } else {
            check("succeeded counts each pod that succeeded once", s.count(.succeeded) == status.succeeded ?? 0)
        }
        check("failed counts each pod that failed once", s.count(.failed) == status.failed ?? 0)
        check(
            "no counter is negative",
            [status.active, status.ready, status.terminating, status.succeeded, status.failed].allSatisfy {
                ($0 ?? 0) >= 0
            })
        check("no pod is counted twice", !s.attempts.contains(where: \.isCountedTwice))
        check(
            "what has not been counted carries the finalizer, what has been does not",
            owned.allSatisfy { ($0.value.isTracked) == (s.attempts[$0.key].fate == .open) })
        if !active.isEmpty, spec.suspend != true, s.job.metadata.deletionTimestamp == nil {
            check("a Job that runs has a startTime", status.startTime != nil)
        }
        rules += conditions(status, finished: s.job.isFinished, owned.values.contains { !$0.hasEnded })
        if let decision = s.lastDecision, let date = decision.lookAgainAt, s.looks > lastLook {
            let changesPods = !decision.create.isEmpty || !(decision.adopt + decision.release + decision.delete).isEmpty
            check("only who changed pods looks again at once", date > s.now || changesPods && date == s.now)
        }
        if let last, last.condition("Complete")?.status == "True" || last.condition("Failed")?.status == "True" {
            check("a finished Job never changes", last == status)
        }
        last = status
        lastLook = s.looks
        return rules
    }

    /// Of the pods that this look made.
    private mutating func newPods(_ s: JobSimulator, _ status: JobStatus) -> [String] {
        let new = s.attempts[known...].filter { $0.number > 0 }
        known = s.attempts.count
        if new.isEmpty { return [] }
        var rules: [String] = []
        if s.job.spec.suspend == true { rules.append("no pod is made for a suspended Job") }
        if standingVerdict(status) != nil { rules.append("no pod is made when there is a verdict") }
        if s.job.metadata.deletionTimestamp != nil { rules.append("no pod is made for a Job that is being deleted") }
        let completed = CompletionIndexes(status.completedIndexes ?? "", below: .max)
        let failed = CompletionIndexes(status.failedIndexes ?? "", below: .max)
        for index in new.compactMap(\.index) {
            if completed.contains(index) { rules.append("no completed index runs again") }
            if failed.contains(index) { rules.append("no failed index runs again") }
            guard let limit = s.job.spec.backoffLimitPerIndex else { continue }
            let failures = s.attempts.count { $0.index == index && $0.fate == .failed }
            if failures > limit { rules.append("no index runs more often than backoffLimitPerIndex allows") }
        }
        return rules
    }

    private func conditions(_ status: JobStatus, finished: Bool, _ isRunning: Bool) -> [String] {
        var rules: [String] = []
        let types = (status.conditions ?? []).filter { $0.status == "True" }.map(\.type)
        for (first, then) in [("SuccessCriteriaMet", "Complete"), ("FailureTarget", "Failed")] {
            guard let place = types.firstIndex(of: then) else { continue }
            if types.firstIndex(of: first).map({ $0 < place }) != true { rules.append("\(first) comes before \(then)") }
        }
        if types.contains("Complete"), types.contains("Failed") { rules.append("never both Complete and Failed") }
        if types.contains("SuccessCriteriaMet"), types.contains("FailureTarget") {
            rules.append("never both SuccessCriteriaMet and FailureTarget")
        }
        if Set(types).count != types.count { rules.append("each condition once") }
        if finished, isRunning { rules.append("a Job is finished only when no pod is left running or terminating") }
        if finished != types.contains("Finished") { rules.append("Finished is true of finished Jobs") }
        return rules
    }
}

extension JobSimulator {
    func count(_ fate: SimulatedAttempt.Fate) -> Int { attempts.count { $0.fate == fate } }

    var conditions: [String] { (job.status?.conditions ?? []).filter { $0.status == "True" }.map(\.type) }

    var story: String { timeline.map(\.description).joined(separator: "\n") }

    /// Runs to the end, checking at every step; the first broken rule ends the run.
    mutating func runChecked(steps: Int = 5000) -> String? {
        var invariants = Invariants(known: attempts.count)
        var taken = 0
        while nextMoment != nil {
            taken += 1
            if taken > steps { return "it does not come to an end" }
            let looked = looks
            step()
            if isGone { return nil }
            if let rule = invariants.broken(by: self).first { return rule }
            if looks == looked { continue }
            if taken % 4 == 0, let rule = unsettled { return rule }
        }
        if isGone || job.metadata.deletionTimestamp != nil { return isGone ? nil : "a deleted Job goes" }
        var copy = self
        copy.look()
        if copy.job != job || copy.pods != pods { return "when nothing is left to happen, a look finds nothing to do" }
        return nil
    }

    /// Looking again and again at the same moment comes to rest.
    private var unsettled: String? {
        var copy = self
        for _ in 0..<4 {
            let (job, pods) = (copy.job, copy.pods)
            copy.look()
            if copy.job == job, copy.pods == pods { return nil }
        }
        return "looks without a reason come to rest"
    }
}
