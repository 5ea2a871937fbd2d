import Foundation
import Kube
import Testing

@testable import Jobs

/// `stint.dev/cron-spread`, `cron-catch-up` and `cron-group`.
@Suite struct CronAdditionTests {
    // MARK: - Spread

    @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
    func `the hash is FNV-1a`(_ text: String, _ hash: UInt64) { #expect(stableHash(text) == hash) }

    @Test func `a hundred CronJobs are spread over all of the spread`() {
        let offsets = (0..<100).map { number in
            makeCronJob(annotations: [StintAnnotation.cronSpread: "10m"]) { $0.metadata.name = "job-\(number)" }
                .spreadOffset
        }
        #expect(offsets.allSatisfy { (0..<600).contains($0) })
        let tenths = Dictionary(grouping: offsets) { Int($0 / 60) }
        #expect(tenths.count == 10 && tenths.values.allSatisfy { (2...20).contains($0.count) })
        #expect(makeCronJob().spreadOffset == 0)
    }

    @Test func `a spread start keeps its scheduled time, and is made at the shifted one`() {
        let cronJob = makeCronJob("0 12 * * *", deadline: 5, annotations: [StintAnnotation.cronSpread: "30m"])
        let offset = cronJob.spreadOffset
        #expect(offset > 60)
        let due = at("2026-06-01T12:00:00Z").addingTimeInterval(offset)
        let early = decide(cronJob, .sketch(now: due.addingTimeInterval(-0.01)))
        #expect(early.create == [] && early.lookAgainAt == due)
        let onTime = decide(cronJob, .sketch(now: due))
        #expect(onTime.starts == ["2026-06-01T12:00:00Z"] && onTime.create.map(\.name) == ["tick-29671920"])
        #expect(onTime.status.lastScheduleTime == Timestamp(at("2026-06-01T12:00:00Z")))
        #expect(onTime.lookAgainAt == due.addingTimeInterval(86400))
        // The deadline counts from the shifted time.
        #expect(decide(cronJob, .sketch(now: due.addingTimeInterval(5))).create.count == 1)
        let late = decide(cronJob, .sketch(now: due.addingTimeInterval(5.5)))
        #expect(late.create == [] && late.reasons == [])
    }

    // MARK: - Catching up

    struct CatchUp: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let policy: String
        let way: CronCatchUp
        /// The minutes past noon of the starts that are made.
        let made: [Int]
        var deadline: Int64?
        var running = false

        init(
            _ sentence: String, _ way: CronCatchUp, _ made: [Int], policy: String = "Allow", deadline: Int64? = nil,
            running: Bool = false
        ) {
            (testDescription, self.way, self.made, self.policy) = (sentence, way, made, policy)
            (self.deadline, self.running) = (deadline, running)
        }
    }

    /// The last start was at noon, the controller began at 12:05:30, and it is then.
    @Test(arguments: [
        CatchUp("the last one", .last, [5]),
        CatchUp("all of them, in order", .all, [1, 2, 3, 4, 5]),
        CatchUp("none", .none, []),
        CatchUp("all within the deadline", .all, [3, 4, 5], deadline: 150),
        CatchUp("all, under Forbid: the first", .all, [1], policy: "Forbid"),
        CatchUp("all, under Forbid: none while one runs", .all, [], policy: "Forbid", running: true),
        CatchUp("all, under Replace: the first, which is not replaced at once", .all, [1], policy: "Replace"),
        CatchUp("all, under Replace: it goes on when that has ended", .all, [], policy: "Replace", running: true),
        CatchUp("the last, under Replace: it replaces", .last, [5], policy: "Replace", running: true),
    ])
    func `what was missed while no daemon ran`(_ row: CatchUp) {
        let began = at("2026-06-01T12:05:30Z")
        let cronJob = makeCronJob(
            policy: row.policy, last: "2026-06-01T12:00:00Z", deadline: row.deadline, active: row.running ? ["a"] : [],
            annotations: [StintAnnotation.cronCatchUp: row.way.rawValue])
        let decision = decide(cronJob, .sketch(row.running ? [.ofCron("a")] : [], now: began, began: began))
        #expect(decision.starts == row.made.map { "2026-06-01T12:0\($0):00Z" })
        #expect(decision.lookAgainAt != nil)
    }

    @Test(arguments: [
        ("a daemon that was replaced within seconds was not away", "2026-06-01T12:05:08Z", ["2026-06-01T12:05:00Z"]),
        ("eleven seconds late is missed", "2026-06-01T12:05:11Z", []),
        ("what is due later is not missed", "2026-06-01T12:04:50Z", ["2026-06-01T12:05:00Z"]),
    ])
    func `missed is what was due before the controller began`(_ sentence: String, _ began: String, _ starts: [String]) {
        let cronJob = makeCronJob(
            last: "2026-06-01T12:00:00Z", annotations: [StintAnnotation.cronCatchUp: "none"])
        let now = at("2026-06-01T12:05:15Z")
        #expect(decide(cronJob, .sketch(now: now, began: at(began))).starts == starts, "\(sentence)")
    }

