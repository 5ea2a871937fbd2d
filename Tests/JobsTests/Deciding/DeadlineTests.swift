import Foundation
import Kube
import Testing

@testable import Jobs

private let deadlineReached =
    "FailureTarget(DeadlineExceeded), Failed(DeadlineExceeded), Finished(DeadlineExceeded), tell DeadlineExceeded"

extension Pod {
    /// Ended by its supervisor when the time was up.
    fileprivate static func killed(_ name: String, at time: TimeInterval) -> Pod {
        failed(name, at: time) { $0.status?.reason = "DeadlineExceeded" }
    }
    /// Carries the deadline of a Job that started a minute ago.
    fileprivate func due(_ offset: TimeInterval) -> Pod {
        var pod = self
        pod.metadata.annotations = [
            JobNames.deadline: RFC3339.format(noon.addingTimeInterval(offset), fractionDigits: 0)
        ]
        return pod
    }
}

@Suite struct DeadlineTests {
    @Test(arguments: [
        DecideCase(
            "a new Job with a deadline is looked at when it is reached", makeJob(deadline: 30, startedAt: nil),
            says: "create 1, active 1, look +30"),
        DecideCase(
            "the deadline counts from the start time", makeJob(deadline: 100), [.running("a").due(40)],
            says: "active 1, look +40"),
        DecideCase(
            "at the deadline the pods are ended and count as failed", makeJob(deadline: 60), [.running("a").due(0)],
            says: "delete a, untrack a, terminating 1, failed 1, FailureTarget(DeadlineExceeded)"),
        DecideCase("no pod is left: failed at once", makeJob(deadline: 60), says: deadlineReached),
        DecideCase(
            "the supervisor was faster, while no daemon ran", makeJob(backoffLimit: 0, deadline: 30),
            [.killed("a", at: -30)],
            says: "untrack a, failed 1, " + deadlineReached),
        DecideCase(
            "also when its pod says no reason", makeJob(backoffLimit: 0, deadline: 30), [.failed("a", at: -29)],
            says: "untrack a, failed 1, " + deadlineReached),
        DecideCase(
            "the supervisor was faster by a second of its clock", makeJob(backoffLimit: 0, deadline: 61),
            [.killed("a", at: 0)],
            says: "untrack a, failed 1, " + deadlineReached),
        DecideCase(
            "too many failures before the deadline are BackoffLimitExceeded, however late we look",
            makeJob(backoffLimit: 0, deadline: 30),
            [.failed("a", at: -45)],
            says: "untrack a, failed 1, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "a pod's own deadline before the Job's is a failure like any other",
            makeJob(backoffLimit: 0, deadline: 300), [.killed("a", at: -20)],
            says: "untrack a, failed 1, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "a pod that succeeded at the deadline is a success all the same, but the Job's time is up",
            makeJob(completions: 2, deadline: 60),
            [.succeeded("a", at: 0)], says: "untrack a, succeeded 1, " + deadlineReached),
        DecideCase(
            "the look for the back-off comes before the one for the deadline", makeJob(deadline: 100),
            [.failed("a", at: -4)],
            says: "untrack a, failed 1, look +6"),
        DecideCase("or after it", makeJob(deadline: 62), [.failed("a", at: -4)], says: "untrack a, failed 1, look +2"),
        DecideCase(
            "a suspended Job's clock stands still", makeJob(deadline: 30) { $0.spec.suspend = true },
            says: "Suspended(JobSuspended), tell Suspended"),
        DecideCase(
            "a deadline set later is written on the pods that run", makeJob(deadline: 300), [.running("a")],
            says: "stamp a, active 1, look +240"),
        DecideCase("a deadline taken away is taken off", makeJob(), [.running("a").due(40)], says: "stamp a, active 1"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `the texts are upstream's`() {
        let decision = decide(makeJob(deadline: 60), pods: [], now: noon)
        #expect(
            decision.events == [
                JobEvent(
                    isWarning: true, reason: "DeadlineExceeded",
                    message: "Job was active longer than specified deadline")
            ])
    }

    @Test func `pods carry the moment of the deadline`() {
        let job = makeJob(deadline: 90)
        let decision = decide(job, pods: [], now: noon)
        let pod = decision.create[0].makePod(for: job)
        #expect(
            pod.metadata.annotations?["stint.dev/job-deadline"]
                == RFC3339.format(noon.addingTimeInterval(30), fractionDigits: 0))
    }

    @Test func `a new deadline is the annotation, none is its absence`() {
        #expect(
            decide(makeJob(deadline: 300), pods: [.running("a")], now: noon).stamp
                == ["a": Optional(RFC3339.format(noon.addingTimeInterval(240), fractionDigits: 0))])
        #expect(decide(makeJob(), pods: [.running("a").due(40)], now: noon).stamp == ["a": String?.none])
    }
}
