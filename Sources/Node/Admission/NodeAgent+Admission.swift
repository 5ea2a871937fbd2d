import Foundation
import Kube
import Store

extension NodeAgent {
    /// Starts what fits now, and says of what has to wait why it does.
    func admit() {
        admitResizes()
        let (admitted, refused) = state.withLock { state in
            let decision = state.admission.admit()
            return (
                decision.admitted.compactMap { state.waiting.removeValue(forKey: $0) },
                decision.refused.compactMap { refusal in state.waiting[refusal.uid].map { ($0, refusal.message) } }
            )
        }
        for pod in admitted { begin(pod) }
        for (pod, message) in refused { sayWhyItWaits(pod, message) }
    }

    func sayWhyItWaits(_ pod: Pod, _ message: String) {
        let known = pod.status?.conditions?.first { $0.type == "PodScheduled" }
        guard known?.message != message else { return }
        recorder.record(pod, .warning, reason: "FailedScheduling", message: message)
        Task { [store, logger, clock] in
            do {
                _ = try await store.modify(Pod.self, pod.key) { pod in
                    guard pod.spec.nodeName == nil else { return }
                    var status = pod.status ?? PodStatus()
                    status.setCondition(
                        PodCondition(type: "PodScheduled", status: "False", reason: "Unschedulable", message: message),
                        at: clock.now())
                    pod.status = status
                }
            } catch {
                logger.info("cannot say why a pod waits", metadata: ["pod.name": "\(pod.name)", "error": "\(error)"])
            }
        }
    }
}
