import Launch
import Linux

/// The user namespace of a pod.
///
/// The supervisor stays outside, where its files and the control groups are; it owns the namespace from there and joins
/// those of network, hostname and IPC that belong to it. Containers begin outside too, because only the host's root can
/// mount their layers and volumes, and join as the last thing before their program's own steps.
final class PodUsers {
    private let namespace: OwnedDescriptor

    private init(_ namespace: consuming OwnedDescriptor) { self.namespace = namespace }

    // MARK: making

    /// Makes it with the pod's other namespaces inside, and joins those.
    ///
    /// Whoever makes a user namespace is in it and cannot come back, so a helper does, which lives until its namespaces
    /// are held. It makes the others as root of the new one: what the kernel puts into them then belongs to that root,
    /// and not to one it does not know.
    static func make(first: UInt32, _ others: NewNamespaces) throws -> PodUsers {
        let (goRead, goWrite) = try OwnedDescriptor.pipe()
        let (answerRead, answerWrite) = try OwnedDescriptor.pipe()
        let none: OwnedDescriptor? = nil
        switch try Processes.clone(.users, cgroup: none) {
        case .child: help(others, goRead, closing: goWrite, answer: answerWrite)
        case .parent(let pid, let pidfd):
            let helper = OwnedDescriptor(owning: pidfd)
            let go = OwnedDescriptor(owning: goWrite)
            let answer = OwnedDescriptor(owning: answerRead)
            for number in [goRead, answerWrite] { _ = OwnedDescriptor(owning: number) }
            let made = Result { try hold(helper, pid, first, others, go, answer) }
            try Processes.signal(helper, Signals.kill)
            try Waiting.untilReadable(helper)
            _ = try Processes.reap(helper)
            return try made.get()
        }
    }

    private static func hold(
        _ helper: borrowing OwnedDescriptor, _ pid: Int32, _ first: UInt32, _ others: NewNamespaces,
        _ go: borrowing OwnedDescriptor, _ answer: borrowing OwnedDescriptor
    ) throws -> PodUsers {
        // By somebody privileged outside: so setgroups(2) stays allowed inside (user_namespaces(7)).
        for name in ["uid_map", "gid_map"] { try HostProc.write("\(pid)/\(name)", "0 \(first) \(UserRange.count)\n") }
        _ = try [UInt8(1)].withUnsafeBytes { try go.write($0) }
        // It closes its end when there is nothing left to fail.
        let record = try answer.readAll(limit: StepFailure.bytes)
        if let failure = try? StepFailure(record) { throw StepError(failure.reason, errno: failure.errno) }
        let users = PodUsers(try OwnedDescriptor.open("/proc/\(pid)/ns/user", .read))
        try Processes.join(others, of: helper)
        return users
    }

    /// The helper's life.
    private static func help(_ others: NewNamespaces, _ go: Int32, closing: Int32, answer: Int32) -> Never {
        _ = OwnedDescriptor(owning: closing)
        let go = OwnedDescriptor(owning: go)
        let end = OwnedDescriptor(owning: answer)
        do {
            guard try readByte(go) else { Processes.exit(127) }
            try Identity.becomeRoot()
            try Processes.unshare(others)
        } catch {
            StepFailure(0, error).tell(end)
            Processes.exit(127)
        }
        _ = consume end
        // Killed by then, or left alone by a supervisor that is gone.
        _ = try? readByte(go)
        Processes.exit(0)
    }

    /// False at the end.
    private static func readByte(_ pipe: borrowing OwnedDescriptor) throws(SyscallError) -> Bool {
        var byte: UInt8 = 0
        return try withUnsafeMutableBytes(of: &byte) { buffer throws(SyscallError) in try pipe.read(into: buffer) == 1 }
    }

    // MARK: using

    /// For a process that will end in the namespace.
    func becomeRoot() throws(SyscallError) {
        try Processes.join(.users, of: namespace)
        try Identity.becomeRoot()
    }

    /// Shows the files of a detached mount with the ids of this namespace.
    func map(_ tree: borrowing OwnedDescriptor, recursive: Bool) throws {
        do throws(SyscallError) {
            try Mounts.map(tree, to: namespace.raw, recursive: recursive)
        } catch {
            guard error.errno == .invalidArgument || error.errno == .notPermitted else { throw error }
            throw StepError(.cannotMap, errno: error.errno.rawValue)
        }
    }

    /// Puts a mapped copy of each directory over it, in this mount namespace. overlayfs cannot be mapped as a whole, but
    /// takes layers that are (Linux 5.19), and for long it took them only from where they are mounted.
    func show(_ layers: [String]) throws {
        for layer in Set(layers) {
            let place = try OwnedDescriptor.open(layer, [.place, .directory, .noFollow])
            let tree = try Mounts.copy(of: place, recursive: false)
            try map(tree, recursive: false)
            try Mounts.attach(tree, on: place)
        }
    }

    /// What the supervisor does to the pod's namespaces, as root in there.
    ///
    /// - Returns: which step failed, and why.
    func perform(_ steps: [LaunchStep]) throws -> StepFailure? {
        let (readEnd, writeEnd) = try OwnedDescriptor.pipe()
        let answer = OwnedDescriptor(owning: readEnd)
        let none: OwnedDescriptor? = nil
        switch try Processes.clone([], cgroup: none) {
        case .child:
            let end = OwnedDescriptor(owning: writeEnd)
            do {
                try becomeRoot()
                if let failure = PodSetup.perform(steps) { failure.tell(end) }
            } catch {
                StepFailure(0, error).tell(end)
            }
            Processes.exit(0)
        case .parent(_, let pidfd):
            let child = OwnedDescriptor(owning: pidfd)
            _ = OwnedDescriptor(owning: writeEnd)
            let record = try answer.readAll(limit: StepFailure.bytes)
            try Waiting.untilReadable(child)
            let end = try Processes.reap(child)
            if let failure = try? StepFailure(record) { return failure }
            guard end?.status == 0, end?.signalled == false else { throw StepError(.died, errno: end?.status ?? 0) }
            return nil
        }
    }
}
