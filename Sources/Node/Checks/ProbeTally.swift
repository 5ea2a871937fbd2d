import Foundation
import Kube

/// The checks of a container, in the words of events.
enum CheckKind: String, CaseIterable, Sendable {
    /// Until it passes, the other two wait.
    case startup = "Startup"
    /// When it fails, the container is ended.
    case liveness = "Liveness"
    /// While it fails, the container is not ready.
    case readiness = "Readiness"
}

extension Container {
    func probe(_ kind: CheckKind) -> Probe? {
        switch kind {
        case .startup: startupProbe
        case .liveness: livenessProbe
        case .readiness: readinessProbe
        }
    }
}

/// What one check of one attempt has shown, and when the next one is due. Pure.
///
/// As the kubelet's worker (`pkg/kubelet/prober/worker.go`): a result counts when it came as often in a row as its
/// threshold says, and until then everything stays as it was. A check that has had its say (a startup check either way, a
/// liveness check that failed) is not made again for this attempt.
///
/// The first is due right after the initial delay, and not at a tick of a clock that began with the pod.
struct ProbeTally: Equatable, Sendable {
    /// What a result means.
    enum Verdict: Equatable, Sendable { case unchanged, passes, fails }

    let kind: CheckKind
    private let successes: Int
    private let failures: Int
    private let period: TimeInterval
    let timeout: Duration
    private var lastPassed: Bool?
    private var streak = 0
    private(set) var isOver = false
    private(set) var next: Date

    /// - Parameters:
    ///   - started: the container, as the initial delay counts from there.
    ///   - now: nothing is due before.
    init(_ kind: CheckKind, _ probe: Probe, started: Date, now: Date) {
        self.kind = kind
        successes = max(1, probe.successThreshold ?? 1)
        failures = max(1, probe.failureThreshold ?? 3)
        period = TimeInterval(max(1, probe.periodSeconds ?? 10))
        timeout = .seconds(max(1, probe.timeoutSeconds ?? 1))
        next = max(now, started.addingTimeInterval(TimeInterval(max(0, probe.initialDelaySeconds ?? 0))))
    }

    /// - Parameter passed: nil when the check could not be made, which says nothing about the container.
    mutating func take(_ passed: Bool?, now: Date) -> Verdict {
        // From when it was due: a check that takes long does not make the next one late, nor are any made up for.
        next = max(next.addingTimeInterval(period), now)
        guard let passed, !isOver else { return .unchanged }
        streak = lastPassed == passed ? streak + 1 : 1
        lastPassed = passed
        guard streak >= (passed ? successes : failures) else { return .unchanged }
        if kind == .startup || (kind == .liveness && !passed) { isOver = true }
        return passed ? .passes : .fails
    }

    /// After a restart of the daemon, so that not every check of the host is made at once.
    ///
    /// - Parameter share: of a period, from 0 to 1.
    mutating func wait(_ share: Double) { next = next.addingTimeInterval(period * share) }
}
