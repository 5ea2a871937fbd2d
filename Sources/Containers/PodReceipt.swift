import Linux
import Synchronization

/// What the kernel was seen to hold of a pod: of its groups when they were made or resized, of the first processes when
/// they had been started. A daemon knows what it made itself.
public struct PodReceipt: Sendable, Hashable {
    public var pod: [HeldSetting] = []
    /// By container.
    public var containers: [String: [HeldSetting]] = [:]
    /// By container; those that ended before anybody could look are missing.
    public var processes: [String: ProcessFacts] = [:]

    public init() {}
}

/// What `/proc/PID/status` says of a container's first process after its exec.
public struct ProcessFacts: Sendable, Hashable {
    /// `CapBnd`: what it can ever have.
    public var boundingCapabilities: UInt64
    /// 0 is none, 2 is a filter.
    public var seccomp: Int
    public var noNewPrivileges: Bool
    public var oomScoreAdjust: Int

    public init(boundingCapabilities: UInt64, seccomp: Int, noNewPrivileges: Bool, oomScoreAdjust: Int) {
        self.boundingCapabilities = boundingCapabilities
        self.seccomp = seccomp
        self.noNewPrivileges = noNewPrivileges
        self.oomScoreAdjust = oomScoreAdjust
    }

    /// - Parameters:
    ///   - status: `/proc/PID/status`, proc_pid_status(5).
    ///   - score: `/proc/PID/oom_score_adj`.
    init?(status: String, score: String) {
        var fields: [Substring: Substring] = [:]
        // A zombie has no memory map and so no line of it; these it keeps.
        for line in status.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = Substring(line[..<colon])
            guard Self.names.contains(name) else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
            fields[name] = Substring(value)
        }
        guard let mask = fields["CapBnd"].flatMap({ UInt64($0, radix: 16) }),
            let seccomp = fields["Seccomp"].flatMap({ Int($0) }), let flag = fields["NoNewPrivs"],
            let adjust = FlatKeyed.number(score)
        else { return nil }
        self.init(
            boundingCapabilities: mask, seccomp: seccomp, noNewPrivileges: flag == "1", oomScoreAdjust: Int(adjust))
    }

    private static let names: Set<Substring> = ["CapBnd", "Seccomp", "NoNewPrivs"]

    /// Nil when the process is gone.
    static func read(_ processID: Int32) -> ProcessFacts? {
        // One that ended is nothing to report.
        guard let status = try? Files.readText("/proc/\(processID)/status"),
            let score = try? Files.readText("/proc/\(processID)/oom_score_adj")
        else { return nil }
        return ProcessFacts(status: status, score: score)
    }
}

/// The receipts of the pods whose groups this daemon made.
final class Receipts: Sendable {
    /// By uid.
    private let pods = Mutex<[String: PodReceipt]>([:])

    func note(_ uid: String, pod held: [HeldSetting]) { pods.withLock { $0[uid, default: PodReceipt()].pod = held } }

    func note(_ uid: String, _ container: String, _ held: [HeldSetting]) {
        pods.withLock { $0[uid, default: PodReceipt()].containers[container] = held }
    }

    /// Processors and memory are new; the rest is as it was. A pod that may not shrink yet tells of itself later.
    func noteResize(_ uid: String, _ held: [String?: [HeldSetting]], podMayShrink: Bool) {
        pods.withLock { pods in
            for (container, settings) in held {
                guard let container else {
                    if podMayShrink { pods[uid, default: PodReceipt()].pod.resize(settings) }
                    continue
                }
                pods[uid, default: PodReceipt()].containers[container, default: []].resize(settings)
            }
        }
    }

    func forget(_ uid: String) { pods.withLock { $0[uid] = nil } }

    func receipt(_ uid: String) -> PodReceipt { pods.withLock { $0[uid] ?? PodReceipt() } }
}

extension ContainerHost {
    /// What this daemon has seen of the pod until now.
    public func receipt(uid: String) -> PodReceipt {
        var receipt = receipts.receipt(uid)
        receipt.processes = firstProcesses.facts(uid)
        return receipt
    }
}

extension [HeldSetting] {
    /// In place of what was held of the same files; others stay.
    fileprivate mutating func resize(_ settings: [HeldSetting]) {
        let files = Set(settings.map(\.file))
        let others = filter { !files.contains($0.file) }
        self = settings + others
    }
}
