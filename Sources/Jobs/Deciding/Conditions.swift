import Foundation
import Kube

extension JobStatus {
    func condition(_ type: String) -> JobCondition? {
        conditions?.first { $0.type == type }
    }

    /// Upstream's `ensureJobConditionStatus`: a condition that would say nothing new keeps its times, and a condition
    /// that was never there is not added in order to say False. Returns whether anything changed.
    @discardableResult
    mutating func setCondition(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String, _ now: Date) -> Bool
    {
        let new = JobCondition(
            type: type, status: isTrue ? "True" : "False", at: Timestamp(now), reason: reason, message: message)
        var list = conditions ?? []
        if let place = list.firstIndex(where: { $0.type == type }) {
            let old = list[place]
            if old.status == new.status && old.reason == reason && old.message == message { return false }
            list[place] = new
        } else {
            guard isTrue else { return false }
            list.append(new)
        }
        conditions = list
        return true
    }
}

extension Job {
    /// The condition that says the Job is over, if it is.
    var terminalCondition: JobCondition? {
        status?.conditions?.first { ($0.type == "Complete" || $0.type == "Failed") && $0.status == "True" }
    }
}
