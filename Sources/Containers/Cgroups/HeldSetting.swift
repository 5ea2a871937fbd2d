/// A limit that the kernel holds: it was written into a group, read back, and was what had been asked for.
public struct HeldSetting: Sendable, Hashable {
    /// What of ``CgroupLimits`` it is about.
    public enum Limit: Sendable, Hashable {
        case cpuLimit, cpuRequest, memory
        /// None on top of the memory.
        case swap
        /// A container that lost a process to the OOM killer goes as a whole.
        case outOfMemoryGroup
        case processes
    }

    public var limit: Limit
    /// The file's name: `memory.max`.
    public var file: String
    public var value: String

    public init(limit: Limit, file: String, value: String) {
        self.limit = limit
        self.file = file
        self.value = value
    }
}

extension HeldSetting {
    /// Nil of a setting that cannot be read back, or that is no limit.
    init?(_ setting: CgroupSetting) {
        guard let value = setting.held, let limit = Limit(file: setting.file) else { return nil }
        self.init(limit: limit, file: setting.file, value: value)
    }
}

extension HeldSetting.Limit {
    fileprivate init?(file: String) {
        switch file {
        case CPUController.max, CPUController.quotaV1, CPUController.periodV1: self = .cpuLimit
        case CPUController.weight, CPUController.sharesV1: self = .cpuRequest
        case MemoryController.max, MemoryController.limitV1: self = .memory
        case MemoryController.swapMax, MemoryController.limitWithSwapV1: self = .swap
        case MemoryController.oomGroup: self = .outOfMemoryGroup
        case PIDsController.max: self = .processes
        default: return nil
        }
    }
}
