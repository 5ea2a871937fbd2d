import Foundation
import Kube

/// What a decision changes of the metadata of pods that are there: finalizers, owners, the deadline.
struct PodChanges {
    private let job: Job
    private let untrack: Set<String>
    private let adopt: Set<String>
    private let release: Set<String>
    private let stamp: [String: String?]

    init(_ decision: JobDecision, for job: Job) {
        self.job = job
        untrack = Set(decision.untrack)
        adopt = Set(decision.adopt)
        release = Set(decision.release)
        stamp = decision.stamp
    }

    func applied(to pod: Pod) -> Pod {
        var new = pod
        if untrack.contains(pod.name) { new.untrack() }
        if let stamp = stamp[pod.name] {
            var annotations = pod.metadata.annotations ?? [:]
            annotations[JobNames.deadline] = stamp
            new.metadata.annotations = annotations.isEmpty ? nil : annotations
        }
        if adopt.contains(pod.name) {
            new.metadata.ownerReferences = (pod.metadata.ownerReferences ?? []) + [.controller(job)]
            if !pod.isTracked {
                new.metadata.finalizers = (pod.metadata.finalizers ?? []) + [JobLabels.trackingFinalizer]
            }
        }
        if release.contains(pod.name) {
            new.metadata.ownerReferences?.removeAll { $0.uid == job.uid }
            if new.metadata.ownerReferences?.isEmpty == true { new.metadata.ownerReferences = nil }
            new.untrack()
        }
        return new
    }
}

extension JobDecision {
    /// The Job with the status and the annotation the decision gives it.
    func applied(to job: Job) -> Job {
        var new = job
        new.status = status
        if let oomRetries {
            new.metadata.annotations = (job.metadata.annotations ?? [:]).merging([
                StintAnnotation.oomRetries: oomRetries
            ]) { $1 }
        }
        return new
    }
}

extension Pod {
    mutating func untrack() {
        metadata.finalizers?.removeAll { $0 == JobLabels.trackingFinalizer }
        if metadata.finalizers?.isEmpty == true { metadata.finalizers = nil }
    }
}
