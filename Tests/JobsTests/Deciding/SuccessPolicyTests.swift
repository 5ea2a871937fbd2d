import Foundation
import Kube
import Testing

@testable import Jobs

private func job(
    _ rules: SuccessPolicyRule..., completed: String? = nil, _ change: (inout Job) -> Void = { _ in }
) -> Job {
    makeJob(parallelism: 4, completions: 8) {
        indexed(&$0)
        $0.spec.successPolicy = SuccessPolicy(rules: rules)
        $0.status?.completedIndexes = completed
        change(&$0)
    }
}

private let leader = SuccessPolicyRule(succeededIndexes: "0")
private let complete =
    "SuccessCriteriaMet(SuccessPolicy), Complete(SuccessPolicy), Finished(SuccessPolicy), tell Completed"

@Suite struct SuccessPolicyTests {
    @Test(arguments: [
        DecideCase(
            "the index that matters has succeeded: the others are ended, uncounted", job(leader),
            [.succeeded("a").index(0), .running("b").index(1)],
            says: "delete b, untrack a b, terminating 1, succeeded 1, indexes 0, SuccessCriteriaMet(SuccessPolicy)"),
        DecideCase(
            "Complete comes when they are gone",
            job(leader, completed: "0") {
                $0.status?.setCondition("SuccessCriteriaMet", true, "SuccessPolicy", "Matched rules at index 0", noon)
            }, [], says: "succeeded 1, indexes 0, \(complete)"),
        DecideCase(
            "any three", job(SuccessPolicyRule(succeededCount: 3), completed: "1,5"), [.succeeded("h").index(7)],
            says: "untrack h, succeeded 3, indexes 1,5,7, \(complete)"),
        DecideCase(
            "two of the first four",
            job(SuccessPolicyRule(succeededIndexes: "0-3", succeededCount: 2), completed: "1,5-7"),
            [.succeeded("d").index(3)],
            says: "untrack d, succeeded 5, indexes 1,3,5-7, \(complete)"),
        DecideCase(
            "one of them is not enough",
            job(SuccessPolicyRule(succeededIndexes: "0-3", succeededCount: 2), completed: "1,5-7") {
                $0.spec.parallelism = 0
            }, says: "succeeded 4, indexes 1,5-7"),
        DecideCase(
            "the second rule may hold", job(leader, SuccessPolicyRule(succeededCount: 1), completed: "4"),
            says: "succeeded 1, indexes 4, \(complete)"),
        DecideCase(
            "a failure that ends the Job comes first",
            job(leader) { $0.spec.backoffLimit = 0 }, [.succeeded("a").index(0), .failed("b").index(1)],
            says: "untrack a b, succeeded 1, failed 1, indexes 0, FailureTarget(BackoffLimitExceeded), "
                + "Failed(BackoffLimitExceeded), Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "a rule about indexes that do not exist holds never",
            job(SuccessPolicyRule(succeededIndexes: "90")) { $0.spec.parallelism = 0 }, [.succeeded("a").index(0)],
            says: "untrack a, succeeded 1, indexes 0"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `the condition names the rule`() {
        let decision = decide(job(leader, SuccessPolicyRule(succeededCount: 1), completed: "4"), pods: [], now: noon)
        #expect(decision.status.condition("Complete")?.message == "Matched rules at index 1")
    }

    @Test(arguments: [
        ("0-9", "3-5", 3), ("0-2,8-9", "2-8", 2), ("", "0-3", 0), ("1,3,5", "0-6", 3), ("0,9", "1-8", 0),
        ("0-3,6", "0-3,6", 5),
    ])
    func `overlaps are counted`(_ a: String, _ b: String, _ count: Int) {
        let (a, b) = (CompletionIndexes(a, below: 10), CompletionIndexes(b, below: 10))
        #expect(a.overlap(with: b) == count)
        #expect(b.overlap(with: a) == count)
    }
}
