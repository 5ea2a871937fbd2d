import Foundation
import Kube

extension JobSimulator {
    /// Pods that nobody owns.
    var orphans: [Int] {
        orphanPlaces.filter { pods[$0].map { $0.controllerReference == nil && job.selects($0) } ?? false }
    }

    /// Writes a decision, all of it at once, as `JobController.commit` does.
    mutating func carryOut(_ decision: JobDecision) {
        let wasFinished = job.isFinished
        noteFates(decision)
        let touched = Set(decision.untrack + decision.stamp.keys + decision.adopt + decision.release + decision.delete)
            .compactMap { places[$0] }.sorted()
        let changes = PodChanges(decision, for: job)
        for place in touched {
            if let pod = pods[place] { pods[place] = changes.applied(to: pod) }
        }
        for name in decision.adopt { tell("\(name) is adopted") }
        for name in decision.release { tell("\(name) is released") }
        for name in decision.delete { if let place = places[name] { delete(place) } }
        let old = job
        job = decision.applied(to: job)
        for draft in decision.create { create(draft, for: old) }
        for name in decision.stamp.keys { if let place = places[name] { plan(place) } }
        for place in touched { settle(place) }
        told += decision.events
        tellStatus(since: old)
        if job.isFinished, !wasFinished { finishedAt = now }
    }

    /// The controller knows what it wrote itself.
    private mutating func settle(_ place: Int) {
        guard let pod = pods[place] else { return }
        let isOpen = pod.isControlled(by: job) && (pod.isTracked || !pod.hasEnded)
        if isOpen { memory?.open.insert(place) } else { memory?.open.remove(place) }
        sweep(place)
    }

    private mutating func create(_ draft: PodDraft, for job: Job) {
        var pod = draft.makePod(for: job)
        attemptNumbers[draft.index, default: 0] += 1
        add(&pod, index: draft.index, number: attemptNumbers[draft.index]!)
        memory?.open.insert(attempts.count - 1)
    }

    /// The pod gets a name, and its life begins.
    mutating func add(_ pod: inout Pod, index: Int?, number: Int, _ outcome: PodOutcome? = nil) {
        let place = attempts.count
        pod.metadata.name = "\(pod.metadata.generateName ?? "orphan-")\(place + 1)"
        pod.metadata.uid = "uid-\(place + 1)"
        pod.metadata.creationTimestamp = Timestamp(now)
        if pod.status == nil { pod.status = PodStatus() }
        pod.status?.phase = "Pending"
        pods[place] = pod
        places[pod.name] = place
        attempts.append(SimulatedAttempt(pod: pod.name, index: index, number: number, createdAt: now))
        lives[place] = PodLife(outcome: outcome ?? script.outcome(index, number))
        tell("\(pod.name) is created")
        plan(place)
    }

    /// Graceful, as the API does it: a pod that ended has no grace period left.
    mutating func delete(_ place: Int) {
        guard let pod = pods[place], pod.metadata.deletionTimestamp == nil else { return }
        let grace = pod.hasEnded ? 0 : pod.spec.terminationGracePeriodSeconds ?? 30
        pods[place]?.metadata.deletionTimestamp = Timestamp(now.addingTimeInterval(TimeInterval(grace)))
        pods[place]?.metadata.deletionGracePeriodSeconds = grace
        tell("\(pod.name) is to go")
        stopPod(place)
    }

    /// What each pod that is let go now counted for.
    private mutating func noteFates(_ decision: JobDecision) {
        let judge = FailureJudge(for: job)
        let verdict = standingVerdict(decision.status)
        let deadline = JobDeadline(of: job, startedAt: decision.status.startTime?.date)
        let deleted = Set(decision.delete)
        for name in decision.untrack + decision.release {
            guard let place = places[name], let pod = pods[place] else { continue }
            let fate = self.fate(of: pod, judge, verdict, isDeleted: deleted.contains(name))
            // What the deadline killed counts however it ended.
            let isFailed = deadline?.killed(pod) == true && [.ignored, .retriedWithMemory].contains(fate)
            attempts[place].fate = isFailed ? .failed : fate
        }
    }

    private func fate(of pod: Pod, _ judge: FailureJudge, _ verdict: JobVerdict?, isDeleted: Bool)
        -> SimulatedAttempt.Fate
    {
        if job.isFinished { return .letGo }
        if job.isIndexed, !job.hasIndex(of: pod) { return pod.isActive ? .dropped : .letGo }
        if pod.phase == "Succeeded" { return .succeeded }
        if pod.isActive, verdict == nil, isDeleted { return .dropped }
        guard pod.countsAsFailed(in: job) || verdict?.isFailure == true else { return .letGo }
        switch judge.meaning(of: pod) {
        case .isIgnored: return .ignored
        case .growsMemory: return .retriedWithMemory
        case .counts, .failsIndex, .failsJob: return .failed
        }
    }

    private mutating func tellStatus(since old: Job) {
        for condition in job.status?.conditions ?? [] where old.status?.condition(condition.type) != condition {
            tell("\(condition.status == "True" ? "" : "not ")\(condition.type): \(condition.reason ?? "")")
        }
    }
}
