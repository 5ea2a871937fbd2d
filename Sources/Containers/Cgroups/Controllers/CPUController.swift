import Foundation

/// Processor time: a hard quota per period, and a share when processors are short.
enum CPUController: CgroupController {
    static let name = ControllerName.cpu

    static let max = "cpu.max"
    static let weight = "cpu.weight"
    static let stat = "cpu.stat"
    static let quotaV1 = "cpu.cfs_quota_us"
    static let periodV1 = "cpu.cfs_period_us"
    static let sharesV1 = "cpu.shares"

    /// 100 ms, the kubelet's and the kernel's default period.
    static let periodMicroseconds = 100_000

    static func settings(
        for limits: CgroupLimits, _ level: CgroupLevel, _ version: CgroupVersion, present: (String) -> Bool
    ) -> [CgroupSetting] {
        let shares = shares(requestMillis: limits.cpuRequestMillis ?? 0)
        let quota = limits.cpuLimitMillis.flatMap(quota(limitMillis:))
        switch version {
        case .v1:
            // The period first: the kernel checks the pair against the parent's at every write.
            return [CgroupSetting(sharesV1, "\(shares)")]
                + (quota.map { [CgroupSetting(periodV1, "\(periodMicroseconds)"), CgroupSetting(quotaV1, "\($0)")] }
                    ?? [])
        case .v2:
            return [CgroupSetting(weight, "\(self.weight(shares: shares))")]
                + (quota.map { [CgroupSetting(max, "\($0) \(periodMicroseconds)")] } ?? [])
        }
    }

    static func counters(_ version: CgroupVersion) -> [(kind: CounterKind, file: String)] {
        [(version == .v1 ? .legacyCPUStat : .cpuStat, stat)]
    }

    /// Microseconds per period; nil is no quota. The kernel takes no less than 1 ms (`min_cfs_quota_period`), so a
    /// limit below 10 millis becomes 10, as in the kubelet (`MilliCPUToQuota`).
    static func quota(limitMillis: Int) -> Int? {
        guard limitMillis > 0 else { return nil }
        return Swift.max(limitMillis * periodMicroseconds / 1000, 1000)
    }

    /// v1 shares: 1024 is one processor; the kernel's range is 2 to 2^18 (kubelet `MilliCPUToShares`).
    static func shares(requestMillis: Int) -> Int {
        min(Swift.max(requestMillis * 1024 / 1000, 2), 262_144)
    }

    /// v2 weights run from 1 to 10000 with 100 as the default, shares from 2 to 262144 with 1024. The old linear formula
    /// made one processor a weight of 39, less than any group nobody configured. This curve meets all three points;
    /// it is what runc 1.4, crun 1.23 and the kubelet use (kubernetes/kubernetes#131216).
    static func weight(shares: Int) -> Int {
        if shares <= 2 { return 1 }
        if shares >= 262_144 { return 10_000 }
        let logarithm = log2(Double(shares))
        let exponent = (logarithm * logarithm + 125 * logarithm) / 612 - 7.0 / 34
        return Int(pow(10, exponent).rounded(.up))
    }
}

/// v1 only: v2 counts time in `cpu.stat` of every group.
enum CPUAccountingController: CgroupController {
    static let name = ControllerName.cpuacct

    static let user = "cpuacct.usage_user"
    static let system = "cpuacct.usage_sys"

    static func settings(
        for limits: CgroupLimits, _ level: CgroupLevel, _ version: CgroupVersion, present: (String) -> Bool
    ) -> [CgroupSetting] { [] }

    static func counters(_ version: CgroupVersion) -> [(kind: CounterKind, file: String)] {
        version == .v1 ? [(.legacyCPUUser, user), (.legacyCPUSystem, system)] : []
    }
}
