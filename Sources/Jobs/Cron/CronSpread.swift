import Foundation
import Kube

extension CronJob {
    /// Seconds by which each start is late under `stint.dev/cron-spread`: below the spread, in whole milliseconds, and
    /// the same for the same namespace and name, on any host and in any version.
    var spreadOffset: TimeInterval {
        guard let spread = cronSpread, spread >= 0.001 else { return 0 }
        let milliseconds = UInt64(spread * 1000)
        return Double(stableHash("\(namespace)/\(name)") % milliseconds) / 1000
    }
}
