import Linux

/// What was seen of the host. Texts are as the kernel gives them; nil is a file that is not there or not readable.
public struct HostFacts: Sendable {
    /// /proc/sys/kernel/osrelease
    var release: String?
    var cgroups: Result<Cgroups, CgroupError>
    /// /proc/filesystems
    var fileSystems: String?
    /// /proc/sys/kernel/seccomp/actions_avail
    var seccompActions: String?
    /// Names in /proc/self/ns.
    var namespaces: Set<String>
    var isRoot: Bool
    var capabilities: CapabilitySet
    /// What the kernel knows; the most anybody can hold.
    var allCapabilities: CapabilitySet
    /// /proc/meminfo
    var memory: String?
    var stateDirectory: String
    /// Of the state directory, or of the first directory above it that exists.
    var disk: Files.FileSystem?
    var initPath: String
    var initIsExecutable: Bool
    /// Of pods; nil is not asked for.
    var network: Network?

    enum Network: Hashable, Sendable {
        /// There is no configuration in this directory; nil is none to look in.
        case absent(directory: String?)
        case unusable(String)
        /// - Parameters:
        ///   - plugins: of the list, in order.
        ///   - missing: of these and those that give addresses.
        case present(name: String, path: String, plugins: [String], missing: [String], directories: [String])
    }

    struct Cgroups: Sendable {
        var summary: String
        var killsGroups: Bool
        var accountsSwap: Bool
        var deviceFilter: DeviceFilterKind
    }

    /// - Parameters:
    ///   - tree: what `CgroupTree.detect` gave.
    ///   - networkDirectory: nil looks for none.
    public static func gather(
        tree: Result<CgroupTree, CgroupError>, stateDirectory: String, initPath: String, networkDirectory: String?,
        networkPluginDirectories: [String]
    ) -> HostFacts {
        let networks = PodNetworks(
            configurationDirectory: networkDirectory, pluginDirectories: networkPluginDirectories,
            records: NetworkRecords(directory: stateDirectory + "/network"))
        return gather(tree: tree, stateDirectory: stateDirectory, initPath: initPath, networks: networks)
    }

    static func gather(
        tree: Result<CgroupTree, CgroupError>, stateDirectory: String, initPath: String, networks: PodNetworks? = nil
    ) -> HostFacts {
        HostFacts(
            release: text("/proc/sys/kernel/osrelease"),
            cgroups: tree.map {
                Cgroups(
                    summary: $0.summary, killsGroups: $0.killsGroups, accountsSwap: $0.accountsSwap,
                    deviceFilter: $0.deviceFilter)
            },
            fileSystems: text("/proc/filesystems"),
            seccompActions: text("/proc/sys/kernel/seccomp/actions_avail"),
            namespaces: Set(((try? Files.list("/proc/self/ns")) ?? []).map(\.name)),  // absent is what is reported
            isRoot: isRoot(status: text("/proc/self/status") ?? ""),
            capabilities: (try? .ofThisProcess()) ?? CapabilitySet(),  // none is what is reported
            allCapabilities: (try? .knownToKernel()) ?? CapabilitySet(),
            memory: text("/proc/meminfo"), stateDirectory: stateDirectory, disk: disk(of: stateDirectory),
            initPath: initPath, initIsExecutable: Files.isExecutable(initPath), network: networks?.fact)
    }

    private static func text(_ path: String) -> String? {
        try? Files.readText(path)  // an absent file is a finding, not an error
    }

    /// `Uid:` gives real, effective, saved and file system ids.
    static func isRoot(status: String) -> Bool {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Uid:") }
        let ids = line?.split(whereSeparator: \.isWhitespace) ?? []
        return ids.count > 2 && ids[2] == "0"
    }

    private static func disk(of path: String) -> Files.FileSystem? {
        var path = path
        while !Files.exists(path), let slash = path.lastIndex(of: "/") {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return try? Files.fileSystem(of: path)  // unknown is what is reported
    }
}
