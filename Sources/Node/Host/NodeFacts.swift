public import Containers
import Foundation

/// What does not change about this host while the daemon runs.
public struct NodeFacts: Sendable, Equatable {
    /// The Node object's name: the host's name in lower case.
    public var nodeName: String
    /// Changes with every boot of the host (`/proc/sys/kernel/random/boot_id`).
    public var bootID: String
    public var address: String
    public var cpuMilli: Int64
    public var memoryBytes: Int64
    /// Size of the file system of the state directory.
    public var diskBytes: Int64
    /// What a container may be given at most.
    public var capabilities: CapabilitySet

    /// The lowest oom_score_adj we may give: without CAP_SYS_RESOURCE none below our own (proc_pid_oom_score_adj(5)).
    public var lowestOOMScore: Int

    public init(
        nodeName: String, bootID: String, address: String, cpuMilli: Int64, memoryBytes: Int64,
        capabilities: CapabilitySet,
        lowestOOMScore: Int = -1000, diskBytes: Int64 = 0
    ) {
        self.nodeName = nodeName
        self.bootID = bootID
        self.address = address
        self.cpuMilli = cpuMilli
        self.memoryBytes = memoryBytes
        self.capabilities = capabilities
        self.lowestOOMScore = lowestOOMScore
        self.diskBytes = diskBytes
    }

    /// Reads them from the running kernel.
    public static func current(capabilities: CapabilitySet, stateDirectory: String) throws -> NodeFacts {
        let bootID = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let name = ProcessInfo.processInfo.hostName.lowercased().filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".")
        }
        let score = try String(contentsOfFile: "/proc/self/oom_score_adj", encoding: .utf8)
        let own = Int(score.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        return NodeFacts(
            nodeName: name.isEmpty ? "localhost" : name,
            bootID: bootID.trimmingCharacters(in: .whitespacesAndNewlines),
            address: HostAddress.current(),
            cpuMilli: Int64(ProcessInfo.processInfo.activeProcessorCount) * 1000,
            memoryBytes: Int64(ProcessInfo.processInfo.physicalMemory),
            capabilities: capabilities,
            lowestOOMScore: capabilities.contains("CAP_SYS_RESOURCE") ? -1000 : own,
            diskBytes: HostPressure.read(stateDirectory: stateDirectory).diskBytes)
    }
}
