import Foundation
import Launch
import Linux
public import Logging
import Synchronization

public struct ContainerHostConfiguration: Sendable {
    /// `pods/<uid>/` is made below it.
    public var runDirectory: String
    /// For `findings`: how much room there is.
    public var stateDirectory: String
    public var initPath: String
    /// nil decides by itself.
    public var cgroupParent: String?
    /// Where `Localhost` seccomp profiles are.
    public var seccompDirectory: String
    /// Where the configuration of the pods' network is; nil: they have their loopback only.
    public var networkDirectory: String?
    /// Where the network's plugins are; the first that has one counts.
    public var networkPluginDirectories: [String]
    public var logger: Logger

    public init(
        runDirectory: String, stateDirectory: String, initPath: String, cgroupParent: String? = nil,
        seccompDirectory: String? = nil, networkDirectory: String? = nil, networkPluginDirectories: [String] = [],
        logger: Logger
    ) {
        self.networkDirectory = networkDirectory
        self.networkPluginDirectories = networkPluginDirectories
        self.runDirectory = runDirectory
        self.stateDirectory = stateDirectory
        self.initPath = initPath
        self.cgroupParent = cgroupParent
        self.seccompDirectory = seccompDirectory ?? stateDirectory + "/seccomp"
        self.logger = logger
    }
}

/// This host as a place for pods: starts their supervisors, finds them again after a restart, cleans up after them.
///
/// Holds the supervisor's program in memory, sealed, so that no container can ever change what the next one is started
/// by (CVE-2019-5736), and so that replacing the file on disk is an upgrade and no accident.
public final class ContainerHost: Sendable {
    public let configuration: ContainerHostConfiguration
    public let cgroups: CgroupTree
    /// What a container may be given.
    public let capabilities: CapabilitySet
    let program: OwnedDescriptor
    let nothing: OwnedDescriptor
    let loop: ControlLoop
    let profiles: SeccompProfiles
    let firstProcesses = FirstProcesses()
    let receipts = Receipts()
    let commands = CommandCount()
    let networks: PodNetworks
    /// Pods that are being joined to a network, or were, and wait for their plan.
    let joined = JoinedPods()
    /// Held while a range of ids is chosen and written down.
    let choosingUsers = Mutex(())

    /// - Throws: when the host lacks something without which no pod can be started; `findings(…)` says what and why.
    public init(_ configuration: ContainerHostConfiguration) throws(ContainerError) {
        self.configuration = configuration
        networks = PodNetworks(configuration)
        do {
            cgroups = try CgroupTree.detect(
                parent: configuration.cgroupParent, runDirectory: configuration.runDirectory)
        } catch { throw .cgroup(error) }
        do {
            capabilities = try .ofThisProcess()
            let bytes = try Files.read(configuration.initPath, limit: 256 << 20)
            program = try SealedFile.make(bytes, name: "stint-init")
            nothing = try OwnedDescriptor.open("/dev/null", [.readWrite, .noTerminal])
            loop = try ControlLoop()
            Signals.ignoreBrokenPipes()
            profiles = try SeccompProfiles(directory: configuration.seccompDirectory)
            try Directories.make(configuration.runDirectory, mode: 0o755)
            try Directories.make(podsDirectory, mode: 0o700)
            for name in StepCompiler.Shared.directories {
                try Directories.make("\(shared.base)/\(name)", mode: 0o755)
            }
            try Directories.make(shared.place, mode: 0o700)
        } catch { throw .kernel(error) }
    }

    /// What this host offers and lacks, for `stint check`.
    public var findings: [HostFinding] {
        HostFacts.gather(
            tree: .success(cgroups), stateDirectory: configuration.stateDirectory, initPath: configuration.initPath,
            networks: networks
        ).findings
    }

    /// Pods of which a run directory, a cgroup or a place in a network is left.
    public func knownPods() -> [String] {
        // What cannot be read holds no pod that could be cleaned up.
        let directories = ((try? Files.list(podsDirectory)) ?? []).filter(\.isDirectory).map(\.name)
        let groups = (try? cgroups.podUIDs()) ?? []
        return Set(directories + groups + networks.records.list()).sorted()
    }

    var shared: StepCompiler.Shared {
        StepCompiler.Shared(
            base: configuration.runDirectory + "/root/base", place: configuration.runDirectory + "/root/place")
    }
    var podsDirectory: String { configuration.runDirectory + "/pods" }
    func runDirectory(_ uid: String) -> String { podsDirectory + "/" + uid }
}
