import Foundation
import Kube

/// Where a simulated pod is in its script.
struct PodLife: Sendable {
    let outcome: PodOutcome
    /// A deletion or the deadline: when it ends, and what its status gives as the reason.
    var stop: (at: Date, reason: String?, isKilled: Bool)?
    var restarts = 0
    /// Of the plan that holds.
    var plan = 0
    var next: Next?

    enum Next: Sendable {
        case start, restart, end, deadline, stop
    }
}

extension JobSimulator {
    /// Puts the next thing that happens to the pod on the agenda, in place of what was there.
    mutating func plan(_ place: Int) {
        guard let pod = pods[place], var life = lives[place] else { return }
        life.plan += 1
        life.next = nil
        defer { lives[place] = life }
        if pod.hasEnded { return }
        guard let (next, date) = next(of: pod, life, attempts[place]) else { return }
        life.next = next
        agenda.add(.pod(place, plan: life.plan), at: max(date, now))
    }

    private func next(of pod: Pod, _ life: PodLife, _ attempt: SimulatedAttempt) -> (PodLife.Next, Date)? {
        if let stop = life.stop { return (.stop, stop.at) }
        var next: (PodLife.Next, Date)?
        let outcome = life.outcome
        if let started = attempt.startedAt {
            if life.restarts < outcome.restarts {
                let share = Double(life.restarts + 1) / Double(outcome.restarts + 1)
                next = (.restart, started.addingTimeInterval(outcome.duration * share))
            } else if outcome.end != .never {
                next = (.end, started.addingTimeInterval(outcome.duration))
            }
        } else if let delay = outcome.startsAfter {
            next = (.start, attempt.createdAt.addingTimeInterval(delay))
        }
        guard let text = pod.deadlineAnnotation, let deadline = RFC3339.parse(text) else { return next }
        if let next, next.1 < deadline { return next }
        return (.deadline, deadline)
    }

    /// The next step of a pod's life, if that plan still holds.
    mutating func live(_ place: Int, _ plan: Int) {
        guard let life = lives[place], life.plan == plan, let next = life.next, pods[place] != nil else { return }
        switch next {
        case .start: startPod(place)
        case .restart:
            lives[place]?.restarts += 1
            attempts[place].restarts += 1
            pods[place]?.status?.containerStatuses?[0].restartCount += 1
            tell("\(attempts[place].pod) restarts its container")
            changed(place)
        case .end: endPod(place, life.outcome.end)
        case .deadline: stopPod(place, reason: "DeadlineExceeded")
        case .stop:
            endPod(place, life.stop?.isKilled == true ? .signal(9) : .exit(life.outcome.stopCode), life.stop?.reason)
        }
        self.plan(place)
    }

    /// SIGTERM, and SIGKILL when the grace period is over. A pod that has not started ends at once.
    mutating func stopPod(_ place: Int, reason: String? = nil) {
        guard let pod = pods[place], let life = lives[place], life.stop == nil, !pod.hasEnded else { return }
        let grace = TimeInterval(pod.spec.terminationGracePeriodSeconds ?? 30)
        let wait = attempts[place].startedAt == nil ? 0 : min(grace, life.outcome.stopsAfter)
        lives[place]?.stop = (
            now.addingTimeInterval(wait), reason, wait > 0 && life.outcome.stopsAfter >= grace
        )
        plan(place)
    }

    private mutating func startPod(_ place: Int) {
        attempts[place].startedAt = now
        pods[place]?.spec.nodeName = "host"
        pods[place]?.status?.phase = "Running"
        pods[place]?.status?.containerStatuses = [ContainerStatus(name: "main", image: "", ready: true)]
        pods[place]?.status?.conditions = [PodCondition(type: "Ready", status: "True", at: Timestamp(now))]
        tell("\(attempts[place].pod) starts")
        changed(place)
    }

    private mutating func endPod(_ place: Int, _ end: PodOutcome.End, _ reason: String? = nil) {
        guard var status = pods[place]?.status else { return }
        var state = ContainerStateTerminated(exitCode: end.exitCode, reason: end.exitCode == 0 ? "Completed" : "Error")
        if end == .outOfMemory { state.reason = "OOMKilled" }
        state.finishedAt = Timestamp(now)
        // A pod that was stopped before it started has no container that ended.
        if attempts[place].startedAt != nil { status.containerStatuses?[0].state = ContainerState(terminated: state) }
        status.conditions = [PodCondition(type: "Ready", status: "False", at: Timestamp(now))]
        if end == .disrupted {
            status.conditions?.append(PodCondition(type: "DisruptionTarget", status: "True", at: Timestamp(now)))
        }
        let works = end.exitCode == 0 && reason == nil && attempts[place].startedAt != nil
        status.phase = works ? "Succeeded" : "Failed"
        status.reason = reason
        pods[place]?.status = status
        attempts[place].endedAt = now
        attempts[place].phase = status.phase
        attempts[place].exitCode = end.exitCode
        tell("\(attempts[place].pod) \(works ? "succeeds" : "fails (\(reason ?? end.words))")")
        changed(place)
    }

    /// The controller hears of a change of a pod, if it is one that matters to it.
    mutating func changed(_ place: Int) {
        guard let pod = pods[place] else { return }
        if pod.isControlled(by: job) {
            let isOpen = pod.isTracked || !pod.hasEnded
            if memory == nil {
                if isOpen { isAwake = true }
            } else if isOpen {
                memory?.open.insert(place)
                isAwake = true
            } else if memory?.open.remove(place) != nil {
                isAwake = true
            }
        } else if pod.controllerReference == nil, job.selects(pod) {
            isAwake = true
        }
        sweep(place)
    }

    /// What is being deleted, has ended and is held by nobody is gone; so are ended pods when there are too many.
    mutating func sweep(_ place: Int) {
        guard let pod = pods[place], pod.hasEnded, pod.metadata.finalizers?.isEmpty != false else { return }
        if pod.metadata.deletionTimestamp != nil { return remove(place) }
        endedPods.append(place)
        if endedPods.count > 2 * endedPodsKept {
            for old in endedPods.prefix(endedPodsKept) { remove(old) }
            endedPods.removeFirst(endedPodsKept)
        }
    }

    private mutating func remove(_ place: Int) {
        guard let pod = pods.removeValue(forKey: place) else { return }
        places[pod.name] = nil
        lives[place] = nil
        if memory?.open.remove(place) != nil { isAwake = true }
        if job.metadata.deletionTimestamp != nil, pods.isEmpty {
            isGone = true
            lookAgainAt = nil
            tell("the job is gone")
        }
    }
}

extension PodOutcome.End {
    var exitCode: Int {
        switch self {
        case .exit(let code): code
        case .signal(let number): 128 + number
        case .outOfMemory, .disrupted, .never: 137
        }
    }

    var words: String {
        switch self {
        case .exit(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        case .outOfMemory: "OOMKilled"
        case .disrupted: "DisruptionTarget"
        case .never: "killed"
        }
    }
}
