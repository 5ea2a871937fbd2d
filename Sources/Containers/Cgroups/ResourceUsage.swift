/// A kernel file worth reading before a group is removed. The raw value is what the supervisor sends beside the text.
public enum CounterKind: UInt8, CaseIterable, Sendable {
    case memoryPeak = 1
    case memoryEvents = 2
    case cpuStat = 3
    case pidsEvents = 4
    case legacyMemoryPeak = 17
    case legacyOOMControl = 18
    case legacyCPUStat = 19
    case legacyCPUUser = 20
    case legacyCPUSystem = 21
}

public struct CounterFile: Sendable, Hashable {
    public let kind: CounterKind
    public let path: String

    public init(kind: CounterKind, path: String) {
        self.kind = kind
        self.path = path
    }
}

/// What a container used and which limit it met, from the counters of its group. Nil: this kernel does not say.
public struct ResourceUsage: Sendable, Hashable {
    public var peakMemoryBytes: Int64?
    public var cpuUserMicroseconds: Int64?
    public var cpuSystemMicroseconds: Int64?
    /// How long its threads had to wait because the quota of a period was used up.
    public var throttledMicroseconds: Int64?
    public var throttledPeriods: Int64?
    /// Processes the OOM killer took.
    public var oomKills: Int64?
    /// How often a fork failed at the process limit.
    public var pidLimitHits: Int64?

    public init() {}

    /// Reads what the files said. Text that is not what the kernel writes is passed over: a counter is worth less than
    /// the record it belongs to.
    public init(from counters: [CounterKind: String]) {
        for (kind, text) in counters {
            switch kind {
            case .memoryPeak, .legacyMemoryPeak: peakMemoryBytes = FlatKeyed.number(text)
            case .memoryEvents: oomKills = FlatKeyed(text)["oom_kill"]
            case .legacyOOMControl: oomKills = FlatKeyed(text)["oom_kill"]
            case .pidsEvents: pidLimitHits = FlatKeyed(text)["max"]
            case .cpuStat:
                let values = FlatKeyed(text)
                cpuUserMicroseconds = values["user_usec"]
                cpuSystemMicroseconds = values["system_usec"]
                throttledPeriods = values["nr_throttled"]
                throttledMicroseconds = values["throttled_usec"]
            case .legacyCPUStat:
                let values = FlatKeyed(text)
                throttledPeriods = values["nr_throttled"]
                // Nanoseconds in v1.
                throttledMicroseconds = values["throttled_time"].map { $0 / 1000 }
            case .legacyCPUUser: cpuUserMicroseconds = FlatKeyed.number(text).map { $0 / 1000 }
            case .legacyCPUSystem: cpuSystemMicroseconds = FlatKeyed.number(text).map { $0 / 1000 }
            }
        }
    }
}

/// The kernel's `key value` lines.
struct FlatKeyed: Sendable {
    private var values: [Substring: Int64] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Int64(words[1]) else { continue }
            values[words[0]] = value
        }
    }

    subscript(key: String) -> Int64? { values[key[...]] }

    /// A file with one number.
    static func number(_ text: String) -> Int64? {
        text.split(whereSeparator: \.isWhitespace).first.flatMap { Int64($0) }
    }
}
