import Linux

/// Memory, with no swap on top of it.
enum MemoryController: CgroupController {
    static let name = ControllerName.memory

    static let max = "memory.max"
    static let swapMax = "memory.swap.max"
    static let oomGroup = "memory.oom.group"
    static let peak = "memory.peak"
    static let events = "memory.events"
    static let limitV1 = "memory.limit_in_bytes"
    static let limitWithSwapV1 = "memory.memsw.limit_in_bytes"
    static let peakV1 = "memory.max_usage_in_bytes"
    static let oomControlV1 = "memory.oom_control"
    static let eventControlV1 = "cgroup.event_control"
    static let current = "memory.current"
    static let currentV1 = "memory.usage_in_bytes"
    static let statistics = "memory.stat"

    static func settings(
        for limits: CgroupLimits, _ level: CgroupLevel, _ version: CgroupVersion, present: (String) -> Bool
    ) -> [CgroupSetting] {
        let limit = limits.memoryLimitBytes.map { "\(wholePages($0))" }
        switch version {
        case .v1:
            guard let limit else { return [] }
            // Memory plus swap never below memory, so memory first; equal means no swap. The file is missing when
            // swap is not accounted, and then no limit on it could be kept: the host check says so.
            return [CgroupSetting(limitV1, limit)]
                + (present(limitWithSwapV1) ? [CgroupSetting(limitWithSwapV1, limit)] : [])
        case .v2:
            var settings = limit.map { [CgroupSetting(max, $0)] } ?? []
            if present(swapMax) { settings.append(CgroupSetting(swapMax, "0")) }
            // A container that lost a process to the OOM killer is not trusted to go on: all of it goes (as the
            // kubelet does on v2). memory.high stays untouched, because a throttled job hangs instead of failing.
            if level == .container { settings.append(CgroupSetting(oomGroup, "1")) }
            return settings
        }
    }

    static func counters(_ version: CgroupVersion) -> [(kind: CounterKind, file: String)] {
        switch version {
        case .v1: [(.legacyMemoryPeak, peakV1), (.legacyOOMControl, oomControlV1)]
        case .v2: [(.memoryPeak, peak), (.memoryEvents, events)]
        }
    }

    /// The file that says how much is charged now, and what in `memory.stat` of it is page cache that nobody used lately.
    static func workingSet(_ version: CgroupVersion) -> (current: String, inactive: String) {
        version == .v1 ? (currentV1, "total_inactive_file") : (current, "inactive_file")
    }

    /// The kernel counts pages and rounds a limit down to them; we do it first, so that what is read back is equal.
    static func wholePages(_ bytes: Int64, pageSize: Int64 = CgroupCalls.pageSize) -> Int64 {
        Swift.max(bytes, 0) / pageSize * pageSize
    }
}
