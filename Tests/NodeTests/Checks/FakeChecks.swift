import Containers
import Kube
import Synchronization

@testable import Node

/// Makes no checks: writes down which it was asked for, and answers what the test says.
final class FakeChecks: CheckRunning {
    private struct State {
        var calls: [String] = []
        var answers: [String: CheckResult] = [:]
        var held: Set<String> = []
        var waiting: [String: CheckedContinuation<CheckResult, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Everything that was asked for, in order, by the first word of the command.
    var calls: [String] { state.withLock { $0.calls } }
    /// Without one it passes.
    func set(_ name: String, _ answer: CheckResult) { state.withLock { $0.answers[name] = answer } }
    /// It has no end before `answer`, or before it is cancelled.
    func hold(_ name: String) { state.withLock { _ = $0.held.insert(name) } }

    /// Returns when it was asked for.
    func isAsked(_ name: String) async {
        while !calls.contains(name) { await Task.yield() }
    }

    func answer(_ name: String, _ result: CheckResult) {
        let waiting = state.withLock { state in
            state.held.remove(name)
            state.answers[name] = result
            return state.waiting.removeValue(forKey: name)
        }
        waiting?.resume(returning: result)
    }

    func run(_ action: CheckAction, in pod: Pod, _ container: Container, timeout: Duration?) async -> CheckResult {
        let name = if case .exec(let words) = action { words.first ?? "" } else { "\(action)" }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> CheckResult? in
                    state.calls.append(name)
                    if Task.isCancelled { return .late("cancelled") }
                    if state.held.contains(name) {
                        state.waiting[name] = continuation
                        return nil
                    }
                    return state.answers[name] ?? .passed
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.removeValue(forKey: name) }
            waiting?.resume(returning: .late("cancelled"))
        }
    }
}

/// A check that runs a command of one word.
func makeProbe(
    _ command: String, delay: Int = 0, successes: Int = 1, failures: Int = 1, period: Int = 10, grace: Int64? = nil
) -> Probe {
    var probe = Probe()
    probe.exec = ExecAction(command: [command])
    probe.initialDelaySeconds = delay
    probe.successThreshold = successes
    probe.failureThreshold = failures
    probe.periodSeconds = period
    probe.timeoutSeconds = 1
    probe.terminationGracePeriodSeconds = grace
    return probe
}

func makeHook(_ command: String) -> LifecycleHandler {
    var hook = LifecycleHandler()
    hook.exec = ExecAction(command: [command])
    return hook
}

extension Timeline {
    var status: ContainerStatus? { pod?.status?.containerStatuses?.first }

    func events(_ reason: String) async -> [String] {
        await scene.recorder.flush()
        return scene.store.list(Event.self).items.filter { $0.reason == reason }
            .sorted { $0.metadata.name ?? "" < $1.metadata.name ?? "" }.compactMap(\.message)
    }

    func ready() -> PodCondition? { pod?.status?.conditions?.first { $0.type == "Ready" } }
}
