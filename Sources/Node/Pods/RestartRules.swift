import Foundation
import Kube

/// What a container is in its pod.
enum ContainerRole: Sendable {
    /// Runs to its end before the next one starts.
    case initial
    /// An init container with `restartPolicy: Always`: the next one starts when it runs, and it is ended after the main
    /// ones (KEP-753).
    case sidecar
    case main
}

enum RestartPolicy: String, Sendable {
    case always = "Always"
    case onFailure = "OnFailure"
    case never = "Never"

    func restarts(after termination: Termination) -> Bool {
        switch self {
        case .always: true
        case .onFailure: termination.exitCode != 0 || termination.wasUnhealthy
        case .never: false
        }
    }
}

/// When a container that ended is started again in the same pod.
struct RestartRules: Equatable, Sendable {
    var policy: RestartPolicy
    /// Looked at first: exit codes with which it is started again in any case (KEP-5307).
    var rules: [ContainerRestartRule] = []

    func restarts(after termination: Termination) -> Bool {
        rules.contains { $0.exitCodes?.matches(termination.exitCode) == true } || policy.restarts(after: termination)
    }
}

extension RestartRules {
    /// The container's own policy, else the pod's. One that only initializes is not started again once it is done.
    init(_ container: Container, _ role: ContainerRole, in spec: PodSpec) {
        let written = RestartPolicy(rawValue: container.restartPolicy ?? spec.restartPolicy ?? "Always") ?? .always
        self.init(
            policy: role == .initial && written == .always ? .onFailure : written,
            rules: container.restartPolicyRules ?? [])
    }
}

/// The kubelet's back-off between restarts of one container: none before the first, then 10 s doubling to 5 min,
/// counted from the end of the attempt, and forgotten after an attempt that ran for 10 min, or when it only makes way.
func decideRestart(_ container: ContainerRun, _ termination: Termination) -> (backOff: Duration, at: Date) {
    if container.isBeingReplaced { return (.zero, termination.finishedAt) }
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
