import Launch
import Linux

/// The first process of a PID namespace that the containers of a pod share: it waits for whatever they leave behind,
/// and does nothing else. It stands for what upstream calls the pause container.
///
/// A container can look at it through /proc. So it is split off before the plan is known, and has nothing: an empty
/// root, no descriptor, no capability, and a user of its own.
enum Reaper {
    /// Nobody's, and not the number that programs without a name run as (65534).
    private static let user: UInt32 = 65_535

    /// Starts it. What this process clones from now on is born into its namespace.
    ///
    /// - Returns: its pid here.
    static func start() throws(SyscallError) -> Int32 {
        let (readEnd, writeEnd) = try OwnedDescriptor.pipe()
        let pipe = OwnedDescriptor(owning: readEnd)
        let group: OwnedDescriptor? = nil
        switch try Processes.clone([.pids, .mounts], cgroup: group) {
        case .child: run(failure: writeEnd)
        case .parent(let pid, let pidfd):
            let process = OwnedDescriptor(owning: pidfd)
            _ = OwnedDescriptor(owning: writeEnd)
            // It closes its end when there is nothing left to fail.
            let record = try pipe.readAll(limit: StepFailure.bytes)
            if let failure = try? StepFailure(record) {
                throw SyscallError(call: "start reaper", target: "", errno: .init(rawValue: failure.errno))
            }
            try Processes.join(.pids, of: process)
            return pid
        }
    }

    private static func run(failure: Int32) -> Never {
        do throws(SyscallError) {
            try Processes.newSession()
            try enterNothing()
            try Identity.limitBoundingCapabilities(to: 0)
            try Identity.setGroups([])
            try Identity.setGroup(user)
            try Identity.setUser(user)
            try Identity.setCapabilities(0)
            try Identity.setNoNewPrivileges()
            // A change of user forgets both.
            try Identity.hideFromTracing()
            try Identity.dieWithParent()
            try StandardDescriptor.closeAll(from: 0)
        } catch {
            StepFailure(0, error).tell(OwnedDescriptor(owning: failure))
            Processes.exit(127)
        }
        Processes.reapForever()
    }

    /// A root of its own with nothing in it: `/proc/1/root` of a container that may trace must not be the host's.
    private static func enterNothing() throws(SyscallError) {
        try Mounts.makeAllPrivate()
        // Any directory that every host has; nobody else sees what is mounted on it.
        let attributes: MountAttributes = [.readOnly, .noSetuid, .noDevices, .noExecute]
        try Mounts.mount(
            "tmpfs", on: try OwnedDescriptor.open("/proc", [.place, .directory]), attributes: attributes.rawValue,
            data: "size=4k,nr_inodes=2,mode=555")
        try Mounts.makeRoot(try OwnedDescriptor.open("/proc", [.place, .directory]))
    }
}
