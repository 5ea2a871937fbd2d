import Foundation
import Kube

/// How many pods failed since the last success, and when the last one did: upstream's `backoffRecord`.
///
/// It is kept in memory and can be made again from the pods that are still there, so it needs no place in the status.
struct BackoffRecord: Equatable, Sendable {
    var failures = 0
    var lastFailure: Date?

    /// Seconds to wait after so many failures in a row: 10 s, doubling, at most 10 min.
    static func delay(after failures: Int) -> TimeInterval {
        guard failures > 0 else { return 0 }
        return min(600, 10 * pow(2, Double(failures - 1)))
    }

    /// When the next pod may be made; nil: at once.
    var opensAt: Date? {
        guard let lastFailure, failures > 0 else { return nil }
        return lastFailure.addingTimeInterval(Self.delay(after: failures))
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
    /// deleted for a suspension ended too, but did not count.
    init(rebuiltFrom pods: [Pod]) {
        let counted = pods.filter { $0.hasEnded && !$0.isTracked && $0.metadata.deletionTimestamp == nil }
        self = BackoffRecord().counting(
            succeeded: counted.filter { $0.phase == "Succeeded" }, failed: counted.filter { $0.phase == "Failed" })
    }
}
