/// How many processes and threads may exist. The same files in both versions.
enum PIDsController: CgroupController {
    static let name = ControllerName.pids

    static let max = "pids.max"
    static let events = "pids.events"

    static func settings(
        for limits: CgroupLimits, _ level: CgroupLevel, _ version: CgroupVersion, present: (String) -> Bool
    ) -> [CgroupSetting] {
        limits.pids.map { [CgroupSetting(max, "\(Swift.max($0, 1))")] } ?? []
    }

    static func counters(_ version: CgroupVersion) -> [(kind: CounterKind, file: String)] { [(.pidsEvents, events)] }
}
