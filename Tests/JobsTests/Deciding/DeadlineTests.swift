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
            "the supervisor was faster, while no daemon ran: the pod goes all the same",
            makeJob(backoffLimit: 0, deadline: 30), [.killed("a", at: -30)],
            says: "delete a, untrack a, failed 1, " + deadlineReached),
        DecideCase(
            "of two pods one was ended by its supervisor, the other by us",
            makeJob(parallelism: 2, completions: 2, backoffLimit: 0, deadline: 60),
            [.killed("a", at: 0), .running("b").due(0)],
            says: "delete a b, untrack a b, terminating 1, failed 2, FailureTarget(DeadlineExceeded)"),
        DecideCase(
            "a pod that failed by itself after the deadline, before we looked, failed all the same",
            makeJob(backoffLimit: 0, deadline: 30), [.failed("a", at: -29)],
            says: "untrack a, failed 1, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "one that failed by itself and stays within the limit does not keep the deadline away, and is not deleted",
            makeJob(deadline: 30), [.failed("a", at: -29)], says: "untrack a, failed 1, " + deadlineReached),
        DecideCase(
            "too many failures come before the deadline; what that killed goes with what runs",
            makeJob(parallelism: 3, completions: 3, backoffLimit: 0, deadline: 60),
            [.failed("a", at: 0), .killed("b", at: 0), .running("c").due(0)],
            says: "delete b c, untrack a b c, terminating 1, failed 3, FailureTarget(BackoffLimitExceeded)"),
        DecideCase(
            "one that is being deleted already is not deleted again", makeJob(deadline: 60),
            [.killed("a", at: 0).dying(at: -1)], says: "untrack a, failed 1, " + deadlineReached),
        DecideCase(
            "the supervisor was faster by a second of its clock", makeJob(backoffLimit: 0, deadline: 61),
            [.killed("a", at: 0)],
            says: "delete a, untrack a, failed 1, " + deadlineReached),
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

    /// Upstream deletes the pods that run at the deadline, and counts them then, before they end.
    @Test(arguments: [
        Row("plain"),
        Row("a policy ignores the signal") {
            $0.spec.podFailurePolicy = PodFailurePolicy(rules: [
                PodFailurePolicyRule(
                    action: "Ignore", onExitCodes: PodFailurePolicyOnExitCodes(operator: "In", values: [143]))
            ])
        },
        Row("a policy fails the Job for it") {
            $0.spec.podFailurePolicy = PodFailurePolicy(rules: [
                PodFailurePolicyRule(
                    action: "FailJob", onExitCodes: PodFailurePolicyOnExitCodes(operator: "In", values: [143]))
            ])
        },
        Row("by index") {
            indexed(&$0)
            $0.spec.backoffLimitPerIndex = 0
        },
        Row("it may have more memory") { $0.metadata.annotations = [StintAnnotation.oomRetry: "factor=2"] },
    ])
    fileprivate func `whoever is faster at the deadline, the supervisor or we, the Job ends alike`(_ row: Row) {
        let job = makeJob(deadline: 60, startedAt: -60, row.change)
        let running = decide(job, pods: [.running("a").index(0)], now: noon)
        var ended = job
        ended.status = running.status
        let weWereFaster = decide(ended, pods: [.killed("a", at: 1).index(0).exit(143).counted], now: moment(1).date)
        let pod = Pod.killed("a", at: 0).index(0).exit(143, reason: "OOMKilled")
        let itWasFaster = decide(job, pods: [pod], now: noon)
        #expect(running.delete == ["a"] && itWasFaster.delete == ["a"])
        var status = weWereFaster.status
        #expect(status.failed == 1 && status.condition("Failed")?.reason == "DeadlineExceeded")
        for index in (status.conditions ?? []).indices {
            status.conditions?[index].lastProbeTime = moment(0)
            status.conditions?[index].lastTransitionTime = moment(0)
        }
        #expect(itWasFaster.status == status)
    }

    fileprivate struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout Job) -> Void
        init(_ sentence: String, _ change: @escaping @Sendable (inout Job) -> Void = { _ in }) {
            (testDescription, self.change) = (sentence, change)
        }
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
