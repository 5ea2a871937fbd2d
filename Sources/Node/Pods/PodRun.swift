import Containers
import Foundation
import Kube

/// How one attempt of one container ended.
struct Termination: Equatable, Sendable {
    var attempt: Int
    var exitCode: Int
    var signal: Int?
    /// `Completed`, `Error`, `OOMKilled`, `StartError`, `DeadlineExceeded`, `StartDeadlineExceeded`, `NodeRebooted`,
    /// `SupervisorLost`.
    var reason: String
    var message: String?
    /// Nil when the program never started.
    var startedAt: Date?
    var finishedAt: Date
    var usage: ResourceUsage?
    /// Set when it ends: two containers may end alike.
    var container = ""
}

/// What the node knows of one container of a pod.
struct ContainerRun: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case waiting(reason: String, message: String?)
        case running(since: Date)
        case terminated(Termination)
    }

    let name: String
    /// Counts from 0; grows with every restart in place.
    var attempt = 0
    var state: State = .waiting(reason: WaitingReason.creating, message: nil)
    /// The attempt before this one.
    var last: Termination?
    /// The wait before the next restart; doubles with every failure.
    var backOff: Duration = .zero
    /// A supervisor was told to start this attempt: it will say what became of it.
    var isOrdered = false
    /// Whom this attempt's program started as, once that is known.
    var identity: ContainerIdentity?
    /// When it was last warned of the deadline, RFC 3339 with microseconds, so that a story heard again is no news.
    var warnedAt: String?

    var termination: Termination? {
        guard case .terminated(let termination) = state else { return nil }
        return termination
    }

    var isRunning: Bool {
        guard case .running = state else { return false }
        return true
    }

    /// Waits for the end of its back-off: this attempt has ended, and is written down in `last`.
    var isBackingOff: Bool {
        guard case .waiting = state else { return false }
        return last?.attempt == attempt
    }

    /// Waits for its image, or for what its environment names, so this attempt cannot have been started.
    var isHeldBack: Bool {
        guard case .waiting(let reason, _) = state else { return false }
        return WaitingReason.heldBack.contains(reason)
    }

    /// Waits to be started, and nobody was told to.
    var isToBeStarted: Bool {
        guard case .waiting = state else { return false }
        return !isOrdered && !isBackingOff
    }

    /// No attempt was made yet. One that failed to start was made.
    var awaitsFirstStart: Bool {
        guard case .waiting = state else { return false }
        return last == nil
    }

    /// The attempt that ended and is to be followed by another; nil when there is none.
    func restartable(_ policy: RestartPolicy) -> Termination? {
        switch state {
        case .terminated(let termination): policy.restarts(after: termination) ? termination : nil
        case .waiting: isBackingOff ? last : nil
        case .running: nil
        }
    }
}

/// Why a container waits, in the kubelet's words.
enum WaitingReason {
    static let creating = "ContainerCreating"
    static let backOff = "CrashLoopBackOff"
    static let imagePull = "ImagePullBackOff"
    static let imageNeverPull = "ErrImageNeverPull"
    static let configuration = "CreateContainerConfigError"

    /// Those with which nothing can have been started.
    static let heldBack: Set = [imagePull, imageNeverPull, configuration]
}

/// What the node knows of a pod it runs: a value that runtime events change, and from which the status is made.
struct PodRun: Equatable, Sendable {
    var containers: [ContainerRun]
    /// Set when a deadline fired, whoever watched it.
    var deadlineReached: Date?
    /// Set when the pod was not started in its time: what it was waiting for.
    var startDeadlineExceeded: String?
    /// Set when this host does not take the pod as it is written.
    var rejection: PodRejection?

    init(containerNames: [String]) {
        containers = containerNames.map { ContainerRun(name: $0) }
    }

    /// True once no container runs and none will be started again under `policy`.
    func isFinished(policy: RestartPolicy) -> Bool {
        containers.allSatisfy { container in
            guard let termination = container.termination else { return false }
            return deadlineReached != nil || startDeadlineExceeded != nil || rejection != nil
                || !policy.restarts(after: termination)
        }
    }

    /// When one of them was last warned of the deadline.
    var lastWarning: String? { containers.compactMap(\.warnedAt).max() }

    /// Changes what is known by one event of the runtime; returns the attempt that ended by it, for the ledger.
    ///
    /// Events of attempts other than the current one are old news (a restarted daemon hears everything again).
    mutating func apply(_ event: PodRuntimeEvent, now: Date) -> [Termination] {
        switch event {
        case .started(let name, let attempt, let at, _):
            guard let index = index(of: name, attempt: attempt) else { return [] }
            // Told again after a restart of the daemon, it is no news.
            guard case .waiting = containers[index].state, !containers[index].isBackingOff else { return [] }
            containers[index].state = .running(since: at)
            return []
        case .failedToStart(let name, let attempt, let at, let failure):
            return refuse(name, attempt: attempt, failure, at: at)
        case .exited(let exit):
            guard let index = index(of: exit.container, attempt: exit.attempt) else { return [] }
            var termination = Termination(exit)
            // Whatever it answered to the signal, and whoever else wanted it gone by then: the deadline was first.
            if deadlineReached != nil, termination.reason != "OOMKilled" { termination.reason = "DeadlineExceeded" }
            return end(index, termination)
        case .deadlineReached(let at):
            if deadlineReached == nil { deadlineReached = at }
            return []
        case .deadlineWarning(let name, let attempt, let at, _, _):
            let at = RFC3339.format(at, fractionDigits: 6)
            guard let index = index(of: name, attempt: attempt), at > containers[index].warnedAt ?? "" else {
                return []
            }
            containers[index].warnedAt = at
            return []
        case .runsAs(let name, let attempt, let identity):
            if let index = index(of: name, attempt: attempt) { containers[index].identity = identity }
            return []
        case .lost(let message):
            return endAll(reason: "SupervisorLost", message: message, now: now)
        }
    }

