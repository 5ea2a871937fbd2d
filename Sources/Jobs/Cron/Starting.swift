import Foundation
import Kube

extension CronJobDecision {
    /// Makes the starts that are wanted, oldest first, until one has to wait. For each, in order:
    ///
    /// 1. A Job of its name is there: it was made already when it is ours; when it is not, nothing is done or told.
    /// 2. Under Forbid it waits while another runs. So does one of several that are made up for under Replace, which
    ///    would otherwise end the one before it at once.
    /// 3. It waits while its group is full. What it would replace does not count.
    /// 4. Under Replace those that run are deleted.
    ///
    /// - Returns: the start that waits.
    mutating func start(
        _ unmet: UnmetStarts, _ cronJob: CronJob, _ schedule: CronSchedule, _ facts: CronFacts
    ) -> Date? {
        let policy = cronJob.spec.concurrencyPolicy
        var group = GroupPlaces(cronJob.cronGroup, running: facts.runningInGroup)
        for (number, start) in unmet.wanted.enumerated() {
            let name = cronJob.jobName(at: start, schedule)
            if let job = facts.named(name) {
                take(job, of: cronJob, at: start)
                continue
            }
            let isRunning = status.active?.isEmpty == false
            if isRunning, policy == "Forbid" || policy == "Replace" && number < unmet.caughtUpCount {
                tellActive(policy ?? "", start)
                return start
            }
            // What was made a moment ago is not replaced yet: it is seen at the next look, which its creation causes.
            if policy == "Replace", !create.isEmpty { return start }
            let replaced = policy == "Replace" ? facts.jobs.filter { status.isActive($0.uid) } : []
            group.running -= replaced.count
            if group.isFull {
                tellFull(group, start)
                waitsForGroupSince = start
                return start
            }
            delete(replaced)
            group.running += make(name, cronJob, at: start, facts) ? 1 : 0
        }
        return nil
    }

    /// - Returns: false when the template does not make a Job that the API would take. It is tried again at the next
    ///   start, or when somebody changes the CronJob.
    private mutating func make(_ name: String, _ cronJob: CronJob, at start: Date, _ facts: CronFacts) -> Bool {
        do {
            let job = try cronJob.makeJob(named: name, at: start, uid: facts.makeUID(), now: facts.now)
            create.append(job)
            status.addActive(job)
            status.lastScheduleTime = Timestamp(start)
            tell("SuccessfulCreate", "Created job \(name)")
            return true
        } catch {
            tellFailure(error.message ?? "", start)
            return false
        }
    }

    /// Upstream's way with a Job that exists already: one of ours counts as this start, and somebody else's is taken for
    /// the work of another controller, who knows what he does.
    private mutating func take(_ job: Job, of cronJob: CronJob, at start: Date) {
        guard job.controllerReference?.uid == cronJob.uid else { return }
        if !job.isFinished, !status.isActive(job.uid) { status.addActive(job) }
        status.lastScheduleTime = Timestamp(start)
    }

    private mutating func tellFailure(_ words: String, _ start: Date) {
        guard memory.isNews("FailedCreate", of: "\(start) \(words)") else { return }
        tell("FailedCreate", "Error creating job: \(words)", isWarning: true)
    }

    private mutating func tellActive(_ policy: String, _ start: Date) {
        guard memory.isNews("JobAlreadyActive", of: "\(start)") else { return }
        tell(
            "JobAlreadyActive",
            "Not starting job because prior execution is running and concurrency policy is \(policy)")
    }

    private mutating func tellFull(_ group: GroupPlaces, _ start: Date) {
        guard memory.isNews("CronGroupFull", of: "\(start)") else { return }
        let jobs = group.running == 1 ? "1 job of it is" : "\(group.running) jobs of it are"
        tell("CronGroupFull", "Not starting job yet because the cron group \"\(group.name)\" is full: \(jobs) running")
    }
}

/// The places of the CronJob's group; without a group there is always one.
private struct GroupPlaces {
    var name: String
    var maximum: Int
    var running: Int

    init(_ group: CronGroup?, running: Int) {
        name = group?.name ?? ""
        maximum = group?.maximum ?? .max
        self.running = running
    }

    var isFull: Bool { running >= maximum }
}
