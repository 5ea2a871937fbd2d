import Foundation
import Kube

/// How many pods failed since the last success, and when the last one did: upstream's `backoffRecord`.
///
/// It is kept in memory and can be made again from the pods that are still there, so it needs no place in the status.
struct BackoffRecord: Equatable, Sendable {
    var failures = 0
    var lastFailure: Date?

    /// When the next pod may be made; nil: at once.
    func opensAt(_ wait: BackoffWait) -> Date? {
        guard let lastFailure, failures > 0 else { return nil }
        return lastFailure.addingTimeInterval(wait.seconds(after: failures))
    }

    /// The record after these pods ended. A success wipes out what failed before it, by the pods' own times and not
    /// by the order in which we heard of them.
    func counting(succeeded: [Pod], failed: [Pod]) -> BackoffRecord {
        let failureTimes = failed.map(\.finishTime)
        guard let lastSuccess = succeeded.map(\.finishTime).max() else {
            guard let last = failureTimes.max() else { return self }
            return BackoffRecord(failures: failures + failed.count, lastFailure: last)
        }
        let since = failureTimes.filter { $0 > lastSuccess }
        return BackoffRecord(failures: since.count, lastFailure: since.max())
    }

    init(failures: Int = 0, lastFailure: Date? = nil) {
        self.failures = failures
        self.lastFailure = lastFailure
    }

    /// What a controller that has just been started can know: from pods that ended and were counted. Pods that were
    /// deleted for a suspension ended too, but did not count; nor did those that `judge` gives more memory.
    init(rebuiltFrom pods: [Pod], judge: FailureJudge? = nil) {
        let counted = pods.filter { $0.hasEnded && !$0.isTracked && $0.metadata.deletionTimestamp == nil }
        self = BackoffRecord().counting(
            succeeded: counted.filter { $0.phase == "Succeeded" },
            failed: counted.filter { $0.phase == "Failed" && judge?.meaning(of: $0) != .growsMemory })
    }
}

/// How long a Job waits after failures: 10 s, doubling, at most 10 min, or what `stint.dev/backoff` says.
struct BackoffWait {
    private let policy: BackoffPolicy
    private let seed: String

    init(of job: Job) {
        policy = job.backoffPolicy ?? BackoffPolicy()
        seed = job.uid
    }

    /// Seconds after so many failures in a row. The jitter is drawn from the Job's uid and the number, so that a look that
    /// is repeated finds the same moment.
    func seconds(after failures: Int) -> TimeInterval {
        guard failures > 0 else { return 0 }
        // Bounded, because nothing times infinity is no number.
        let wait = policy.base * min(pow(policy.factor, Double(failures - 1)), 1e15)
        let share = policy.jitter == 0 ? 0 : policy.jitter * Self.fraction("\(seed)/\(failures)")
        return min(policy.maximum, wait * (1 + share))
    }

    /// From 0 to 1, the same for the same text.
    private static func fraction(_ text: String) -> Double {
        Double(stableHash(text) >> 11) / Double(UInt64(1) << 53)
    }
}
