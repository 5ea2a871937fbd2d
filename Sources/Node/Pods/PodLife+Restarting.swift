import Containers
import Foundation
import Kube

extension PodLife {
    /// Moves containers that ended to their next attempt, or to the wait before it. The record of an attempt is durable
    /// before the next one begins; false when it is not.
    mutating func restartWhatIsDue() async -> Bool {
        var isMoving = false
        for index in run.containers.indices {
            guard let termination = run.containers[index].restartable else { continue }
            let decision = decideRestart(run.containers[index], termination)
            if decision.at > context.clock.now() {
                lookAgain(at: decision.at)
                if case .terminated = run.containers[index].state { wait(index, after: termination, decision.backOff) }
                continue
            }
            run.containers[index].last = termination
            run.containers[index].attempt += 1
            run.containers[index].backOff = decision.backOff
            run.containers[index].isOrdered = false
            run.containers[index].isOutdated = false
            run.containers[index].isRestartedForResize = false
            run.containers[index].state = .waiting(reason: run.waitingReason, message: nil)
            isMoving = true
        }
        return isMoving ? await report() : true
    }

    private mutating func wait(_ index: Int, after termination: Termination, _ backOff: Duration) {
        let container = run.containers[index].name
        run.containers[index].last = termination
        run.containers[index].state = .waiting(
            reason: WaitingReason.backOff,
            message:
                "back-off \(HumanDuration.text(TimeInterval(backOff.components.seconds))) restarting failed container=\(container) pod=\(pod.name)_\(pod.namespace)(\(pod.uid))"
        )
        context.recorder.record(
            pod, .warning, reason: "BackOff",
            message: "Back-off restarting failed container \(container) in pod \(pod.name)_\(pod.namespace)(\(pod.uid))"
        )
    }
}
