import Foundation
import Kube
import Testing

@testable import Jobs

/// An Indexed Job of four whose indexes have a limit each.
private func job(
    _ limit: Int = 1, max: Int? = nil, parallelism: Int = 4, _ change: (inout Job) -> Void = { _ in }
) -> Job {
    makeJob(parallelism: parallelism, completions: 4, backoffLimit: Int(Int32.max)) {
        indexed(&$0)
        $0.spec.backoffLimitPerIndex = limit
        $0.spec.maxFailedIndexes = max
        change(&$0)
    }
}

private func policy(_ action: String, _ code: Int) -> (inout Job) -> Void {
    {
        $0.spec.podFailurePolicy = PodFailurePolicy(rules: [
            PodFailurePolicyRule(
                action: action, onExitCodes: PodFailurePolicyOnExitCodes(operator: "In", values: [code]))
        ])
    }
}

private let three: [Pod] = [.running("b").index(1), .running("c").index(2), .running("d").index(3)]

private func failed(_ reason: String) -> String {
    "FailureTarget(\(reason)), Failed(\(reason)), Finished(\(reason)), tell \(reason)"
}

/// `backoffLimitPerIndex` and `maxFailedIndexes` (KEP-3850).
@Suite struct IndexLimitTests {
    @Test(arguments: [
        DecideCase("new pods begin at no failures", job(parallelism: 2), says: "create #0 #1, active 2"),
        DecideCase(
            "a failed index waits for itself, uncounted", job(), [.failed("a", at: -4).index(0)] + three,
            says: "active 3, look +6"),
        DecideCase(
            "then it is run again and told how often it failed", job(), [.failed("a", at: -10).index(0)] + three,
            says: "create #0+1, active 4, look +0"),
        DecideCase(
            "when the successor is there the failure is counted", job(),
            [.failed("a", at: -10).index(0), .running("e").index(0).after(1)] + three,
            says: "untrack a, active 4, failed 1"),
        DecideCase(
            "one failure more than the limit gives the index up", job(), [.failed("a").index(0).after(1)] + three,
            says: "untrack a, active 3, failed 1, given up 0"),
        DecideCase(
            "a limit of 0 tries once", job(0), [.failed("a").index(0)] + three,
            says: "untrack a, active 3, failed 1, given up 0"),
        DecideCase(
            "an index that was given up is not run again",
            job(parallelism: 2) { $0.status?.failedIndexes = "0" }, [.running("b").index(1)],
            says: "create #2, active 2, given up 0"),
        DecideCase(
            "the second failure of an index waits twenty seconds", job(3),
            [.failed("a", at: -4).index(0).after(1)] + three, says: "active 3, look +16"),
        DecideCase(
            "while one index waits another runs", job(3, parallelism: 3),
            [.failed("a", at: -4).index(0)] + [.running("b").index(1)], says: "create #2, active 2"),
        DecideCase(
            "all waiting: the earliest sets the alarm", job(3),
            [
                .failed("a", at: -4).index(0), .failed("b", at: -6).index(1), .failed("c", at: -4).index(2).after(1),
                .running("d").index(3),
            ], says: "active 1, look +4"),
        DecideCase(
            "more failed indexes than allowed end the Job", job(0, max: 1) { $0.status?.failedIndexes = "2" },
            [.failed("a").index(0), .running("b").index(1)],
            says:
                "delete b, untrack a b, terminating 1, failed 2, given up 0,2, FailureTarget(MaxFailedIndexesExceeded)"),
        DecideCase(
            "as many as allowed do not", job(0, max: 1), [.failed("a").index(0)] + three,
            says: "untrack a, active 3, failed 1, given up 0"),
        DecideCase(
            "nothing left but failed indexes: the Job has failed", job(0) { $0.status?.completedIndexes = "1-3" },
            [.failed("a").index(0)],
            says: "untrack a, succeeded 3, failed 1, indexes 1-3, given up 0, \(failed("FailedIndexes"))"),
        DecideCase(
            "the last index may be the one that succeeds",
            job(0) {
                $0.status?.completedIndexes = "1,2"
                $0.status?.failedIndexes = "0"
                $0.status?.failed = 1
            },
            [.succeeded("d").index(3)],
            says: "untrack d, succeeded 3, failed 1, indexes 1-3, given up 0, \(failed("FailedIndexes"))"),
        DecideCase(
            "FailIndex gives up at once", job(5, policy("FailIndex", 9)), [.failed("a").index(0).exit(9)] + three,
            says: "untrack a, active 3, failed 1, given up 0"),
        DecideCase(
            "ignored failures are told apart, and wait longer and longer", job(1, policy("Ignore", 9)),
            [.failed("a", at: -30).index(0).exit(9).after(1, ignored: 1)] + three,
            says: "active 3, look +10"),
        DecideCase(
            "and never give the index up", job(1, policy("Ignore", 9)),
            [.failed("a", at: -40).index(0).exit(9).after(1, ignored: 1)] + three,
            says: "create #0+1~2, active 4, look +0"),
        DecideCase(
            "of two failed pods of an index the later one is followed", job(5),
            [.failed("a", at: -60).index(0), .failed("e", at: -30).index(0).after(1)] + three,
            says: "create #0+2, untrack a, active 4, failed 1, look +0"),
        DecideCase(
            "a success of an index that failed before", job(),
            [.failed("a").index(0), .succeeded("e").index(0)] + three,
            says: "untrack a e, active 3, succeeded 1, failed 1, indexes 0"),
        DecideCase(
            "a count that somebody wrote nonsense into is none",
            job(), [.failed("a", at: -10).index(0).annotated(JobLabels.indexFailureCount, "-3x")] + three,
            says: "create #0+1, active 4, look +0"),
        DecideCase(
            "fewer completions forget indexes that do not exist any more",
            job(0) {
                $0.spec.completions = 2
                $0.spec.parallelism = 2
                $0.status?.failedIndexes = "1,3"
                $0.status?.completedIndexes = "2"
            }, [.running("a").index(0)], says: "active 1, given up 1"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `without failures the list of failed indexes is there and empty, as upstream writes it`() {
        #expect(decide(job(), pods: three, now: noon).status.failedIndexes == "")
        #expect(decide(makeJob(completions: 2, indexed), pods: [], now: noon).status.failedIndexes == nil)
    }

    @Test func `the pod carries the counts`() throws {
        let decision = decide(
            job(3), pods: [.failed("a", at: -100).index(0).after(1, ignored: 2)] + three, now: noon)
        let pod = try #require(decision.create.first).makePod(for: job(3))
        #expect(pod.metadata.annotations?[JobLabels.indexFailureCount] == "2")
        #expect(pod.metadata.annotations?[JobLabels.indexIgnoredFailureCount] == "2")
        let first = try #require(decide(job(3), pods: [], now: noon).create.first).makePod(for: job(3))
        #expect(first.metadata.annotations?[JobLabels.indexFailureCount] == "0")
        #expect(first.metadata.annotations?[JobLabels.indexIgnoredFailureCount] == nil)
    }
}
