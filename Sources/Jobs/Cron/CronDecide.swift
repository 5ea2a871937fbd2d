import Foundation
import Kube

/// One look at a CronJob. In upstream's order (`syncCronJob`):
///
/// 1. What is true of its Jobs goes into the status, and those beyond the history limits go.
/// 2. A CronJob that is being deleted, is suspended, or cannot be understood starts nothing.
/// 3. Starts whose time has come are made: which ones says ``UnmetStarts``, whether now says `start`.
///
/// With `stint.dev/cron-spread` all of it happens on a clock that is late by the offset; so the deadline counts from the
/// shifted time, and names and annotations have the scheduled one.
func decide(_ cronJob: CronJob, _ facts: CronFacts) -> CronJobDecision {
    var decision = CronJobDecision(status: cronJob.status ?? CronJobStatus(), memory: facts.memory)
    decision.memory.beginLook()
    decision.updateActive(facts.jobs)
    decision.cleanUp(facts.jobs, cronJob.spec)
    let offset = cronJob.spreadOffset
    let now = facts.now.addingTimeInterval(-offset)
    decision.memory.note(cronJob.spec, now: now)
    if cronJob.metadata.deletionTimestamp != nil { return decision }
    guard let zone = decision.zone(of: cronJob.spec) else { return decision }
    if cronJob.spec.suspend == true || !facts.isNamespaceOpen { return decision }
    guard let times = decision.times(of: cronJob, in: zone) else { return decision }

    let after = max(times.anchor, decision.memory.scheduledSince ?? .distantPast)
    let unmet = UnmetStarts(
        times.recent(after: after, through: now, limit: UnmetStarts.limit + 1),
        deadline: cronJob.spec.startingDeadlineSeconds, catchUp: cronJob.cronCatchUp,
        began: facts.began.addingTimeInterval(-offset), now: now)
    decision.tell(of: unmet)
    let waiting = decision.start(unmet, cronJob, times.schedule, facts)

    // A start that waits is due again when something ends; then, or when it is too late for it, we look.
    var again = times.next(after: max(now, after))
    if let waiting, let deadline = cronJob.spec.startingDeadlineSeconds {
        // A little later than the deadline: at the deadline itself it may still start.
        let tooLate = waiting.addingTimeInterval(TimeInterval(deadline) + 0.001)
        again = again.map { min($0, tooLate) } ?? tooLate
    }
    decision.lookAgainAt = again?.addingTimeInterval(offset)
    return decision
}

extension CronJobDecision {
    /// Nil, and told of, when the host does not know the zone (any more).
    fileprivate mutating func zone(of spec: CronJobSpec) -> Zone? {
        guard let name = spec.timeZone else { return .host }
        if let zone = Zone(named: name) { return zone }
        if memory.isNews("UnknownTimeZone", of: name) {
            tell("UnknownTimeZone", "invalid timeZone: \(name.goQuoted): unknown time zone \(name)", isWarning: true)
        }
        return nil
    }

    /// Nil, and told of, when the schedule cannot be read or never comes (the 31st of February).
    fileprivate mutating func times(of cronJob: CronJob, in zone: Zone) -> StartTimes? {
        let text = cronJob.spec.schedule
        let schedule: CronSchedule
        do {
            schedule = try CronSchedule(parsing: text)
        } catch {
            if memory.isNews("UnparseableSchedule", of: text) {
                tell("UnparseableSchedule", "unparseable schedule: \(text.goQuoted) : \(error.words)", isWarning: true)
            }
            return nil
        }
        let anchor = status.lastScheduleTime ?? cronJob.metadata.creationTimestamp
        let times = StartTimes(schedule: schedule, zone: zone, anchor: anchor?.date ?? .distantPast)
        if times.next(after: times.anchor) != nil { return times }
        if memory.isNews("InvalidSchedule", of: text) {
            // Upstream's words, which come from how it finds out.
            tell(
                "InvalidSchedule",
                "invalid schedule: \(text) : time difference between two schedules is less than 1 second",
                isWarning: true)
        }
        return nil
    }

    fileprivate mutating func tell(of unmet: UnmetStarts) {
        if unmet.areTooMany, let last = unmet.wanted.last ?? unmet.givenUp,
            memory.isNews("TooManyMissedTimes", of: "\(last)")
        {
            tell(
                "TooManyMissedTimes",
                "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
                isWarning: true)
        }
        if let start = unmet.givenUp, memory.isNews("MissSchedule", of: "\(start)") {
            tell(
                "MissSchedule", "Missed scheduled time to start a job: \(CronTimes.rfc1123(start))", isWarning: true)
        }
    }
}