    @Test func `under Forbid one after the other, as the one before it ends`() throws {
        var cronJob = makeCronJob(
            policy: "Forbid", last: "2026-06-01T12:00:00Z", annotations: [StintAnnotation.cronCatchUp: "all"])
        let began = at("2026-06-01T12:03:30Z")
        var jobs: [Job] = []
        var starts: [String] = []
        for second in 0..<6 {
            let now = began.addingTimeInterval(TimeInterval(second))
            var facts = CronFacts.sketch(jobs, now: now, began: began)
            facts.makeUID = { "uid-\(second)" }
            let decision = decide(cronJob, facts)
            cronJob.status = decision.status
            starts += decision.starts
            // What is made ends before the next look.
            jobs += decision.create.map { job in
                var job = job
                job.status?.conditions = [JobCondition(type: "Complete", status: "True")]
                return job
            }
        }
        #expect(starts == ["2026-06-01T12:01:00Z", "2026-06-01T12:02:00Z", "2026-06-01T12:03:00Z"])
    }

    @Test func `starts that cannot be made are told of once each`() {
        let cronJob = makeCronJob(
            last: "2026-06-01T11:57:00Z", annotations: [StintAnnotation.cronCatchUp: "all"]
        ) { $0.spec.jobTemplate.spec.parallelism = -1 }
        let first = decide(cronJob, .sketch(began: cronNoon))
        #expect(first.reasons == ["FailedCreate", "FailedCreate", "FailedCreate"])
        let second = decide(cronJob, .sketch(now: at("2026-06-01T12:01:20Z"), began: cronNoon, memory: first.memory))
        #expect(second.reasons == ["FailedCreate"])
    }

    @Test func `all is a hundred at most, the newest`() {
        let cronJob = makeCronJob(
            last: "2026-06-01T00:00:00Z", annotations: [StintAnnotation.cronCatchUp: "all"])
        let decision = decide(cronJob, .sketch(began: cronNoon))
        #expect(decision.create.count == 100 && decision.starts.first == "2026-06-01T10:21:00Z")
        #expect(decision.starts.last == "2026-06-01T12:00:00Z" && decision.reasons.first == "TooManyMissedTimes")
        #expect(Set(decision.create.map(\.name)).count == 100)
    }

    // MARK: - Groups

    struct Group: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let running: Int
        let reasons: [String]
        var policy = "Allow"
        var seconds: TimeInterval = 0
        var again: String? = "2026-06-01T12:01:00Z"
    }

    @Test(arguments: [
        Group(testDescription: "there is a place", running: 1, reasons: ["SuccessfulCreate"]),
        Group(
            testDescription: "it is full: the start waits, until it is too late at the longest", running: 2,
            reasons: ["CronGroupFull"], again: "2026-06-01T12:00:30.001Z"),
        Group(testDescription: "it was too late", running: 2, reasons: [], seconds: 11),
        Group(
            testDescription: "what it replaces makes room", running: 2,
            reasons: ["SuccessfulDelete", "SuccessfulCreate"], policy: "Replace"),
    ])
    func `a group has so many places`(_ row: Group) {
        let cronJob = makeCronJob(
            policy: row.policy, last: "2026-06-01T11:59:00Z", deadline: 30,
            active: row.policy == "Replace" ? ["a"] : [],
            annotations: [StintAnnotation.cronGroup: "name=backups,max=2"])
        let jobs: [Job] = row.policy == "Replace" ? [.ofCron("a")] : []
        let now = cronNoon.addingTimeInterval(row.seconds)
        let decision = decide(cronJob, .sketch(jobs, now: now, group: row.running))
        #expect(decision.reasons == row.reasons)
        #expect(decision.looksAgain(at: row.again))
        #expect((decision.waitsForGroupSince != nil) == row.reasons.contains("CronGroupFull"))
        if decision.waitsForGroupSince != nil {
            #expect(
                decision.events.first?.message
                    == "Not starting job yet because the cron group \"backups\" is full: 2 jobs of it are running")
            #expect(decide(cronJob, .sketch(jobs, now: now, group: 2, memory: decision.memory)).events == [])
            #expect(decide(cronJob, .sketch(jobs, now: now, group: 1, memory: decision.memory)).create.count == 1)
        }
    }

    @Test func `starts of one look share the places of the group`() {
        let cronJob = makeCronJob(
            last: "2026-06-01T11:55:00Z",
            annotations: [StintAnnotation.cronGroup: "name=backups,max=3", StintAnnotation.cronCatchUp: "all"])
        let decision = decide(cronJob, .sketch(began: cronNoon, group: 1))
        #expect(decision.starts == ["2026-06-01T11:56:00Z", "2026-06-01T11:57:00Z"])
        #expect(decision.waitsForGroupSince == at("2026-06-01T11:58:00Z"))
    }
}
