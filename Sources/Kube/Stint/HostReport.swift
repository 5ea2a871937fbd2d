/// What this host offers stint, what is missing, and what to do about it.
public struct HostReport: Codable, Hashable, Sendable {
    public var checks: [HostCheck]

    public init(checks: [HostCheck]) { self.checks = checks }

    /// True when nothing that stint needs is missing.
    public var isUsable: Bool { !checks.contains { $0.result == .missing } }
}

public struct HostCheck: Codable, Hashable, Sendable {
    public enum Result: String, Codable, Sendable {
        case ok
        /// Works, with less than asked for.
        case limited
        /// stint cannot run without it.
        case missing
    }

    /// `cgroups`, `overlayfs`, `seccomp`, …
    public var name: String
    public var result: Result
    /// What was found: `hybrid: v1 cpu, memory, pids; kill through cgroup v2`.
    public var found: String
    /// What to do; nil when nothing needs doing.
    public var advice: String?

    public init(_ name: String, _ result: Result, found: String, advice: String? = nil) {
        self.name = name
        self.result = result
        self.found = found
        self.advice = advice
    }
}
