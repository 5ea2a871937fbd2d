import Containers
import Foundation
import Kube

/// What the node knows of a pod it runs: a value that runtime events change, and from which the status is made.
struct PodRun: Equatable, Sendable {
    var containers: [ContainerRun]
    /// Set when a deadline fired, whoever watched it.
    var deadlineReached: Date?
    /// Set when the pod was not started in its time: what it was waiting for.
    var startDeadlineExceeded: String?
    /// Set when the pod took more than its limits of storage: which one, in the kubelet's words.
    var evicted: String?
    /// Set when this host does not take the pod as it is written.
    var rejection: PodRejection?

    /// What runs is ended, and nothing is started.
    var isBeingDeleted = false
    var resizing = Resizing(nil)

    /// Nothing of it has begun.
    init(_ spec: PodSpec) {
        let reason =
            spec.initContainers?.isEmpty == false ? WaitingReason.initializing : WaitingReason.creating
        func make(_ container: Container, _ role: ContainerRole) -> ContainerRun {
            var run = ContainerRun(
                name: container.name, role: role, restart: RestartRules(container, role, in: spec),
                extras: ContainerExtras(container), waitingReason: reason)
            run.granted = container.resources ?? ResourceRequirements()
            return run
        }
        containers = (spec.initContainers ?? []).map { make($0, $0.isSidecar ? .sidecar : .initial) }
        containers += spec.containers.map { make($0, .main) }
    }

    /// Whether there is anything to check or to run beside the programs.
    var hasExtras: Bool { containers.contains { !$0.extras.isEmpty } }

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
            containers[index].health = ContainerHealth(containers[index].extras)
            return []
        case .failedToStart(let name, let attempt, let at, let failure):
            return refuse(name, attempt: attempt, failure, at: at)
        case .exited(let exit):
            guard let index = index(of: exit.container, attempt: exit.attempt) else { return [] }
            var termination = Termination(exit)
            termination.wasUnhealthy = containers[index].failedAttempt == exit.attempt
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

    /// Ends an attempt that was never started. Where the deadline was first, it is the reason, whatever became of the
    /// start: it was not begun any more, or it was cut short.
    mutating func refuse(_ name: String, attempt: Int, _ failure: StartFailure, at: Date) -> [Termination] {
        guard let index = index(of: name, attempt: attempt) else { return [] }
        let isTooLate = deadlineReached != nil
        return end(
            index,
            Termination(
                attempt: attempt, exitCode: isTooLate ? 137 : exitCode(failure.kind),
                reason: isTooLate ? "DeadlineExceeded" : "StartError", message: failure.message, finishedAt: at))
    }

    /// Ends every attempt that runs or may have been started, for a reason that no supervisor can tell.
    mutating func endAll(reason: String, message: String, now: Date) -> [Termination] {
        let turn = turn
        return containers.indices.filter { index in
            let container = containers[index]
            return !container.isHeldBack && (container.hasBegun || container.isOrdered || turn.contains(index))
        }.flatMap { index in
            end(
                index,
                Termination(
                    attempt: containers[index].attempt, exitCode: 137, reason: reason, message: message,
                    startedAt: containers[index].startedAt, finishedAt: now))
        }
    }

    /// Nothing of the pod is to be started any more. What was about to be started ends here, but not what others still
    /// had to make way for; what waits for a restart has ended already; what was ordered is the supervisor's to end.
    mutating func giveUp(reason: String, message: String, now: Date) -> [Termination] {
        let turn = turn
        return containers.indices.flatMap { index -> [Termination] in
            let container = containers[index]
            if container.isBackingOff, let last = container.last {
                containers[index].state = .terminated(last)
                containers[index].last = nil
            }
            guard containers[index].isToBeStarted else { return [] }
            // Behind init containers: it was never waited for, unless by what it lacks.
            guard turn.contains(index), !hasInitContainers || container.role != .main || container.isHeldBack else {
                return []
            }
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
