import Containers
import Foundation
import Kube

extension PodLife {
    /// The pod as the host has granted it. Everything that is started is started as this.
    var granted: Pod {
        var granted = pod
        for index in unlikeGranted { granted.spec.setResources(run.containers[index].granted, of: index) }
        return granted
    }

    /// Containers that ask for something else than they were granted, by index.
    private var unlikeGranted: [Int] {
        zip(pod.spec.allContainers, run.containers).enumerated().filter { _, pair in
            pair.0.resources ?? ResourceRequirements() != pair.1.granted
        }.map(\.offset)
    }

    /// Asks the host for what the pod is to have, and gives what was granted to what runs. Order:
    /// 1. what is asked for is granted whole or not at all;
    /// 2. containers that have to be started again for it are ended; their new attempts begin with it;
    /// 3. the groups of the others, and the pod's, are changed. When the kernel does not take it, the condition says why, and
    ///    it is tried again later: what runs keeps what it has.
    mutating func resize() async {
        askForRoom()
        let changed = run.containers.indices.filter { index in
            let container = run.containers[index]
            return container.role != .initial && container.isRunning && container.actual != container.granted
        }
        guard run.resizing.progress != nil || !changed.isEmpty else { return }
        let restarting = changed.filter { index in
            let container = run.containers[index]
            return spec(index).restarts(from: container.actual, to: container.granted)
        }
        let isTaken = await give(to: changed.filter { !restarting.contains($0) }, isWhole: restarting.isEmpty)
        if isTaken { for index in restarting { restart(index) } }
        if isTaken, restarting.isEmpty { finishResize() }
    }

    private mutating func askForRoom() {
        let asked = unlikeGranted.filter { run.containers[$0].role != .initial }
        guard !asked.isEmpty else {
            // What could not be had is not asked for any more.
            if run.resizing.pending != nil, context.resize(pod.uid, granted.spec) == .granted {
                run.resizing.pending = nil
            }
            return
        }
        switch context.resize(pod.uid, pod.spec) {
        case .granted:
            let containers = pod.spec.allContainers
            for index in asked {
                run.containers[index].granted = containers[index].resources ?? ResourceRequirements()
            }
            run.resizing.pending = nil
            run.resizing.progress = Resizing.Progress(generation: pod.metadata.generation)
            tellResize("ResizeStarted", "started")
        case .deferred(let message): wait("Deferred", message)
        case .infeasible(let message): wait("Infeasible", message)
        }
    }

    private mutating func wait(_ reason: String, _ message: String) {
        let pending = Resizing.Pending(reason: reason, message: message, generation: pod.metadata.generation)
        guard run.resizing.pending != pending else { return }
        let isNews = run.resizing.pending?.reason != reason || run.resizing.pending?.generation != pending.generation
        run.resizing.pending = pending
        guard isNews else { return }
        let summary = ResizeSummary(pod, error: message).text
        context.recorder.record(
            pod, .warning, reason: "Resize\(reason)", message: "Pod resize \(reason): \(summary)")
    }

    /// False when it has to be tried again.
    private mutating func give(to containers: [Int], isWhole: Bool) async -> Bool {
        guard running != nil else { return true }
        let granted = granted
        let plan = ResizePlan(
            pod: makePodLimits(granted, defaults: context.defaults), mayShrinkPod: isWhole,
            containers: containers.map { index in
                let container = granted.spec.allContainers[index]
                return ResizePlan.Container(name: container.name, limits: makeLimits(granted, container))
            })
        guard !containers.isEmpty || appliedPodLimits != plan.pod else { return true }
        do {
            try await context.runtime.resize(uid: pod.uid, plan)
        } catch {
            let message = "\(error)"
            if run.resizing.progress?.error != message { tellResize("ResizeError", "error", error: message) }
            run.resizing.progress = Resizing.Progress(generation: pod.metadata.generation, error: message)
            tryAgainLater()
            return false
        }
        if isWhole { appliedPodLimits = plan.pod }
        receipts.ask(pod: plan.pod)
        for (index, container) in zip(containers, plan.containers) {
            run.containers[index].actual = run.containers[index].granted
            receipts.ask(container.name, container.limits, run.containers[index].granted)
        }
        run.resizing.progress?.error = nil
        return true
    }

    /// Ends a container that is started again as soon as it has ended, whatever its restart policy says.
    private mutating func restart(_ index: Int) {
        guard running != nil, !run.containers[index].isRestartedForResize else { return }
        run.containers[index].isRestartedForResize = true
        let container = run.containers[index]
        context.recorder.record(
            pod, .normal, reason: "Killing", message: "Container \(container.name) resize requires restart")
        stop(index, grace: grace)
    }

    private mutating func finishResize() {
        guard run.resizing.progress != nil, !run.containers.contains(where: \.isRestartedForResize) else { return }
        run.resizing.progress = nil
        retryDelay = 1
        tellResize("ResizeCompleted", "completed")
    }

    private func tellResize(_ reason: String, _ word: String, error: String? = nil) {
        context.recorder.record(
            pod, error == nil ? .normal : .warning, reason: reason,
            message: "Pod resize \(word): \(ResizeSummary(granted, error: error).text)")
    }
}
