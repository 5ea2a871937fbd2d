import Foundation
import Kube

/// Sets the start time: at the first look at a Job that is not suspended, and anew when it is resumed, because
/// `activeDeadlineSeconds` counts the time since the Job became active.
func start(_ job: Job, _ decision: inout JobDecision, _ now: Date) {
    guard job.spec.suspend != true else { return }
    let wasSuspended = decision.status.condition("Suspended")?.status == "True"
    if decision.status.startTime == nil || wasSuspended {
        decision.status.startTime = Timestamp(now)
    }
}

/// Says in a condition and an event that the Job was suspended or resumed.
func tellSuspension(_ job: Job, _ decision: inout JobDecision, _ now: Date) {
    if job.spec.suspend == true {
        if decision.status.setCondition("Suspended", true, "JobSuspended", "Job suspended", now) {
            decision.events.append(JobEvent(reason: "Suspended", message: "Job suspended"))
        }
    } else if decision.status.setCondition("Suspended", false, "JobResumed", "Job resumed", now) {
        decision.events.append(JobEvent(reason: "Resumed", message: "Job resumed"))
    }
}
