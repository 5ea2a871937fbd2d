import Launch
import Linux

/// The root of a container that runs already, seen from a process that joins it.
enum RunningRoot {
    /// Into the namespaces of the container's first process, all at once: the kernel takes the user namespace first, if
    /// it is among them, and then judges the rest by it (setns(2)). The namespace of pids was joined by the parent,
    /// because only a child is born into one.
    static func join(user: Bool) throws -> RootDirectory {
        let process = OwnedDescriptor(owning: ExecLaunch.processDescriptor)
        var namespaces: NewNamespaces = [.mounts, .network, .ipc, .hostname, .controlGroups]
        if user { namespaces.insert(.users) }
        try Processes.join(namespaces, of: process)
        if user {
            // Root of the container's, who owns what is made from here on. The capabilities stay.
            try Identity.becomeRoot()
        }
        // "/" and the working directory are those of the mount namespace now, and no descriptor of the pidfd's stays.
        return RootDirectory(try OwnedDescriptor.open("/", [.place, .directory]))
    }

    /// A terminal of the container's own. What is opened is proven to be the multiplexer of a devpts, because a
    /// container can put something else in its place (CVE-2025-52565), and the inner end is never looked up by name.
    static func openTerminal(in root: borrowing RootDirectory, tellingOver socket: Int32) throws {
        let outer = try root.open(
            "/dev/pts/ptmx", [.readWrite, .noTerminal, .nonBlocking], refusing: [.links, .magicLinks])
        guard try Terminals.isMultiplexer(outer) else { throw StepError(.call, errno: 19) }
        let inner = try Terminals.inner(of: outer)
        try Terminals.control(inner)
        for number: Int32 in 0...2 { try StandardDescriptor.place(inner.raw, at: number) }
        try Sockets.send(ExecReport.terminal.encoded, with: outer, over: socket)
    }
}
