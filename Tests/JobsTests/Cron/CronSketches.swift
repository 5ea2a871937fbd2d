import Foundation
import Kube

@testable import Jobs

/// A moment, from RFC 3339.
func at(_ text: String) -> Date { RFC3339.parse(text) ?? .distantPast }

/// A CronJob as the API hands it over: every minute, made an hour before `cronNoon`.
func makeCronJob(
    _ schedule: String = "* * * * *", policy: String = "Allow", last: String? = nil, deadline: Int64? = nil,
    active: [String] = [], annotations: [String: String] = [:], _ change: (inout CronJob) -> Void = { _ in }
) -> CronJob {
    var job = makeJob().spec
    job.selector = nil
    var cronJob = CronJob(
        metadata: ObjectMeta(name: "tick", namespace: "default"),
        spec: CronJobSpec(schedule: schedule, jobTemplate: JobTemplateSpec(spec: job)))
    cronJob.applyDefaults()
    cronJob.metadata.uid = "cron-1"
    cronJob.metadata.creationTimestamp = Timestamp(at("2026-06-01T11:00:00Z"))
    cronJob.metadata.annotations = annotations
    cronJob.spec.timeZone = "Etc/UTC"
    cronJob.spec.concurrencyPolicy = policy
    cronJob.spec.startingDeadlineSeconds = deadline
    var status = CronJobStatus()
    status.lastScheduleTime = last.map { Timestamp(at($0)) }
    for name in active { status.addActive(.ofCron(name)) }
    cronJob.status = status
    change(&cronJob)
    return cronJob
}

/// Twenty seconds past a minute.
let cronNoon = at("2026-06-01T12:00:20Z")

extension CronFacts {
    static func sketch(
        _ jobs: [Job] = [], now: Date = cronNoon, began: Date = at("2026-05-01T00:00:00Z"), group: Int = 0,
        memory: CronMemory = CronMemory(), strangers: [Job] = []
    ) -> CronFacts {
        var facts = CronFacts(began: began, now: now, makeUID: { "new" })
        facts.jobs = jobs
        facts.named = { name in (jobs + strangers).first { $0.name == name } }
        facts.runningInGroup = group
        facts.memory = memory
        return facts
    }
}

extension Job {
    /// A Job that the CronJob of the rows controls; running unless it ended some seconds after `cronNoon`.
    static func ofCron(
        _ name: String, ended: (condition: String, at: TimeInterval)? = nil, owner: String = "cron-1",
        _ change: (inout Job) -> Void = { _ in }
    ) -> Job {
        var job = makeJob()
        job.metadata.name = name
        job.metadata.uid = "uid-\(name)"
        job.metadata.ownerReferences = [
            OwnerReference(apiVersion: "batch/v1", kind: "CronJob", name: "tick", uid: owner, controller: true)
        ]
        job.status = JobStatus()
        job.status?.startTime = Timestamp(cronNoon.addingTimeInterval((ended?.at ?? 0) - 60))
        if let ended {
            let time = Timestamp(cronNoon.addingTimeInterval(ended.at))
            job.status?.conditions = [JobCondition(type: ended.condition, status: "True", at: time)]
            if ended.condition == "Complete" { job.status?.completionTime = time }
        }
        change(&job)
        return job
    }
}

extension CronJobDecision {
    var reasons: [String] { events.map(\.reason) }
    var activeNames: [String] { (status.active ?? []).compactMap(\.name) }
    /// The scheduled times of the Jobs to make, by their annotation.
    var starts: [String] { create.map { $0.metadata.annotations?[CronJob.scheduledTimestamp] ?? "" } }

    /// To a millisecond, as far as sums of fractions of a second go.
    func looksAgain(at text: String?) -> Bool {
        guard let text, let lookAgainAt else { return text == nil && lookAgainAt == nil }
        return abs(lookAgainAt.timeIntervalSince(at(text))) < 0.0005
    }
}
