import Foundation
import Kube
import Testing

@testable import Jobs

@Suite struct CountingTests {
    @Test(arguments: [
        DecideCase("a new Job gets its pod", makeJob(startedAt: nil), says: "create 1, active 1"),
        DecideCase("a pod that is there is not made twice", makeJob(), [.pending("a")], says: "active 1"),
        DecideCase("a ready pod counts as ready", makeJob(), [.ready("a")], says: "active 1, ready 1"),
        DecideCase(
            "one success of one completes", makeJob(), [.succeeded("a")],
            says: "untrack a, succeeded 1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
        DecideCase(
            "no completions wanted: complete at once", makeJob(completions: 0),
            says: "SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), Finished(CompletionsReached), "
                + "tell Completed"),
        DecideCase(
            "parallelism bounds the active pods", makeJob(parallelism: 3, completions: 10), says: "create 3, active 3"),
        DecideCase(
            "no more pods than completions are left",
            makeJob(parallelism: 5, completions: 6) { $0.status?.succeeded = 4 },
            says: "create 2, active 2, succeeded 4"),
        DecideCase("parallelism 0 makes nothing", makeJob(parallelism: 0), says: ""),
        DecideCase(
            "no more than 500 pods in one look", makeJob(parallelism: 2000, completions: 2000),
            says: "create 500, active 500, look +0"),
        DecideCase(
            "a success makes room for the next pod", makeJob(parallelism: 2, completions: 5),
            [.succeeded("a"), .running("b")],
            says: "create 1, untrack a, active 2, succeeded 1"),
        DecideCase(
            "a counted pod does not count again", makeJob(completions: 2) { $0.status?.succeeded = 1 },
            [.succeeded("a").counted, .running("b")], says: "active 1, succeeded 1"),
        DecideCase(
            "more successes than wanted are said aloud", makeJob(parallelism: 2, completions: 1),
            [.succeeded("a"), .succeeded("b")],
            says: "untrack a b, succeeded 2, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell TooManySucceededPods Completed"),
        DecideCase(
            "a pod of somebody else is not seen", makeJob(),
            [
                .running("a") {
                    $0.metadata.ownerReferences = [
                        OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "x", uid: "x", controller: true)
                    ]
                }
            ],
            says: "create 1, active 1"),
        DecideCase(
            "a Job that another controller manages is left alone",
            makeJob(startedAt: nil) { $0.spec.managedBy = "kueue.x-k8s.io/multikueue" }, says: ""),
        DecideCase(
            "managedBy may name us", makeJob { $0.spec.managedBy = "kubernetes.io/job-controller" },
            says: "create 1, active 1"),
        DecideCase(
            "a Job that is being deleted makes no pods", makeJob { $0.metadata.deletionTimestamp = moment(0) }, says: ""
        ),
        DecideCase(
            "a Job that is being deleted lets its pods go uncounted",
            makeJob { $0.metadata.deletionTimestamp = moment(0) },
            [.running("a")], says: "untrack a, active 1"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        DecideCase(
            "a work queue starts all its workers", makeJob(parallelism: 3, completions: nil), says: "create 3, active 3"
        ),
        DecideCase(
            "a success starts no more workers and stops none", makeJob(parallelism: 3, completions: nil),
            [.succeeded("a"), .running("b"), .running("c")], says: "untrack a, active 2, succeeded 1"),
        DecideCase(
            "it is complete when the last worker ended",
            makeJob(parallelism: 3, completions: nil) { $0.status?.succeeded = 1 },
            [.succeeded("b"), .failed("c")],
            says:
                "untrack b c, succeeded 2, failed 1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
        DecideCase(
            "failed workers before any success are replaced", makeJob(parallelism: 2, completions: nil),
            [.failed("a", at: -30), .running("b")], says: "create 1, untrack a, active 2, failed 1"),
    ])
    func `a work queue`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        DecideCase(
            "a deleted pod counts as failed and waits like one", makeJob(), [.running("a").dying()],
            says: "untrack a, terminating 1, failed 1, look +8"),
        DecideCase(
            "and is replaced after the back-off", makeJob(), [.running("a").dying(at: -20)],
            says: "create 1, untrack a, active 1, terminating 1, failed 1"),
        DecideCase(
            "with podReplacementPolicy Failed it has to end first",
            makeJob { $0.spec.podReplacementPolicy = "Failed" }, [.running("a").dying(at: -20)], says: "terminating 1"),
        DecideCase(
            "then it counts", makeJob { $0.spec.podReplacementPolicy = "Failed" },
            [.failed("a", at: -15).dying(at: -20)],
            says: "create 1, untrack a, active 1, failed 1"),
        DecideCase(
            "a deleted pod that succeeded all the same is a success", makeJob(), [.succeeded("a").dying()],
            says: "untrack a, succeeded 1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
    ])
    func `pods that are being deleted`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        DecideCase(
            "parallelism lowered: the pod without a node goes", makeJob(parallelism: 1, completions: 5),
            [.running("a"), .pending("b") { $0.spec.nodeName = nil }],
            says: "delete b, untrack b, active 1, terminating 1"),
        DecideCase(
            "and it does not count as failed",
            makeJob(parallelism: 1, completions: 5) { $0.status?.failed = 2 }, [.ready("a"), .running("b")],
            says: "delete b, untrack b, active 1, ready 1, terminating 1, failed 2"),
        DecideCase(
            "completions reached while others run: they go, Complete waits for them",
            makeJob(parallelism: 2, completions: 1), [.succeeded("a"), .running("b")],
            says: "delete b, untrack a b, terminating 1, succeeded 1, SuccessCriteriaMet(CompletionsReached)"),
        DecideCase(
            "and comes when they have ended",
            makeJob(parallelism: 2, completions: 1) {
                $0.status?.succeeded = 1
                $0.status?.setCondition(
                    "SuccessCriteriaMet", true, "CompletionsReached", "Reached expected number of succeeded pods", noon)
            }, [],
            says: "succeeded 1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
        DecideCase(
            "a finished Job stays as it is and lets go of stray pods",
            makeJob { $0.status?.setCondition("Complete", true, "CompletionsReached", "", noon) },
            [.succeeded("a")], says: "untrack a, Complete(CompletionsReached)"),
    ])
    func `too many pods`(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `at most 500 pods are deleted in one look`() {
        let pods = (0..<700).map { Pod.running("p\($0)") }
        let decision = decide(makeJob(parallelism: 0, completions: 1000), pods: pods, now: noon)
        #expect(decision.delete.count == 500)
        #expect(decision.status.active == 200)
    }

    @Test func `nothing happened: nothing is written`() {
        let job = makeJob(parallelism: 2, completions: 5)
        var seen = job
        seen.status = decide(job, pods: [.ready("a"), .running("b")], now: noon).status
        let again = decide(seen, pods: [.ready("a"), .running("b")], now: noon.addingTimeInterval(5))
        #expect(again.changesNothing(comparedWith: seen.status))
    }

    @Test func `counters that are zero are left out, ready and terminating are not`() {
        let status = decide(makeJob(parallelism: 0), pods: [], now: noon).status
        #expect(status.active == nil && status.succeeded == nil && status.failed == nil)
        #expect(status.ready == 0 && status.terminating == 0)
        #expect(status.uncountedTerminatedPods == UncountedTerminatedPods())
    }
}
