import Foundation
import Kube
import Testing

@testable import Jobs

/// A CronJob over days, on a clock that the test moves to wherever the controller wants to look again.
@Suite struct CronTimelineTests {
    struct Week: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let schedule: String
        let zone: String
        let from: String
        let days: Double
        let starts: [String]

        init(
            _ sentence: String, _ schedule: String, _ zone: String, from: String, days: Double, _ starts: [String]
        ) {
            (testDescription, self.schedule, self.zone, self.from) = (sentence, schedule, zone, from)
            (self.days, self.starts) = (days, starts)
        }
    }

    static let weeks: [Week] = [
        Week(
            "spring: the night has no 02:30, so there is no start", "30 2 * * *", "Europe/Berlin",
            from: "2026-03-26T12:00:00Z", days: 7,
            [
                "2026-03-27T02:30:00+01:00", "2026-03-28T02:30:00+01:00", "2026-03-30T02:30:00+02:00",
                "2026-03-31T02:30:00+02:00", "2026-04-01T02:30:00+02:00", "2026-04-02T02:30:00+02:00",
            ]),
        Week(
            "autumn: the night has 02:30 twice, and so it starts twice", "30 2 * * *", "Europe/Berlin",
            from: "2026-10-22T12:00:00Z", days: 7,
            [
                "2026-10-23T02:30:00+02:00", "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00",
                "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00", "2026-10-27T02:30:00+01:00",
                "2026-10-28T02:30:00+01:00", "2026-10-29T02:30:00+01:00",
            ]),
        Week(
            "noon stays noon", "0 12 * * *", "America/New_York", from: "2026-03-06T18:00:00Z", days: 4,
            [
                "2026-03-07T12:00:00-05:00", "2026-03-08T12:00:00-04:00", "2026-03-09T12:00:00-04:00",
                "2026-03-10T12:00:00-04:00",
            ]),
        Week(
            "every six hours of the clock: spring's night is shorter", "0 */6 * * *", "America/New_York",
            from: "2026-03-08T04:00:00Z", days: 1.1,
            [
                "2026-03-08T00:00:00-05:00", "2026-03-08T06:00:00-04:00", "2026-03-08T12:00:00-04:00",
                "2026-03-08T18:00:00-04:00", "2026-03-09T00:00:00-04:00",
            ]),
        Week(
            "every hour: none is left out and none is made twice", "0 * * * *", "Europe/Berlin",
            from: "2026-10-24T22:30:00Z", days: 0.25,
            [
                "2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00",
                "2026-10-25T03:00:00+01:00", "2026-10-25T04:00:00+01:00", "2026-10-25T05:00:00+01:00",
            ]),
        Week(
            "working days", "0 9 * * 1-5", "Etc/UTC", from: "2026-06-04T10:00:00Z", days: 5,
            ["2026-06-05T09:00:00Z", "2026-06-08T09:00:00Z", "2026-06-09T09:00:00Z"]),
        Week(
            "every 36 hours from its creation", "@every 36h", "Etc/UTC", from: "2026-06-01T10:00:30Z", days: 5,
            ["2026-06-02T22:00:30Z", "2026-06-04T10:00:30Z", "2026-06-05T22:00:30Z"]),
    ]

    @Test(arguments: weeks) func `a week`(_ row: Week) {
        let begin = at(row.from)
        var cronJob = makeCronJob(row.schedule) {
            $0.metadata.creationTimestamp = Timestamp(begin)
            $0.spec.timeZone = row.zone
        }
        var clock = begin
        var memory = CronMemory()
        var starts: [String] = []
        var names: Set<String> = []
        while clock < begin.addingTimeInterval(row.days * 86400) {
            var facts = CronFacts.sketch(now: clock, began: begin, memory: memory)
            facts.jobs = []
            let decision = decide(cronJob, facts)
            starts += decision.starts
            names.formUnion(decision.create.map(\.name))
            cronJob.status?.lastScheduleTime = decision.status.lastScheduleTime
            memory = decision.memory
            guard let next = decision.lookAgainAt, next > clock else {
                Issue.record("it does not want to look again later than \(clock)")
                return
            }
            clock = next
        }
        #expect(starts == row.starts)
        #expect(names.count == row.starts.count)
    }
}
