import Foundation
import Kube

/// `activeDeadlineSeconds` as a moment.
struct JobDeadline: Equatable {
    let date: Date

    /// Nil when the Job has no deadline, has not started, or is suspended: its clock stands still then.
    init?(of job: Job, startedAt: Date?) {
        guard let seconds = job.spec.activeDeadlineSeconds, let startedAt, job.spec.suspend != true else { return nil }
        date = startedAt.addingTimeInterval(TimeInterval(seconds))
    }

    var annotation: String { RFC3339.format(date, fractionDigits: 0) }

    /// True for a pod that was killed because the Job's time was up, by the supervisor that holds the timer, perhaps
    /// while no daemon ran. Such a failure is the deadline's, not the program's. One that says no such reason failed by
    /// itself, however late that was.
    ///
    /// Pod times are cut to whole seconds and two clocks are involved, so a pod that was killed may seem to have ended one
    /// second early. A pod with a deadline of its own, reached before that, failed by itself.
    func killed(_ pod: Pod) -> Bool {
        pod.phase == "Failed" && pod.status?.reason == "DeadlineExceeded"
            && pod.finishTime >= date.addingTimeInterval(-1)
    }
}
