import Foundation
import Kube

extension Pod {
    var phase: String { status?.phase ?? "Pending" }

    var isActive: Bool { !hasEnded && metadata.deletionTimestamp == nil }

    var isTerminating: Bool { !hasEnded && metadata.deletionTimestamp != nil }

    var isReady: Bool { readyCondition?.status == "True" }

    var readyCondition: PodCondition? { status?.conditions?.first { $0.type == "Ready" } }

    var deadlineAnnotation: String? { metadata.annotations?[JobNames.deadline] }

    var containerRestarts: Int {
        (status?.initContainerStatuses ?? []).reduce(0) { $0 + $1.restartCount }
            + (status?.containerStatuses ?? []).reduce(0) { $0 + $1.restartCount }
    }

    /// When the pod ended, by the best evidence there is (upstream's `getFinishedTime`):
    /// the last container's end, if all have one; else when it stopped being ready; else when its deletion was asked for;
    /// else its creation.
    var finishTime: Date {
        if let ends = status?.containerStatuses, !ends.isEmpty {
            let times = ends.compactMap { $0.state?.terminated?.finishedAt?.date }
            if times.count == ends.count, let last = times.max() { return last }
        }
        if let ready = readyCondition, ready.status == "False", let time = ready.lastTransitionTime { return time.date }
        if let deletion = metadata.deletionTimestamp {
            return deletion.date.addingTimeInterval(-TimeInterval(metadata.deletionGracePeriodSeconds ?? 0))
        }
        return metadata.creationTimestamp?.date ?? .distantPast
    }

    func isControlled(by job: Job) -> Bool { controllerReference?.uid == job.uid }
}
