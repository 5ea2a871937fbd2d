public import Linux

/// Why a cgroup could not be found, made, limited or removed.
public enum CgroupError: Error, Hashable, Sendable {
    /// No cgroup v2 hierarchy is mounted and a private one could not be mounted either.
    case noUnifiedHierarchy(SyscallError)
    /// Neither a v1 hierarchy nor v2 offers the controller.
    case noController(String)
    /// The controller exists, but the v2 group that would hold our pods does not get it from the groups above.
    case controllerNotEnabled(String, group: String)
    /// A v2 group with processes in it cannot hand controllers down (no internal processes), or a group that
    /// should be empty is not.
    case occupied(group: String, processIDs: [Int32])
    /// Our own group of a hierarchy is not below what is mounted of it.
    case outsideMount(group: String, mountPoint: String)
    /// A parent that is empty, relative, or climbs.
    case badParent(String)
    /// A pod or container name that cannot be a group's name.
    case badName(String)
    /// The kernel would not take a limit.
    case refused(file: String, wanted: String, SyscallError)
    /// The kernel took a limit and holds another.
    case notHeld(file: String, wanted: String, found: String)
    /// Groups hold more memory than they are to have. Nothing was changed.
    case inUse([MemoryInUse])
    /// Processes were still in the group when the time was up.
    case stillPopulated(group: String, processIDs: [Int32])
    case kernel(SyscallError)
}

/// For calls that can only fail as the kernel fails.
func asCgroupError<R: ~Copyable>(_ body: () throws(SyscallError) -> R) throws(CgroupError) -> R {
    do { return try body() } catch { throw .kernel(error) }
}

extension CgroupError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noUnifiedHierarchy(let error): "no cgroup v2 hierarchy: \(error)"
        case .noController(let name): "the kernel offers no \(name) controller"
        case .controllerNotEnabled(let name, let group):
            "controller \(name) is not enabled for groups below \(group)"
        case .occupied(let group, let processes): "cgroup \(group) has processes in it: \(list(processes))"
        case .outsideMount(let group, let mountPoint): "cgroup \(group) is not below what is mounted at \(mountPoint)"
        case .badParent(let path): "cgroup parent \"\(path)\" is not an absolute path without .."
        case .badName(let name): "\"\(name)\" cannot name a cgroup"
        case .refused(let file, let wanted, let error): "\(file) does not take \"\(wanted)\": \(error.errno)"
        case .notHeld(let file, let wanted, let found): "\(file): wanted \"\(wanted)\", found \"\(found)\""
        case .inUse(let groups):
            // The kubelet's words, with the brackets it puts round several errors.
            "cannot decrease memory limits: "
                + (groups.count == 1
                    ? groups.map(\.sentence).joined()
                    : "[\(groups.map(\.sentence).joined(separator: ", "))]")
        case .stillPopulated(let group, let processes):
            "cgroup \(group) still has processes after being killed: \(list(processes))"
        case .kernel(let error): "\(error)"
        }
    }

    private func list(_ processes: [Int32]) -> String {
        processes.isEmpty ? "none that can be seen" : processes.prefix(10).map(String.init).joined(separator: ", ")
    }
}

extension MemoryInUse {
    fileprivate var sentence: String {
        let group = container.map { "container \"\($0)\"" } ?? "pod"
        return "attempting to set \(group) memory limit (\(wanted)) below current usage (\(used))"
    }
}
