import Foundation
import Kube
import Testing

@testable import Jobs

@Suite struct IndexedTests {
    @Test(arguments: [
        DecideCase(
            "the lowest indexes first", makeJob(parallelism: 3, completions: 5, indexed),
            says: "create #0 #1 #2, active 3"),
        DecideCase(
            "gaps are filled", makeJob(parallelism: 3, completions: 5, indexed), [.running("b").index(1)],
            says: "create #0 #2, active 3"),
        DecideCase(
            "indexes that are done are not run again",
            makeJob(parallelism: 3, completions: 5) {
                indexed(&$0); $0.status?.completedIndexes = "0,2-3"
            },
            says: "create #1 #4, active 2, succeeded 3, indexes 0,2,3"),
        DecideCase(
            "successes are written as intervals",
            makeJob(parallelism: 5, completions: 5) {
                indexed(&$0); $0.status?.completedIndexes = "0,2"
            },
            [.succeeded("b").index(1), .running("d").index(3), .running("e").index(4)],
            says: "untrack b, active 2, succeeded 3, indexes 0-2"),
        DecideCase(
            "all indexes done: complete", makeJob(parallelism: 2, completions: 2, indexed),
            [.succeeded("a").index(0), .succeeded("b").index(1)],
            says:
                "untrack a b, succeeded 2, indexes 0,1, SuccessCriteriaMet(CompletionsReached), Complete(CompletionsReached), "
                + "Finished(CompletionsReached), tell Completed"),
        DecideCase(
            "the same index twice counts once", makeJob(parallelism: 2, completions: 2, indexed),
            [.succeeded("a").index(0), .succeeded("b").index(0)],
            says: "create #1, untrack a b, active 1, succeeded 1, indexes 0"),
        DecideCase(
            "of two active pods with one index the lesser goes", makeJob(parallelism: 2, completions: 2, indexed),
            [.ready("a").index(0), .pending("b").index(0), .running("c").index(1)],
            says: "delete b, untrack b, active 2, ready 1, terminating 1"),
        DecideCase(
            "an index that does not exist goes", makeJob(parallelism: 2, completions: 2, indexed),
            [.running("a").index(0), .running("b").index(2)],
            says: "delete b, untrack b, active 1, terminating 1"),
        DecideCase(
            "so does a pod without one", makeJob(parallelism: 2, completions: 2, indexed),
            [.running("a").index(0), .running("b")],
            says: "delete b, untrack b, active 1, terminating 1"),
        DecideCase(
            "a failure without an index does not count", makeJob(parallelism: 1, completions: 2, indexed),
            [.failed("a"), .running("b").index(0)],
            says: "untrack a, active 1"),
        DecideCase(
            "a failed index is run again after the wait", makeJob(parallelism: 2, completions: 2, indexed),
            [.failed("a", at: -20).index(0), .running("b").index(1)],
            says: "create #0, untrack a, active 2, failed 1"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [
        ("", 10, ""), ("1,3-5,7", 10, "1,3-5,7"), ("0,1", 10, "0,1"), ("0,1,2", 10, "0-2"), ("0-9", 5, "0-4"),
        ("x,3", 10, "3"), ("5-2,1", 10, "1"), ("-1,2", 10, "2"), ("7", 5, ""), ("3,1", 10, "1,3"),
        ("1-3,2-6", 10, "1-6"),
    ])
    func `indexes are read and written`(_ text: String, _ limit: Int, _ expected: String) {
        #expect(CompletionIndexes(text, below: limit).text == expected)
    }

    @Test func `membership and gaps`() {
        let set = CompletionIndexes("1,3-5", below: 10)
        #expect((0..<7).filter(set.contains) == [1, 3, 4, 5])
        #expect(set.firstMissing(3, below: 10, besides: [0]) == [2, 6, 7])
        #expect(set.firstMissing(9, below: 7, besides: []) == [0, 2, 6])
        #expect(CompletionIndexes().firstMissing(2, below: 100_000, besides: Array(0..<99_999)) == [99_999])
    }
}
