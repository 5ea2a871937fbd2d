import Containers
import Foundation
import Kube

enum HookKind: Hashable, Sendable { case postStart, preStop }

/// The hooks of a pod's containers, as far as they were begun.
struct PodHooks {
    struct Key: Hashable {
        /// The container's place in `PodRun.containers`.
        var index: Int
        var kind: HookKind
    }

    /// The last attempt for which it was begun; the task is nil once it is over.
    var begun: [Key: (attempt: Int, task: Task<Void, Never>?)] = [:]
    /// When the pod as a whole is at its end at the latest, once it is being ended.
    var podEndsBy: Date?

    func cancel() { for hook in begun.values { hook.task?.cancel() } }
}

/// What became of one hook.
struct HookReport: Sendable {
    var container: String
    var attempt: Int
    var kind: HookKind
    var result: CheckResult
}

extension PodLife {
    /// Begins the hooks that are due, and gives up those of containers that have ended.
    mutating func runHooks() {
        if let deadline = run.deadlineReached { noteEnd(by: deadline.addingTimeInterval(grace.seconds)) }
        let left = hooks.podEndsBy.map { $0.timeIntervalSince(context.clock.now()) }
        for index in run.containers.indices {
            guard run.containers[index].isRunning, running != nil else {
                for kind in [HookKind.postStart, .preStop] {
                    hooks.begun[PodHooks.Key(index: index, kind: kind)]?.task?.cancel()
                }
                continue
            }
            if run.containers[index].health.isInPostStart { begin(.postStart, index, timeout: nil) }
            if let left { beginLastHook(index, within: .seconds(left)) }
        }
    }

    /// The pod is being ended as a whole.
    mutating func noteEnd(by date: Date) { hooks.podEndsBy = min(hooks.podEndsBy ?? date, date) }

    /// Ends one container alone. With a hook before its end, the supervisor asks it to stop only after that.
    mutating func stop(_ index: Int, grace: Duration) {
        let container = run.containers[index]
        running?.stop(container: container.name, attempt: container.attempt, grace: grace)
        beginLastHook(index, within: grace)
    }

    /// A container that has no time left is killed, and its hook not run.
    private mutating func beginLastHook(_ index: Int, within time: Duration) {
        guard time > .zero else { return }
        begin(.preStop, index, timeout: time)
    }

    private mutating func begin(_ kind: HookKind, _ index: Int, timeout: Duration?) {
        let (container, attempt) = (spec(index), run.containers[index].attempt)
        let key = PodHooks.Key(index: index, kind: kind)
        let handler = kind == .postStart ? container.lifecycle?.postStart : container.lifecycle?.preStop
        guard let handler, hooks.begun[key]?.attempt != attempt else { return }
        let (runner, mailbox, pod, address) = (context.checkRunner, mailbox, pod, pod.checkAddress)
        let task = Task {
            let result: CheckResult
            do throws(CheckProblem) {
                let action = try CheckAction(handler, of: container, address: address)
                result = await runner.run(action, in: pod, container, timeout: timeout)
            } catch {
                result = .errored(error.message)
            }
            guard !Task.isCancelled else { return }
            mailbox.send(
                .hookEnded(HookReport(container: container.name, attempt: attempt, kind: kind, result: result)))
        }
        hooks.begun[key] = (attempt, task)
    }

    /// False when it is about an attempt that is over.
    mutating func note(_ report: HookReport) -> Bool {
        guard let index = run.containers.firstIndex(where: { $0.name == report.container }),
            run.containers[index].attempt == report.attempt, run.containers[index].isRunning
        else { return false }
        hooks.begun[PodHooks.Key(index: index, kind: report.kind)]?.task = nil
        switch report.kind {
        case .postStart: notePostStart(index, report.result)
        case .preStop:
            switch report.result {
            case .passed, .warned, .late: break
            // What it said may be secret, and events are not.
            case .failed, .errored:
                context.recorder.record(pod, .warning, reason: "FailedPreStopHook", message: "PreStopHook failed")
            }
            running?.lastHookEnded(container: report.container, attempt: report.attempt)
        }
        return true
    }

    private mutating func notePostStart(_ index: Int, _ result: CheckResult) {
        guard !result.isSuccess else {
            run.containers[index].health.isInPostStart = false
            return
        }
        context.recorder.record(pod, .warning, reason: "FailedPostStartHook", message: "PostStartHook failed")
        // The kubelet's words for why it ends the container.
        context.recorder.record(pod, .normal, reason: "Killing", message: "FailedPostStartHook")
        stop(index, grace: grace)
    }
}

extension Duration {
    fileprivate var seconds: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
