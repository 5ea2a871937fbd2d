import Foundation
import Kube
import Testing

@testable import Jobs

private typealias Rule = PodFailurePolicyRule

private func codes(_ action: String, _ values: Int..., in container: String? = nil, not: Bool = false) -> Rule {
    Rule(
        action: action,
        onExitCodes: PodFailurePolicyOnExitCodes(
            containerName: container, operator: not ? "NotIn" : "In", values: values))
}

private func disrupted(_ action: String, status: String? = nil) -> Rule {
    Rule(
        action: action, onPodConditions: [PodFailurePolicyOnPodConditions(type: "DisruptionTarget", status: status)])
}

private func job(_ rules: Rule..., limit: Int = 6, _ change: (inout Job) -> Void = { _ in }) -> Job {
    makeJob(parallelism: 2, completions: 4, backoffLimit: limit) {
        $0.spec.podFailurePolicy = PodFailurePolicy(rules: rules)
        change(&$0)
    }
}

private let failed =
    "FailureTarget(PodFailurePolicy), Failed(PodFailurePolicy), Finished(PodFailurePolicy), "
    + "tell PodFailurePolicy"

@Suite struct FailurePolicyTests {
    @Test(arguments: [
        DecideCase(
            "FailJob on an exit code ends the Job", job(codes("FailJob", 42)), [.failed("a").exit(42)],
            says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "another exit code is one more failure", job(codes("FailJob", 42)), [.failed("a").exit(41)],
            says: "untrack a, failed 1, look +10"),
        DecideCase(
            "the others are ended, and Failed waits for them", job(codes("FailJob", 42)),
            [.failed("a").exit(42), .running("b")],
            says: "delete b, untrack a b, terminating 1, failed 2, FailureTarget(PodFailurePolicy)"),
        DecideCase(
            "NotIn fits every other failure", job(codes("FailJob", 1, 2, not: true)), [.failed("a").exit(3)],
            says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "NotIn does not fit what it names", job(codes("FailJob", 1, 2, not: true)), [.failed("a").exit(2)],
            says: "untrack a, failed 1, look +10"),
        DecideCase(
            "a rule about another container does not fit", job(codes("FailJob", 42, in: "helper")),
            [.failed("a").exit(42)], says: "untrack a, failed 1, look +10"),
        DecideCase(
            "a rule about this container does", job(codes("FailJob", 42, in: "main")), [.failed("a").exit(42)],
            says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "Ignore does not count", job(codes("Ignore", 7), limit: 0), [.failed("a").exit(7)],
            says: "untrack a, look +10"),
        DecideCase(
            "the first rule that fits decides", job(codes("Ignore", 7), codes("FailJob", 7)), [.failed("a").exit(7)],
            says: "untrack a, look +10"),
        DecideCase(
            "Count keeps a later rule from deciding", job(codes("Count", 7), codes("FailJob", 7)),
            [.failed("a").exit(7)], says: "untrack a, failed 1, look +10"),
        DecideCase(
            "a disruption may be ignored", job(disrupted("Ignore"), limit: 0),
            [.failed("a").exit(137).condition("DisruptionTarget")], says: "untrack a, look +10"),
        DecideCase(
            "only with the status that is asked for", job(disrupted("Ignore", status: "False"), limit: 6),
            [.failed("a").condition("DisruptionTarget")], says: "untrack a, failed 1, look +10"),
        DecideCase(
            "a pod that is being deleted is not judged before it ended", job(codes("Ignore", 7)),
            [.running("a").dying(), .running("b")], says: "active 1, terminating 1"),
        DecideCase(
            "and is not replaced before either", job(codes("Ignore", 7)) { $0.spec.parallelism = 1 },
            [.running("a").dying()], says: "terminating 1"),
        DecideCase(
            "too many failures that count are too many", job(codes("Ignore", 7), limit: 0),
            [.failed("a").exit(7), .failed("b").exit(1)],
            says: "untrack a b, failed 1, FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), "
                + "Finished(BackoffLimitExceeded), tell BackoffLimitExceeded"),
        DecideCase(
            "FailJob comes before the back-off limit", job(codes("FailJob", 42), limit: 0),
            [.failed("a").exit(1), .failed("b").exit(42)], says: "untrack a b, failed 2, \(failed)"),
        DecideCase(
            "a pod of an Indexed Job without a valid index fails the Job too, and counts for nothing",
            job(codes("FailJob", 42)) { indexed(&$0) }, [.failed("a").exit(42), .failed("b").exit(42).index(7)],
            says: "untrack a b, \(failed)"),
        DecideCase(
            "one that is being deleted with its index is judged when it has ended",
            job(codes("FailJob", 42)) {
                indexed(&$0)
                $0.spec.parallelism = 1
            }, [.running("a").dying(), .running("b").index(0)], says: "active 1, terminating 1"),
        DecideCase(
            "a success is none of its business", job(codes("FailJob", 0, not: true)), [.succeeded("a")],
            says: "create 2, untrack a, active 2, succeeded 1"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test func `the condition says which pod, which code and which rule`() {
        let decision = decide(
            job(codes("Ignore", 7), codes("FailJob", 42)), pods: [.failed("a").exit(42)], now: noon)
        #expect(
            decision.status.condition("Failed")?.message
                == "Container main for pod default/a failed with exit code 42 matching FailJob rule at index 1")
    }

    @Test func `or which condition`() {
        let decision = decide(
            job(disrupted("FailJob")), pods: [.failed("a").condition("DisruptionTarget")], now: noon)
        #expect(
            decision.status.condition("Failed")?.message
                == "Pod default/a has condition DisruptionTarget matching FailJob rule at index 0")
    }
}
