import Foundation
import Kube
import Testing

@testable import Jobs

private func job(
    _ text: String = "factor=2,max=512Mi,attempts=2", limit: String = "100Mi", backoffLimit: Int = 0,
    _ change: (inout Job) -> Void = { _ in }
) -> Job {
    makeJob(parallelism: 2, completions: 4, backoffLimit: backoffLimit) {
        $0.metadata.annotations = [StintAnnotation.oomRetry: text]
        $0.spec.template.spec.containers[0].resources = ResourceRequirements(limits: ["memory": Quantity(limit)!])
        change(&$0)
    }
}

extension Pod {
    /// Killed by the kernel for want of memory, after so many raises.
    fileprivate static func starved(_ name: String, raises: Int = 0) -> Pod {
        let pod = Pod.failed(name).exit(137, reason: "OOMKilled")
        return raises == 0 ? pod : pod.annotated(StintAnnotation.oomRetries, "\(raises)")
    }
}

private let failed =
    "FailureTarget(BackoffLimitExceeded), Failed(BackoffLimitExceeded), Finished(BackoffLimitExceeded), "
    + "tell BackoffLimitExceeded"

/// `stint.dev/oom-retry`.
@Suite struct MemoryTests {
    @Test(arguments: [
        DecideCase(
            "killed for memory: tried again at once with more, and not counted", job(), [.starved("a")],
            says: "create 2^1, untrack a, active 2, raises 1"),
        DecideCase(
            "another failure counts as ever", job(), [.failed("a")], says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "two of the same size raise once", job(), [.starved("a"), .starved("b")],
            says: "create 2^1, untrack a b, active 2, raises 1"),
        DecideCase(
            "the second raise", job { $0.metadata.annotations?[StintAnnotation.oomRetries] = "1" },
            [.starved("a", raises: 1), .running("b")], says: "create 1^2, untrack a, active 2, raises 2"),
        DecideCase(
            "a small one that ends late raises nothing more",
            job { $0.metadata.annotations?[StintAnnotation.oomRetries] = "1" }, [.starved("a"), .running("b")],
            says: "create 1^1, untrack a, active 2"),
        DecideCase(
            "when all attempts are used it counts",
            job { $0.metadata.annotations?[StintAnnotation.oomRetries] = "2" }, [.starved("a", raises: 2)],
            says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "when there is no more to give it counts",
            job("factor=2,max=100Mi,attempts=5"), [.starved("a")], says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "without the annotation it counts", job { $0.metadata.annotations = nil }, [.starved("a")],
            says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "without a memory limit it counts", job { $0.spec.template.spec.containers[0].resources = nil },
            [.starved("a")], says: "untrack a, failed 1, \(failed)"),
        DecideCase(
            "of an Indexed Job each index has its own", job { indexed(&$0) },
            [.starved("a").index(1), .running("b").index(0)],
            says: "create #1^1, untrack a, active 2, raises 1=1"),
        DecideCase(
            "and keeps it for the others untouched",
            job {
                indexed(&$0)
                $0.metadata.annotations?[StintAnnotation.oomRetries] = "1=1"
                $0.status?.completedIndexes = "1"
            },
            [.starved("a").index(0)],
            says: "create #0^1 #2, untrack a, active 2, succeeded 1, indexes 1, raises 0=1,1=1"),
        DecideCase(
            "with limits per index it is an ignored failure that does not wait",
            job {
                indexed(&$0)
                $0.spec.backoffLimitPerIndex = 0
                $0.spec.parallelism = 1
            }, [.starved("a").index(0)], says: "create #0~1^1, active 1, raises 0=1, look +0"),
        DecideCase(
            "it comes before a policy about 137",
            job {
                $0.spec.podFailurePolicy = PodFailurePolicy(rules: [
                    PodFailurePolicyRule(
                        action: "FailJob", onExitCodes: PodFailurePolicyOnExitCodes(operator: "In", values: [137]))
                ])
            }, [.starved("a")], says: "create 2^1, untrack a, active 2, raises 1"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }

    @Test(arguments: [(0, "100Mi"), (1, "200Mi"), (2, "400Mi"), (3, "512Mi"), (60, "512Mi")])
    func `limits grow by the factor, up to the maximum`(_ raises: Int, _ limit: String) {
        let pod = PodDraft(memoryRaises: raises).makePod(for: job())
        #expect(pod.spec.containers[0].resources?.limits?["memory"] == Quantity(limit))
        #expect(pod.metadata.annotations?[StintAnnotation.oomRetries] == (raises == 0 ? nil : "\(raises)"))
    }

    @Test func `a request that equals its limit grows with it, a smaller one stays`() {
        let equal = job { $0.spec.template.spec.containers[0].resources?.requests = ["memory": Quantity("100Mi")!] }
        #expect(
            PodDraft(memoryRaises: 1).makePod(for: equal).spec.containers[0].resources?.requests?["memory"]
                == Quantity("200Mi"))
        let small = job { $0.spec.template.spec.containers[0].resources?.requests = ["memory": Quantity("10Mi")!] }
        #expect(
            PodDraft(memoryRaises: 1).makePod(for: small).spec.containers[0].resources?.requests?["memory"]
                == Quantity("10Mi"))
    }

