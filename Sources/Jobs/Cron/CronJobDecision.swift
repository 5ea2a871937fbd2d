import Foundation
import Kube

/// What one look at a CronJob says should happen. Nothing here has happened yet; the shell carries it out in one
/// transaction, so that a start is made exactly when `status.lastScheduleTime` says so.
struct CronJobDecision: Equatable, Sendable {
    /// Jobs to make, ready for the store.
    var create: [Job] = []
    /// Jobs to delete.
    var delete: [Job] = []
    var status: CronJobStatus
    /// Upstream's words. For each Job in `create` and `delete` too.
    var events: [JobEvent] = []
    /// What to remember once the decision has been carried out.
    var memory = CronMemory()
    /// When to look again even if nothing happens.
    var lookAgainAt: Date?
    /// Since when a start waits for a place in its group.
    var waitsForGroupSince: Date?
}

/// What the controller remembers of a CronJob between two looks. Without it (after a restart) something may be told
/// a second time, and nothing worse.
struct CronMemory: Equatable, Sendable {
    /// The starts, Jobs and texts that were told of, by the reason of the event: those that the last look came upon
    /// which came upon any for that reason.
    private var told: [String: Set<String>] = [:]
    /// Those that this look came upon.
    private var met: [String: Set<String>] = [:]
    /// Schedule and zone as they were.
    var schedule: String?
    /// When they changed: what would have been due before under the new schedule was not missed.
    var scheduledSince: Date?

    /// What is not met again is forgotten, so that the sets stay as small as what one look can meet.
    mutating func beginLook() {
        told.merge(met) { $1 }
        met = [:]
    }

    /// True once for each reason and subject.
    mutating func isNews(_ reason: String, of subject: String) -> Bool {
        let isNew = met[reason, default: []].insert(subject).inserted
        return isNew && told[reason]?.contains(subject) != true
    }

    /// Upstream looks at a changed schedule only when its next start has come, for the same purpose.
    mutating func note(_ spec: CronJobSpec, now: Date) {
        let current = "\(spec.timeZone ?? "") \(spec.schedule)"
        if let schedule, schedule != current { scheduledSince = now }
        schedule = current
    }
}

/// What a look at a CronJob knows of the world.
struct CronFacts {
    /// All Jobs whose controller is this CronJob.
    var jobs: [Job] = []
    /// Any Job of that name in the CronJob's namespace.
    var named: (String) -> Job? = { _ in nil }
    /// Jobs that run now, of all CronJobs of the group.
    var runningInGroup = 0
    /// The namespace takes new objects.
    var isNamespaceOpen = true
    var memory = CronMemory()
    /// When the controller began.
    var began: Date
    var now: Date
    var makeUID: () -> String
}
