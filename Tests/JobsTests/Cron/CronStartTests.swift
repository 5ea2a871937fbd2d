import Foundation
import Kube
import Testing

@testable import Jobs

/// Which starts are made, at one look.
@Suite struct CronStartTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let cronJob: CronJob
        var facts: @Sendable () -> CronFacts
        let starts: [String]
        let reasons: [String]
        let again: String?
        let deleted: [String]

        init(
            _ sentence: String, _ cronJob: CronJob,
            _ facts: @escaping @Sendable @autoclosure () -> CronFacts = .sketch(),
            starts: [String] = [], reasons: [String] = [], again: String? = "2026-06-01T12:01:00Z",
            deleted: [String] = []
        ) {
            (testDescription, self.cronJob, self.facts, self.starts) = (sentence, cronJob, facts, starts)
            (self.reasons, self.again, self.deleted) = (reasons, again, deleted)
        }
    }

    static let noonStart = "2026-06-01T12:00:00Z"
    static let before = "2026-06-01T11:59:00Z"

    static let rows: [Case] = [
        Case("its time has come", makeCronJob(last: before), starts: [noonStart], reasons: ["SuccessfulCreate"]),
        Case("the start is made already", makeCronJob(last: noonStart)),
        Case(
            "it was made before its first time", makeCronJob("30 12 * * *"), again: "2026-06-01T12:30:00Z"),
        Case(
            "its first time was since it was made", makeCronJob("30 11 * * *"), starts: ["2026-06-01T11:30:00Z"],
            reasons: ["SuccessfulCreate"], again: "2026-06-02T11:30:00Z"),
        Case(
            "of several missed the last is made up for", makeCronJob(last: "2026-06-01T11:30:00Z"),
            starts: [noonStart], reasons: ["SuccessfulCreate"]),
        Case(
            "a hundred missed are not too many", makeCronJob(last: "2026-06-01T10:20:00Z"), starts: [noonStart],
            reasons: ["SuccessfulCreate"]),
        Case(
            "a hundred and one are, and are made up for all the same", makeCronJob(last: "2026-06-01T10:19:00Z"),
            starts: [noonStart], reasons: ["TooManyMissedTimes", "SuccessfulCreate"]),
        Case(
            "decades of them cost no time", makeCronJob(last: "1970-01-01T00:00:00Z"), starts: [noonStart],
            reasons: ["TooManyMissedTimes", "SuccessfulCreate"]),
        Case(
            "an uneven schedule: the newest is found",
            makeCronJob("30 6-16/4 * * 1-5", last: "2026-05-25T06:30:00Z"), starts: ["2026-06-01T10:30:00Z"],
            reasons: ["SuccessfulCreate"], again: "2026-06-01T14:30:00Z"),
        Case(
            "the clock went back: nothing twice", makeCronJob(last: "2026-06-01T13:00:00Z"),
            again: "2026-06-01T13:01:00Z"),
        Case("suspended", makeCronJob(last: before) { $0.spec.suspend = true }, again: nil),
        Case(
            "being deleted", makeCronJob(last: before) { $0.metadata.deletionTimestamp = moment(0) }, again: nil),
        Case(
            "a zone the host does not know", makeCronJob(last: before) { $0.spec.timeZone = "Mars/Base" },
            reasons: ["UnknownTimeZone"], again: nil),
        Case("no schedule", makeCronJob("every day"), reasons: ["UnparseableSchedule"], again: nil),
        Case("never", makeCronJob("59 23 31 2 *"), reasons: ["InvalidSchedule"], again: nil),
        Case(
            "within the starting deadline", makeCronJob(last: before, deadline: 20), starts: [noonStart],
            reasons: ["SuccessfulCreate"]),
        Case("past the starting deadline", makeCronJob(last: before, deadline: 19)),
        Case(
            "missed while no daemon ran, and not to be made up for",
            makeCronJob(last: before, annotations: [StintAnnotation.cronCatchUp: "none"]), .sketch(began: cronNoon),
            reasons: ["MissSchedule"]),
        Case(
            "past the starting deadline too, of which nobody speaks",
            makeCronJob(last: before, deadline: 19, annotations: [StintAnnotation.cronCatchUp: "none"]),
            .sketch(began: cronNoon)),
        Case(
            "within the deadline there are not too many", makeCronJob(last: "2026-06-01T01:00:00Z", deadline: 600),
            starts: [noonStart], reasons: ["SuccessfulCreate"]),
        Case(
            "Allow: one more", makeCronJob(last: before, active: ["a"]), .sketch([.ofCron("a")]), starts: [noonStart],
            reasons: ["SuccessfulCreate"]),
        Case(
            "Forbid: not while one runs", makeCronJob(policy: "Forbid", last: before, active: ["a"]),
            .sketch([.ofCron("a")]), reasons: ["JobAlreadyActive"]),
        Case(
            "Forbid: when the one before it has ended", makeCronJob(policy: "Forbid", last: before, active: ["a"]),
            .sketch([.ofCron("a", ended: ("Complete", -1))]), starts: [noonStart],
            reasons: ["SawCompletedJob", "SuccessfulCreate"]),
        Case(
            "Forbid with a deadline: looks again when it is too late",
            makeCronJob(policy: "Forbid", last: before, deadline: 30, active: ["a"]), .sketch([.ofCron("a")]),
            reasons: ["JobAlreadyActive"], again: "2026-06-01T12:00:30.001Z"),
        Case(
            "Forbid: one made by hand is in nobody's way", makeCronJob(policy: "Forbid", last: before),
            .sketch([.ofCron("by-hand")]), starts: [noonStart], reasons: ["UnexpectedJob", "SuccessfulCreate"]),
        Case(
            "Replace: those that run go", makeCronJob(policy: "Replace", last: before, active: ["a", "b"]),
            .sketch([.ofCron("a"), .ofCron("b")]), starts: [noonStart],
            reasons: ["SuccessfulDelete", "SuccessfulDelete", "SuccessfulCreate"], deleted: ["a", "b"]),
        Case(
            "its Job is there, and the status was lost: it is not made twice", makeCronJob(last: before),
            .sketch([.ofCron("tick-29671920")]), reasons: ["UnexpectedJob"]),
        Case(
            "somebody else's Job has the name", makeCronJob(last: before),
            .sketch(strangers: [.ofCron("tick-29671920", owner: "cron-0")])),
        Case(
            "two were made by hand", makeCronJob(last: noonStart), .sketch([.ofCron("one"), .ofCron("two")]),
            reasons: ["UnexpectedJob", "UnexpectedJob"]),
        Case(
            "the template makes no Job", makeCronJob(last: before) { $0.spec.jobTemplate.spec.parallelism = -1 },
            reasons: ["FailedCreate"]),
        Case(
            "every ten seconds", makeCronJob("@every 10s", last: "2026-06-01T12:00:07Z"),
            starts: ["2026-06-01T12:00:17Z"], reasons: ["SuccessfulCreate"], again: "2026-06-01T12:00:27Z"),
        Case(
            "every hour, from the last start, with a deadline of a minute",
            makeCronJob("@every 1h", last: "2026-06-01T11:00:10Z", deadline: 60), starts: ["2026-06-01T12:00:10Z"],
            reasons: ["SuccessfulCreate"], again: "2026-06-01T13:00:10Z"),
    ]

    @Test(arguments: rows) func `what is started`(_ row: Case) {
        let decision = decide(row.cronJob, row.facts())
        #expect(decision.starts == row.starts)
        #expect(decision.reasons == row.reasons)
        #expect(decision.looksAgain(at: row.again))
        #expect(decision.delete.map(\.name) == row.deleted)
        // Nothing is told or made a second time at the same moment.
        var after = row.cronJob
        after.status = decision.status
        let jobs = row.facts().jobs.filter { !decision.delete.contains($0) } + decision.create
        var facts = row.facts()
        facts.jobs = jobs
        facts.memory = decision.memory
        let second = decide(after, facts)
        #expect(second.create == [] && second.delete == [] && second.events == [])
        #expect(second.status == decision.status)
    }

    @Test func `a Job carries what upstream writes`() throws {
        let cronJob = makeCronJob("0 14 * * *", last: "2026-05-31T12:00:00Z") {
            $0.spec.timeZone = "Europe/Berlin"
            $0.spec.jobTemplate.metadata = ObjectMeta(labels: ["a": "b"])
            $0.spec.jobTemplate.metadata?.annotations = ["c": "d"]
        }
        let decision = decide(cronJob, .sketch())
        let job = try #require(decision.create.first)
        #expect(job.name == "tick-29671920")
        #expect(job.metadata.labels == ["a": "b"])
        #expect(
            job.metadata.annotations == [
                "c": "d", "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-06-01T14:00:00+02:00",
            ])
        #expect(
            job.metadata.ownerReferences == [
                OwnerReference(
                    apiVersion: "batch/v1", kind: "CronJob", name: "tick", uid: "cron-1", controller: true,
                    blockOwnerDeletion: true)
            ])
        #expect(job.spec.selector == LabelSelector(matchLabels: [JobLabels.controllerUID: "new"]))
        #expect(job.uid == "new" && job.status == JobStatus())
        #expect(decision.status.active?.first?.uid == "new" && decision.activeNames == ["tick-29671920"])
        #expect(decision.status.lastScheduleTime == Timestamp(at("2026-06-01T12:00:00Z")))
        #expect(decision.events == [JobEvent(reason: "SuccessfulCreate", message: "Created job tick-29671920")])
    }

    @Test(arguments: [
        ("@every 59s", "tick-1780315200"), ("@every 1m", "tick-29671920"), ("* * * * *", "tick-29671920"),
    ])
    func `names repeat only when upstream's do, and that is never`(_ schedule: String, _ name: String) throws {
        let parsed = try CronSchedule(parsing: schedule)
        #expect(makeCronJob().jobName(at: at("2026-06-01T12:00:00Z"), parsed) == name)
    }

    @Test(arguments: [
        (
            makeCronJob(last: before, annotations: [StintAnnotation.cronCatchUp: "none"]),
            "Missed scheduled time to start a job: Mon, 01 Jun 2026 12:00:00 +0000"
        ),
        (
            makeCronJob(last: "2026-06-01T01:00:00Z", active: []) { $0.spec.suspend = false },
            "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        ),
        (
            makeCronJob { $0.spec.timeZone = "Mars/Base" },
            "invalid timeZone: \"Mars/Base\": unknown time zone Mars/Base"
        ),
        (
            makeCronJob("* * *"),
            "unparseable schedule: \"* * *\" : expected exactly 5 fields, found 3: [* * *]"
        ),
        (
            makeCronJob("0 0 31 2 *"),
            "invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second"
        ),
        (
            makeCronJob(last: before) { $0.spec.jobTemplate.spec.parallelism = -1 },
            "Error creating job: Job.batch \"tick-29671920\" is invalid: spec.parallelism: Invalid value: -1: must be "
                + "greater than or equal to 0"
        ),
    ])
    func `the words of warnings`(_ cronJob: CronJob, _ words: String) {
        let event = decide(cronJob, .sketch(began: cronNoon)).events.first
        #expect(event?.message == words && event?.isWarning == true)
    }

    @Test func `what one look meets again is no news, and what it does not is forgotten`() {
        func reasons(_ jobs: [String], _ memory: inout CronMemory) -> [String] {
            let decision = decide(makeCronJob(last: Self.noonStart), .sketch(jobs.map { .ofCron($0) }, memory: memory))
            memory = decision.memory
            return decision.events.map(\.message)
        }
        func saw(_ name: String) -> String { "Saw a job that the controller did not create or forgot: \(name)" }
        var memory = CronMemory()
        #expect(reasons(["a", "b"], &memory) == [saw("a"), saw("b")])
        #expect(reasons(["a", "b"], &memory) == [])
        #expect(reasons([], &memory) == [])
        #expect(reasons(["b", "c"], &memory) == [saw("c")])
        #expect(reasons(["a", "c"], &memory) == [saw("a")])
    }

    @Test func `a changed schedule makes up for nothing that would have been`() {
        let old = makeCronJob("0 3 * * *", last: "2026-06-01T03:00:00Z")
        let memory = decide(old, .sketch(now: at("2026-06-01T11:00:00Z"))).memory
        let new = makeCronJob("0 9 * * *", last: "2026-06-01T03:00:00Z")
        let decision = decide(new, .sketch(memory: memory))
        #expect(decision.create == [] && decision.lookAgainAt == at("2026-06-02T09:00:00Z"))
        let next = decide(new, .sketch(now: at("2026-06-02T09:00:00Z"), memory: decision.memory))
        #expect(next.starts == ["2026-06-02T09:00:00Z"])
    }
}