    @Test func `what the node does for a Job is written on its pods`() {
        let job = makeJob {
            $0.metadata.annotations = [
                StintAnnotation.startDeadline: "2m", StintAnnotation.deadlineSignal: "SIGUSR1@60s", "team": "a",
            ]
        }
        #expect(
            PodDraft().makePod(for: job).metadata.annotations
                == [StintAnnotation.startDeadline: "2m", StintAnnotation.deadlineSignal: "SIGUSR1@60s"])
    }
}

/// `stint.dev/backoff`.
@Suite struct BackoffPolicyTests {
    private func job(_ text: String) -> Job { makeJob { $0.metadata.annotations = [StintAnnotation.backoff: text] } }

    @Test(arguments: [
        ("base=1s,factor=2,max=1m", [1, 2, 4, 8, 16, 32, 60, 60]), ("base=5s,factor=1", [5, 5, 5]),
        ("base=500ms,factor=3,max=2s", [0.5, 1.5, 2, 2]), ("base=0s", [0, 0]),
    ])
    func `waits are the user's`(_ text: String, _ waits: [Double]) {
        let wait = BackoffWait(of: job(text))
        #expect(waits.indices.map { wait.seconds(after: $0 + 1) } == waits)
    }

    @Test(arguments: [
        ("base=0s,factor=2", 0.0), ("base=0s,factor=1000,jitter=1", 0), ("base=1s,factor=1000,max=1m", 60),
    ])
    func `after very many failures too`(_ text: String, _ wait: Double) {
        #expect(BackoffWait(of: job(text)).seconds(after: 5000) == wait)
    }

    @Test func `jitter adds a share that stays the same for the same failure`() {
        let wait = BackoffWait(of: job("base=10s,factor=1,max=10m,jitter=0.5"))
        let waits = (1...50).map { wait.seconds(after: $0) }
        #expect(waits.allSatisfy { (10...15).contains($0) })
        #expect(Set(waits).count == 50 && (waits.max() ?? 0) > 14 && (waits.min() ?? 20) < 11)
        #expect(waits == (1...50).map { wait.seconds(after: $0) })
    }

    @Test func `the Job waits that long`() {
        let decision = decide(job("base=2s,factor=2"), pods: [.failed("a", at: -1)], now: noon)
        #expect(sketch(decision) == "untrack a, failed 1, look +1")
    }
}

/// `stint.dev/completed-before`.
@Suite struct CompletedBeforeTests {
    @Test(arguments: [
        DecideCase(
            "what an earlier Job completed is not run again",
            makeJob(parallelism: 3, completions: 5) {
                indexed(&$0)
                $0.metadata.annotations = [StintAnnotation.completedBefore: "0-2,9"]
            }, says: "create #3 #4, active 2, succeeded 3, indexes 0-2"),
        DecideCase(
            "only of an Indexed Job",
            makeJob(parallelism: 3, completions: 3) {
                $0.metadata.annotations = [StintAnnotation.completedBefore: "0-1"]
            },
            says: "create 3, active 3"),
    ])
    func decides(_ row: DecideCase) {
        #expect(sketch(row.decision) == row.expected)
    }
}
