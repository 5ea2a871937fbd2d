import Containers
import Foundation
import Kube

/// What the node knows of one container of a pod.
struct ContainerRun: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case waiting(reason: String, message: String?)
        case running(since: Date)
        case terminated(Termination)
    }

    let name: String
    let role: ContainerRole
    let restart: RestartRules
    let extras: ContainerExtras
    /// Counts from 0; grows with every restart in place.
    var attempt = 0
    var state: State
    /// The attempt before this one.
    var last: Termination?
    /// The wait before the next restart; doubles with every failure.
    var backOff: Duration = .zero
    /// A supervisor was told to start this attempt: it will say what became of it.
    var isOrdered = false
    /// Whom this attempt's program started as, once that is known.
    var identity: ContainerIdentity?
    /// The name of the image that this attempt was ordered with.
    var image: String?
    /// The pod names another image by now: this attempt is ended, and followed by another whatever the policy says.
    var isOutdated = false
    /// What the host has set aside for it; what its spec asks for is a wish until it is granted.
    var granted = ResourceRequirements()
    /// What its groups hold; nil before the first start.
    var actual: ResourceRequirements?
    /// It is being ended, or was, to be started with other resources.
    var isRestartedForResize = false
    /// Of the attempt that runs.
    var health = ContainerHealth()
    /// The attempt that was ended because a check failed.
    var failedAttempt: Int?
    /// When it was last warned of the deadline, RFC 3339 with microseconds, so that a story heard again is no news.
    var warnedAt: String?

    init(
        name: String, role: ContainerRole = .main, restart: RestartRules = RestartRules(policy: .never),
        extras: ContainerExtras = [], waitingReason: String = WaitingReason.creating
    ) {
        self.name = name
        self.role = role
        self.restart = restart
        self.extras = extras
        state = .waiting(reason: waitingReason, message: nil)
    }

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

    /// An attempt was made, or is being made.
    var hasBegun: Bool {
        guard case .waiting = state else { return true }
        return last != nil
    }

    /// As clients see it: what is to be done right after the start is done, and the startup check has passed.
    var hasStarted: Bool { isRunning && !health.isInPostStart && health.hasStarted }

    /// Waits, as clients see it, and has always done so.
    var isYetToRun: Bool { last == nil && (isRunning ? health.isInPostStart : awaitsFirstStart) }

    /// Those after it in the list of init containers may start: it has ended well, or, of a sidecar, has started.
    var hasDoneItsPart: Bool { role == .sidecar ? hasStarted : termination?.exitCode == 0 }

    /// As clients see it: one that only initializes is ready when it is done.
    var isReady: Bool { role == .initial ? termination?.exitCode == 0 : hasStarted && health.isReady }

    /// Nothing happens to it unless somebody starts it.
    var isAtRest: Bool {
        switch state {
        case .terminated: true
        case .waiting: !isOrdered || isBackingOff
        case .running: false
        }
    }

    /// It makes way for an attempt with another image or other resources, whatever the policy says.
    var isBeingReplaced: Bool { isOutdated || isRestartedForResize }

    /// Ended, and will not be started again.
    var isOver: Bool { termination.map { !isBeingReplaced && !restart.restarts(after: $0) } ?? false }

    /// The attempt that ended and is to be followed by another; nil when there is none.
    var restartable: Termination? {
        switch state {
        case .terminated(let termination):
            isBeingReplaced || restart.restarts(after: termination) ? termination : nil
        case .waiting: isBackingOff ? last : nil
        case .running: nil
        }
    }

    var startedAt: Date? {
        guard case .running(let since) = state else { return nil }
        return since
    }
}

/// Why a container waits, in the kubelet's words.
enum WaitingReason {
    static let creating = "ContainerCreating"
    /// The same in a pod with init containers, for all of its containers.
    static let initializing = "PodInitializing"
    static let backOff = "CrashLoopBackOff"
    static let imagePullFailed = "ErrImagePull"
    static let imagePull = "ImagePullBackOff"
    static let imageNeverPull = "ErrImageNeverPull"
    static let invalidImageName = "InvalidImageName"
    static let configuration = "CreateContainerConfigError"

    /// Those with which nothing can have been started.
    static let heldBack: Set = [
        imagePullFailed, imagePull, imageNeverPull, invalidImageName, configuration,
    ]
}
