import Foundation
import Kube
import Testing

@testable import Jobs

/// What is true of a CronJob's Jobs, and which of them go.
@Suite struct CronStatusTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let cronJob: CronJob
        let jobs: [Job]
        let active: [String]
        let events: [String]
        let deleted: [String]
        let succeeded: TimeInterval?

        init(
            _ sentence: String, _ cronJob: CronJob, _ jobs: [Job], active: [String] = [],
            events: [String] = [], deleted: [String] = [], succeeded: TimeInterval? = nil
        ) {
            (testDescription, self.cronJob, self.jobs, self.active) = (sentence, cronJob, jobs, active)
            (self.events, self.deleted, self.succeeded) = (events, deleted, succeeded)
        }
    }

    /// Suspended: its Jobs are looked after all the same.
    static func idle(_ active: [String] = [], _ change: (inout CronJob) -> Void = { _ in }) -> CronJob {
        makeCronJob(active: active) {
            $0.spec.suspend = true
            change(&$0)
        }
    }

    static let ended: [Job] = [
        .ofCron("s1", ended: ("Complete", -50)), .ofCron("s3", ended: ("Complete", -30)),
        .ofCron("s2", ended: ("Complete", -40)), .ofCron("s4", ended: ("Complete", -20)),
        .ofCron("f2", ended: ("Failed", -10)), .ofCron("f1", ended: ("Failed", -15)),
    ]

    static let rows: [Case] = [
        Case("one runs", idle(["a"]), [.ofCron("a")], active: ["a"]),
        Case(
            "it completed", idle(["a"]), [.ofCron("a", ended: ("Complete", -5))],
            events: ["Saw completed job: a, condition: Complete"], succeeded: -5),
        Case(
            "it failed", idle(["a"]), [.ofCron("a", ended: ("Failed", -5))],
            events: ["Saw completed job: a, condition: Failed"]),
        Case("it is gone", idle(["a"]), [], events: ["Active job went missing: a"]),
        Case(
            "one of the same name is another", idle(["a"]), [.ofCron("a") { $0.metadata.uid = "other" }],
            events: [
                "Saw a job that the controller did not create or forgot: a", "Active job went missing: a",
            ]),
        Case(
            "one was made by hand", idle(), [.ofCron("b")],
            events: ["Saw a job that the controller did not create or forgot: b"]),
        Case(
            "one that goes is nobody's surprise", idle(), [.ofCron("b") { $0.metadata.deletionTimestamp = moment(0) }]),
        Case(
            "one by hand that completed counts as success", idle(), [.ofCron("b", ended: ("Complete", -7))],
            succeeded: -7),
        Case(
            "the last success stays the last",
            idle { $0.status?.lastSuccessfulTime = Timestamp(cronNoon) }, [.ofCron("b", ended: ("Complete", -7))],
            succeeded: 0),
        Case(
            "three that succeeded stay and one that failed; the oldest go", idle(), ended,
            events: ["Deleted job s1", "Deleted job f1"], deleted: ["s1", "f1"], succeeded: -20),
        Case(
            "none stay", idle { ($0.spec.successfulJobsHistoryLimit, $0.spec.failedJobsHistoryLimit) = (0, 0) },
            Array(ended.suffix(3)), events: ["Deleted job s4", "Deleted job f1", "Deleted job f2"],
            deleted: ["s4", "f1", "f2"], succeeded: -20),
        Case(
            "without limits all stay",
            idle { ($0.spec.successfulJobsHistoryLimit, $0.spec.failedJobsHistoryLimit) = (nil, nil) }, ended,
            succeeded: -20),
        Case(
            "one that just completed is seen before it goes",
            idle(["a"]) { $0.spec.successfulJobsHistoryLimit = 0 }, [.ofCron("a", ended: ("Complete", -5))],
            events: ["Saw completed job: a, condition: Complete", "Deleted job a"], deleted: ["a"], succeeded: -5),
        Case(
            "one that goes already is not deleted again", idle { $0.spec.failedJobsHistoryLimit = 0 },
            [.ofCron("a", ended: ("Failed", -5)) { $0.metadata.deletionTimestamp = moment(0) }]),
    ]

    @Test(arguments: rows) func `what becomes of its Jobs`(_ row: Case) {
        let decision = decide(row.cronJob, .sketch(row.jobs))
        #expect(decision.activeNames == row.active)
        #expect(decision.events.map(\.message) == row.events)
        #expect(decision.delete.map(\.name) == row.deleted)
        #expect(
            decision.status.lastSuccessfulTime == row.succeeded.map { Timestamp(cronNoon.addingTimeInterval($0)) })
        #expect(decision.create == [])
    }
}