    /// Ends an attempt that was never started.
    mutating func refuse(_ name: String, attempt: Int, _ failure: StartFailure, at: Date) -> [Termination] {
        guard let index = index(of: name, attempt: attempt) else { return [] }
        return end(
            index,
            Termination(
                attempt: attempt, exitCode: exitCode(failure.kind), reason: "StartError", message: failure.message,
                finishedAt: at))
    }

    /// Ends every attempt that runs or may have been started, for a reason that no supervisor can tell.
    mutating func endAll(reason: String, message: String, now: Date) -> [Termination] {
        containers.indices.filter { !containers[$0].isHeldBack }.flatMap { index in
            end(
                index,
                Termination(
                    attempt: containers[index].attempt, exitCode: 137, reason: reason, message: message,
                    startedAt: containers[index].startedAt, finishedAt: now))
        }
    }

    /// Nothing of the pod is to be started any more. What was not started ends here; what waits for a restart has
    /// ended already; what was ordered is the supervisor's to end.
    mutating func giveUp(reason: String, message: String, now: Date) -> [Termination] {
        containers.indices.flatMap { index -> [Termination] in
            let container = containers[index]
            if container.isBackingOff, let last = container.last {
                containers[index].state = .terminated(last)
                containers[index].last = nil
            }
            guard containers[index].isToBeStarted else { return [] }
            return end(
                index,
                Termination(
                    attempt: container.attempt, exitCode: 137, reason: reason, message: message, finishedAt: now))
        }
    }

    private mutating func end(_ index: Int, _ termination: Termination) -> [Termination] {
        guard containers[index].termination == nil, !containers[index].isBackingOff else { return [] }
        var termination = termination
        termination.container = containers[index].name
        containers[index].state = .terminated(termination)
        return [termination]
    }

    private func index(of name: String, attempt: Int) -> Int? {
        containers.firstIndex { $0.name == name && $0.attempt == attempt }
    }

    /// 127 for a program that is not there and 126 for one that cannot be run, as shells and container engines do;
    /// 128 for everything else that fails before exec (containerd's StartError).
    private func exitCode(_ kind: StartFailure.Kind) -> Int {
        switch kind {
        case .commandNotFound: 127
        case .commandNotExecutable: 126
        case .setup: 128
        }
    }
}

extension ContainerRun {
    var startedAt: Date? {
        guard case .running(let since) = state else { return nil }
        return since
    }
}

extension Termination {
    /// The reason follows the CRI: what the kernel killed for memory is `OOMKilled`, success is `Completed`.
    init(_ exit: ContainerExit) {
        var usage = exit.usage
        if exit.cause == .oom { usage.oomKills = max(1, usage.oomKills ?? 0) }
        self.init(
            attempt: exit.attempt, exitCode: Int(exit.exitCode), signal: exit.signal.map(Int.init),
            reason: Termination.reason(exit), startedAt: exit.startedAt, finishedAt: exit.finishedAt, usage: usage)
    }

    private static func reason(_ exit: ContainerExit) -> String {
        if exit.exitCode == 0 { return "Completed" }
        // On cgroup v1 the supervisor may end the group before the kernel picks its victim: then only the cause tells.
        if exit.cause == .oom || exit.usage.oomKills ?? 0 > 0 { return "OOMKilled" }
        return exit.cause == .deadline ? "DeadlineExceeded" : "Error"
    }
}

/// When a container that ended is started again in the same pod.
enum RestartPolicy: String, Sendable {
    case always = "Always"
    case onFailure = "OnFailure"
    case never = "Never"

    func restarts(after termination: Termination) -> Bool {
        switch self {
        case .always: true
        case .onFailure: termination.exitCode != 0
        case .never: false
        }
    }
}

/// The kubelet's back-off between restarts of one container: none before the first, then 10 s doubling to 5 min,
/// counted from the end of the attempt, and forgotten after an attempt that ran for 10 min.
func decideRestart(_ container: ContainerRun, _ termination: Termination) -> (backOff: Duration, at: Date) {
    let ran = termination.startedAt.map { termination.finishedAt.timeIntervalSince($0) } ?? 0
    let next: Duration =
        if container.attempt == 0 || ran >= 600 {
            .zero
        } else if container.backOff == .zero {
            .seconds(10)
        } else {
            min(container.backOff * 2, .seconds(300))
        }
    return (next, termination.finishedAt.addingTimeInterval(TimeInterval(next.components.seconds)))
}
