import Foundation
import Kube

/// What one look at a Job says should happen. Nothing here has happened yet.
///
/// Pods are named by their name: they live in the namespace of their Job. A pod can be in several lists; the shell
/// performs them in one transaction, so that a pod is never counted without being let go, or let go uncounted.
struct JobDecision: Equatable, Sendable {
    /// Pods to make, at most `PodBurst.limit` of them.
    var create: [PodDraft] = []
    /// Pods to delete gracefully, in the order in which they should go.
    var delete: [String] = []
    /// Pods that lose the tracking finalizer: they are counted in `status`, or will never count.
    var untrack: [String] = []
    /// Pods without an owner that match the selector and become this Job's.
    var adopt: [String] = []
    /// Pods of this Job that no longer match its selector and are let go.
    var release: [String] = []
    /// Active pods whose deadline annotation is out of date, with the annotation they should have.
    var stamp: [String: String?] = [:]
    var status: JobStatus
    /// The Job's annotation `stint.dev/oom-retries`, when it is to change.
    var oomRetries: String?
    /// What to remember of failures, once the decision has been carried out.
    var backoff = BackoffRecord()
    var events: [JobEvent] = []
    /// When to look again even if nothing happens.
    var lookAgainAt: Date?

    /// True when carrying it out would write nothing to the store.
    func changesNothing(comparedWith old: JobStatus?) -> Bool {
        create.isEmpty && delete.isEmpty && untrack.isEmpty && adopt.isEmpty && release.isEmpty && stamp.isEmpty
            && oomRetries == nil && status == (old ?? JobStatus())
    }

    /// The same decision when none of its pods could be created.
    func withoutCreating() -> JobDecision {
        var copy = self
        copy.status.active = omitZero((status.active ?? 0) - create.count)
        copy.create = []
        return copy
    }
}

/// Something to tell the user about a Job, in upstream's words.
struct JobEvent: Equatable, Sendable {
    var isWarning = false
    var reason: String
    var message: String
}

/// Counters that upstream leaves out of JSON when they are zero.
func omitZero(_ number: Int) -> Int? { number == 0 ? nil : number }
