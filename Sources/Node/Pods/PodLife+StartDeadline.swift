import Containers
import Foundation
import Kube

extension PodLife {
    /// The time to start has passed, and nothing of the pod was ever started.
    ///
    /// With a supervisor everything was ordered together, and what becomes of it is the supervisor's to tell: so nothing
    /// that is being started is given up. A container that waits for a restart was started in time.
    var isLateToStart: Bool {
        guard running == nil, !pod.isDeleted, !pod.hasEnded, let startBy = pod.startBy else { return false }
        return startBy <= context.clock.now() && run.containers.contains(where: \.awaitsFirstStart)
    }

    /// Gives a pod up that was not started in its time, or has itself asked again when that time comes.
    mutating func endAtStartDeadline() async {
        guard let startBy = pod.startBy, running == nil, !pod.hasEnded, run.startDeadlineExceeded == nil else {
            return
        }
        guard run.containers.contains(where: \.awaitsFirstStart), run.deadlineReached == nil else { return }
        guard isLateToStart else { return lookAgain(at: startBy) }
        await giveUpStart()
    }

    mutating func giveUpStart() async {
        let within = pod.metadata.annotations?[StintAnnotation.startDeadline] ?? ""
        let message = "not started within \(within): \(whatItWaitsFor.joined(separator: ", "))"
        run.startDeadlineExceeded = message
        await finish(run.giveUp(reason: "StartDeadlineExceeded", message: message, now: context.clock.now()))
        context.recorder.record(pod, .warning, reason: "StartDeadlineExceeded", message: message)
    }

    /// Everything that keeps the pod from being started, named once.
    private var whatItWaitsFor: [String] {
        guard pod.isBound else {
            let scheduled = pod.status?.conditions?.first { $0.type == "PodScheduled" && $0.status == "False" }
            return [scheduled?.message ?? "it was not scheduled"]
        }
        var reasons = volumes.problems.sorted { $0.key < $1.key }.map(\.value)
        if !reasons.isEmpty { return reasons }
        for index in run.turn where run.containers[index].awaitsFirstStart {
            let reason = reasonToWait(spec(index), run.containers[index])
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons
    }

    private func reasonToWait(_ spec: Container, _ container: ContainerRun) -> String {
        let image = spec.image ?? ""
        if context.findImage(image) == nil { return "image \"\(image)\" is not imported" }
        if case .waiting(WaitingReason.configuration, let message?) = container.state { return message }
        return "container \"\(spec.name)\" was not started"
    }
}
