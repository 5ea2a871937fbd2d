import Foundation
import Kube

/// Whether the host runs out of something. The thresholds are those at which a kubelet begins to evict
/// (`memory.available<100Mi`, `nodefs.available<10%`); here they are only told.
struct HostPressure: Equatable, Sendable {
    var availableMemoryBytes: Int64
    var diskBytes: Int64
    var freeDiskBytes: Int64
    var processes: Int64
    var maximumProcesses: Int64

    static func read(stateDirectory: String) -> HostPressure {
        // What cannot be read counts as plenty: a warning that nobody can explain helps nobody.
        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        let disk = (try? FileManager.default.attributesOfFileSystem(forPath: stateDirectory)) ?? [:]
        let size = (disk[.systemSize] as? NSNumber)?.int64Value ?? 0
        return HostPressure(
            availableMemoryBytes: HostCounters.availableBytes(text("/proc/meminfo")) ?? .max, diskBytes: size,
            freeDiskBytes: (disk[.systemFreeSize] as? NSNumber)?.int64Value ?? size,
            processes: HostPressure.processes(text("/proc/loadavg")),
            maximumProcesses: Int64(text("/proc/sys/kernel/pid_max").trimmingCharacters(in: .whitespacesAndNewlines))
                ?? .max)
    }

    /// The second number of `2/345` in proc_loadavg(5): threads and processes that exist.
    static func processes(_ text: String) -> Int64 {
        let words = text.split(separator: " ")
        guard words.count > 3, let total = words[3].split(separator: "/").last else { return 0 }
        return Int64(total) ?? 0
    }

    func conditions(at now: Timestamp) -> [HostNodeCondition] {
        func condition(
            _ type: String, _ isPressed: Bool, bad: (reason: String, words: String),
            good: (reason: String, words: String)
        ) -> HostNodeCondition {
            let (reason, words) = isPressed ? bad : good
            return HostNodeCondition(
                type: type, status: isPressed ? "True" : "False", at: now, reason: reason, message: "stint has \(words)"
            )
        }
        return [
            condition(
                "MemoryPressure", availableMemoryBytes < 100 << 20,
                bad: ("KubeletHasInsufficientMemory", "insufficient memory available"),
                good: ("KubeletHasSufficientMemory", "sufficient memory available")),
            condition(
                "DiskPressure", freeDiskBytes < diskBytes / 10, bad: ("KubeletHasDiskPressure", "disk pressure"),
                good: ("KubeletHasNoDiskPressure", "no disk pressure")),
            condition(
                "PIDPressure", processes > maximumProcesses / 10 * 9,
                bad: ("KubeletHasInsufficientPID", "insufficient PID available"),
                good: ("KubeletHasSufficientPID", "sufficient PID available")),
        ]
    }
}
