import Foundation
import Kube

extension Pod {
    var phase: String { status?.phase ?? "Pending" }

    /// All containers ended and none will start again.
    var hasEnded: Bool { phase == "Succeeded" || phase == "Failed" }

    var isActive: Bool { !hasEnded && metadata.deletionTimestamp == nil }

    var isTerminating: Bool { !hasEnded && metadata.deletionTimestamp != nil }

    var isReady: Bool { readyCondition?.status == "True" }

    var readyCondition: PodCondition? { status?.conditions?.first { $0.type == "Ready" } }

    /// Carries the finalizer that says: this pod has not been counted.
    var isTracked: Bool { metadata.finalizers?.contains(JobLabels.trackingFinalizer) == true }

    var deadlineAnnotation: String? { metadata.annotations?[JobNames.deadline] }

    /// The index of a pod of an Indexed Job. Anything but a whole number from 0 is none: people can edit annotations.
    var completionIndex: Int? {
        guard let text = metadata.annotations?[JobLabels.completionIndex], let index = Int(text), index >= 0 else {
            return nil
        }
        return index
    }

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
