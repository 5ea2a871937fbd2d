import Containers
import Foundation

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
    /// It was ended because a check failed: well as it may have ended, it did not finish.
    var wasUnhealthy = false
    /// Set when it ends: two containers may end alike.
    var container = ""
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
