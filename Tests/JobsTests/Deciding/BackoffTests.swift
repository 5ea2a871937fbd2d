import Foundation
import Kube
import Testing

@testable import Jobs

private let failing = BackoffRecord(failures: 2, lastFailure: noon.addingTimeInterval(-5))

@Suite struct BackoffTests {
    struct Delay: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let failures: Int
        let wait: TimeInterval
        init(_ sentence: String, failures: Int, wait: TimeInterval) {
            (testDescription, self.failures, self.wait) = (sentence, failures, wait)
        }
    }

    @Test(arguments: [
        Delay("no failures: no wait", failures: 0, wait: 0),
        Delay("one failure: ten seconds", failures: 1, wait: 10),
        Delay("the wait doubles", failures: 3, wait: 40),
        Delay("just below the limit", failures: 6, wait: 320),
        Delay("and stops at ten minutes", failures: 7, wait: 600),
        Delay("also far out", failures: 5000, wait: 600),
    ])
    func waitsBeforeTheNextPod(_ row: Delay) {
        #expect(BackoffWait(of: makeJob()).seconds(after: row.failures) == row.wait)
    }

    @Test(arguments: [
        DecideCase(
            "a failure is retried ten seconds after the pod ended", makeJob(), [.failed("a", at: -4)],
            says: "untrack a, failed 1, look +6"),
        DecideCase(
            "time that passed before we looked counts", makeJob(), [.failed("a", at: -10)],
            says: "create 1, untrack a, active 1, failed 1"),
        DecideCase(
            "the second failure in a row waits twenty", makeJob { $0.status?.failed = 1 }, [.failed("b", at: -4)],
            backoff: BackoffRecord(failures: 1, lastFailure: noon.addingTimeInterval(-30)),
            says: "untrack b, failed 2, look +16"),
        DecideCase(
            "a wait stays over looks that see nothing new", makeJob { $0.status?.failed = 2 }, backoff: failing,
            says: "failed 2, look +15"),
        DecideCase(
            "a success wipes the wait out", makeJob(completions: 3) { $0.status?.failed = 2 }, [.succeeded("c")],
            backoff: failing, says: "create 1, untrack c, active 1, succeeded 1, failed 2"),
        DecideCase(
            "a failure after that success waits ten seconds again",
            makeJob(parallelism: 2, completions: 3) { $0.status?.failed = 2 },
            [.succeeded("c", at: -3), .failed("d", at: -2)], backoff: failing,
            says: "untrack c d, succeeded 1, failed 3, look +8"),
        DecideCase(
            "a failure before that success does not wait",
            makeJob(parallelism: 2, completions: 3) { $0.status?.failed = 2 },
            [.succeeded("c", at: -2), .failed("d", at: -3)], backoff: failing,
            says: "create 2, untrack c d, active 2, succeeded 1, failed 3"),
        DecideCase(
            "two that failed together count as two", makeJob(parallelism: 2, completions: 2),
            [.failed("a", at: 0), .failed("b", at: -1)], says: "untrack a b, failed 2, look +20"),
        DecideCase(
            "a pod that runs is not stopped by the wait", makeJob(parallelism: 2, completions: 2),
            [.failed("a"), .running("b")], says: "untrack a, active 1, failed 1, look +10"),
    ])
    func `pods are replaced after a wait`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        DecideCase(
            "backoffLimit 0: the first failure is the last", makeJob(backoffLimit: 0), [.failed("a")],
            says: "untrack a, failed 1, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "backoffLimit 3: the third failure is retried", makeJob(backoffLimit: 3) { $0.status?.failed = 2 },
            [.failed("c", at: -700)],
            says: "create 1, untrack c, active 1, failed 3"),
        DecideCase(
            "backoffLimit 3: the fourth is not", makeJob(backoffLimit: 3) { $0.status?.failed = 3 }, [.failed("d")],
            says: "untrack d, failed 4, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "pods that still run are ended, count as failed, and Failed waits for them",
            makeJob(parallelism: 2, completions: 2, backoffLimit: 0),
            [.failed("a"), .ready("b")],
            says: "delete b, untrack a b, terminating 1, failed 2, FailureTarget(BackoffLimitExceeded)"),
        DecideCase(
            "and comes when they have ended",
            makeJob(parallelism: 2, completions: 2, backoffLimit: 0) {
                $0.status?.failed = 2
                $0.status?.setCondition(
                    "FailureTarget", true, "BackoffLimitExceeded", "Job has reached the specified backoff limit", noon)
            }, [.failed("a").counted, .failed("b").counted],
            says:
                "failed 2, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), Finished(BackoffLimitExceeded), "
                + "tell BackoffLimitExceeded"),
        DecideCase(
            "a success that came with the failure still counts",
            makeJob(parallelism: 2, completions: 2, backoffLimit: 0),
            [.failed("a"), .succeeded("b")],
            says:
                "untrack a b, succeeded 1, failed 1, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "raising backoffLimit on a running Job lets it go on", makeJob(backoffLimit: 9) { $0.status?.failed = 7 },
            [.failed("x", at: -700)],
            says: "create 1, untrack x, active 1, failed 8"),
        DecideCase(
            "without a limit it is six",
            makeJob {
                $0.spec.backoffLimit = nil; $0.status?.failed = 6
            }, [.failed("x")],
            says: "untrack x, failed 7, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
    ])
    func `the limit ends the Job`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        DecideCase(
            "OnFailure: restarts below the limit go on", makeJob(backoffLimit: 3, restartPolicy: "OnFailure"),
            [.running("a", restarts: 2)], says: "active 1"),
        DecideCase(
            "OnFailure: restarts that reach the limit end the Job",
            makeJob(backoffLimit: 3, restartPolicy: "OnFailure"), [.running("a", restarts: 3)],
            says: "delete a, untrack a, terminating 1, failed 1, FailureTarget(BackoffLimitExceeded)"),
        DecideCase(
            "OnFailure: restarts of several pods add up",
            makeJob(parallelism: 2, completions: 2, backoffLimit: 3, restartPolicy: "OnFailure"),
            [.running("a", restarts: 1), .running("b", restarts: 2)],
            says: "delete a b, untrack a b, terminating 2, failed 2, FailureTarget(BackoffLimitExceeded)"),
        DecideCase(
            "OnFailure, backoffLimit 0: one restart is too many", makeJob(backoffLimit: 0, restartPolicy: "OnFailure"),
            [.running("a", restarts: 1)],
            says: "delete a, untrack a, terminating 1, failed 1, FailureTarget(BackoffLimitExceeded)"),
        DecideCase(
            "OnFailure, backoffLimit 0: none is fine", makeJob(backoffLimit: 0, restartPolicy: "OnFailure"),
            [.running("a")], says: "active 1"),
        DecideCase(
            "OnFailure: a pod that succeeded after restarts is a success",
            makeJob(backoffLimit: 1, restartPolicy: "OnFailure"),
            [.succeeded("a") { $0.status?.containerStatuses?[0].restartCount = 5 }],
            says: "untrack a, succeeded 1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
        DecideCase(
            "Never: restarts do not count", makeJob(backoffLimit: 1), [.running("a", restarts: 9)], says: "active 1"),
    ])
    func `restarts count`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `the texts are upstream's`() {
        let failed = decide(makeJob(backoffLimit: 0), pods: [.failed("a")], now: noon)
        #expect(
            failed.events == [
                JobEvent(
                    isWarning: true, reason: "BackoffLimitExceeded",
                    message: "Job has reached the specified backoff limit")
            ])
        #expect(failed.status.condition("Failed")?.message == "Job has reached the specified backoff limit")
        #expect(failed.status.completionTime == nil)

        let done = decide(makeJob(), pods: [.succeeded("a")], now: noon)
        #expect(done.events == [JobEvent(reason: "Completed", message: "Job completed")])
        #expect(done.status.condition("Complete")?.message == "Reached expected number of succeeded pods")
        #expect(done.status.completionTime == Timestamp(noon))
    }

    @Test func `the record can be made again from the pods that are left`() {
        let pods: [Pod] = [
            .succeeded("a", at: -100).counted, .failed("b", at: -90).counted, .failed("c", at: -50).counted,
            .failed("d", at: -120).counted, .failed("new", at: -1), .failed("suspended", at: -3).counted.dying(),
        ]
        #expect(
            BackoffRecord(rebuiltFrom: pods) == BackoffRecord(failures: 2, lastFailure: noon.addingTimeInterval(-50)))
    }

    struct End: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let pod: Pod
        let time: TimeInterval
        init(_ sentence: String, _ pod: Pod, _ time: TimeInterval) {
            (testDescription, self.pod, self.time) = (sentence, pod, time)
        }
    }

    @Test(arguments: [
        End("the last container's end", .failed("a", at: -7), -7),
        End(
            "not while one container has no end",
            .failed("a", at: -7) {
                $0.status?.containerStatuses?.append(ContainerStatus(name: "b", image: "x"))
                $0.status?.conditions = [PodCondition(type: "Ready", status: "False", at: moment(-6))]
            }, -6),
        End("else when its deletion was asked for", .pending("a").dying(at: -3), -3),
        End("else its creation", .sketch("a", "Failed"), -50),
    ])
    func `a pod ended at`(_ row: End) {
        #expect(row.pod.finishTime == noon.addingTimeInterval(row.time))
    }
}
