/// One kernel controller: its file names, its units, and what it writes for given limits. Pure; `CgroupDirectory`
/// carries the writes out.
protocol CgroupController: Sendable {
    static var name: ControllerName { get }

    /// What to write into a group that was just made, in order. What the kernel gives a new group anyway is left out.
    /// - Parameter present: whether this kernel has a file (swap accounting and others can be compiled out).
    static func settings(
        for limits: CgroupLimits, _ level: CgroupLevel, _ version: CgroupVersion, present: (String) -> Bool
    ) -> [CgroupSetting]

    /// What to read before the group goes.
    static func counters(_ version: CgroupVersion) -> [(kind: CounterKind, file: String)]
}

/// As in `cgroup.controllers` and /proc/self/cgroup. Accounting of processor time is a controller of its own in v1.
public enum ControllerName: String, Codable, CaseIterable, Sendable {
    case cpu, cpuacct, memory, pids, devices

    /// Without these no limit would hold.
    static let required: [ControllerName] = [.cpu, .memory, .pids]

    var type: any CgroupController.Type {
        switch self {
        case .cpu: CPUController.self
        case .cpuacct: CPUAccountingController.self
        case .memory: MemoryController.self
        case .pids: PIDsController.self
        case .devices: DevicesController.self
        }
    }
}

/// One write, and what must be read back.
struct CgroupSetting: Sendable, Hashable {
    let file: String
    let value: String
    /// Nil: the file does not show what was written (lists, write-only files).
    let held: String?

    init(_ file: String, _ value: String) {
        self.file = file
        self.value = value
        self.held = value
    }

    init(_ file: String, _ value: String, held: String?) {
        self.file = file
        self.value = value
        self.held = held
    }
}
