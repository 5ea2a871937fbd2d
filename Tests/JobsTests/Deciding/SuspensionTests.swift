import Foundation
import Kube
import Testing

@testable import Jobs

@Suite struct SuspensionTests {
    @Test(arguments: [
        DecideCase(
            "created suspended: nothing starts, not even the clock", makeJob(startedAt: nil) { $0.spec.suspend = true },
            says: "Suspended(JobSuspended), tell Suspended"),
        DecideCase(
            "suspending ends the pods, and they do not count",
            makeJob(parallelism: 2, completions: 4) { $0.spec.suspend = true },
            [.running("b"), .pending("a")],
            says: "delete a b, untrack a b, terminating 2, Suspended(JobSuspended), tell Suspended"),
        DecideCase(
            "a success that came first counts", makeJob(completions: 4) { $0.spec.suspend = true }, [.succeeded("a")],
            says: "untrack a, succeeded 1, Suspended(JobSuspended), tell Suspended"),
        DecideCase(
            "a suspended Job that has all it needs is complete", makeJob { $0.spec.suspend = true }, [.succeeded("a")],
            says: "untrack a, succeeded 1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
        DecideCase(
            "resumed: pods again",
            makeJob { $0.status?.setCondition("Suspended", true, "JobSuspended", "Job suspended", noon) },
            says: "create 1, active 1, not Suspended(JobResumed), tell Resumed"),
        DecideCase(
            "never suspended: nothing is said about it", makeJob { $0.spec.suspend = false }, says: "create 1, active 1"
        ),
        DecideCase(
            "resumed after a pause longer than the deadline: a whole deadline again",
            makeJob(deadline: 30) { $0.status?.setCondition("Suspended", true, "JobSuspended", "Job suspended", noon) },
            says: "create 1, active 1, not Suspended(JobResumed), tell Resumed, look +30"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `a Job created suspended has no start time`() {
        let decision = decide(makeJob(startedAt: nil) { $0.spec.suspend = true }, pods: [], now: noon)
        #expect(decision.status.startTime == nil)
        #expect(decision.events == [JobEvent(reason: "Suspended", message: "Job suspended")])
    }

    @Test func `resuming sets the start time anew`() {
        let job = makeJob { $0.status?.setCondition("Suspended", true, "JobSuspended", "Job suspended", noon) }
        #expect(decide(job, pods: [], now: noon).status.startTime == Timestamp(noon))
    }
}
