import Foundation
import Kube
import Store

extension NodeAgent {
    /// How long the places in the line are left to change before those in front are told of them.
    static let tellingInterval: TimeInterval = 2

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
        tellPositionsSoon()
    }

    /// The first in line are told their places, at most so often: on a host through which many short pods go, each
    /// would otherwise cost a write for every place. Without an event: that something is missing they were told.
    private func tellPositionsSoon() {
        state.withLock { state in
            guard !state.waiting.isEmpty, state.positionTimer == nil else { return }
            let due = clock.now().addingTimeInterval(Self.tellingInterval)
            state.positionTimer = Task { [weak self, clock] in
                while clock.now() < due, !Task.isCancelled { await clock.sleep(due) }
                if !Task.isCancelled { self?.tellPositions() }
            }
        }
    }

    private func tellPositions() {
        let told = state.withLock { state in
            state.positionTimer = nil
            return state.admission.positions().compactMap { place in
                state.waiting[place.uid].map { ($0, place.message) }
            }
        }
        for (pod, message) in told { sayWhyItWaits(pod, message, isNews: false) }
    }

    /// - Parameter isNews: false where only the place changed.
    func sayWhyItWaits(_ pod: Pod, _ message: String, isNews: Bool = true) {
        // What is stored can be newer than what stands in line.
        let known = (store.get(Pod.self, pod.key) ?? pod).status?.conditions?.first { $0.type == "PodScheduled" }
        guard known?.message != message else { return }
        if isNews { recorder.record(pod, .warning, reason: "FailedScheduling", message: message) }
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
