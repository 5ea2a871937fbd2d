internal import CLinux
internal import Glibc
internal import SystemPackage

/// The namespaces a clone makes, or a process joins.
public struct NewNamespaces: OptionSet, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let mounts = NewNamespaces(rawValue: stint_new_mounts)
    public static let pids = NewNamespaces(rawValue: stint_new_pids)
    public static let network = NewNamespaces(rawValue: stint_new_network)
    public static let ipc = NewNamespaces(rawValue: stint_new_ipc)
    public static let hostname = NewNamespaces(rawValue: stint_new_uts)
    public static let controlGroups = NewNamespaces(rawValue: stint_new_cgroups)
    public static let users = NewNamespaces(rawValue: stint_new_users)
}

/// How a process ended, and what it and the children it waited for used.
public struct ProcessEnd: Sendable {
    /// The exit code, or the signal.
    public let status: Int32
    public let signalled: Bool
    public let userMicroseconds: UInt64
    public let systemMicroseconds: UInt64
    public let peakResidentBytes: UInt64
}

/// Processes from birth to reaping. A process is its pidfd; pids are for printing.
public enum Processes {
    /// Starts a program from a descriptor, in its own session, with `descriptors[i]` as its descriptor i and no other.
    ///
    /// - Returns: the pidfd and the pid.
    public static func spawn(
        program: borrowing OwnedDescriptor, arguments: [String], environment: [String], descriptors: [Int32]
    ) throws(SyscallError) -> (pidfd: Int32, pid: Int32) {
        let number = program.raw
        var pid: pid_t = 0
        let result = withTexts(arguments) { arguments in
            withTexts(environment) { environment in
                descriptors.withUnsafeBufferPointer { descriptors in
                    var request = stint_spawn_request(
                        program: number, arguments: arguments, environment: environment,
                        descriptors: descriptors.baseAddress, descriptor_count: Int32(descriptors.count))
                    return stint_spawn(&request, &pid)
                }
            }
        }
        // stint_spawn returns its error, because errno belongs to a thread and the child shared ours.
        guard result >= 0 else {
            throw SyscallError(call: "spawn", target: arguments[0], errno: Errno(rawValue: -result))
        }
        return (result, pid)
    }

    public enum Cloned: Sendable {
        case child
        case parent(pid: Int32, pidfd: Int32)
    }

    /// A copy of this single-threaded process, in new namespaces and in a cgroup v2 directory from its first moment.
    public static func clone(
        _ namespaces: NewNamespaces, cgroup: borrowing OwnedDescriptor?
    ) throws(SyscallError) -> Cloned {
        var group: Int32 = -1
        if cgroup != nil { group = rawValue(of: cgroup) }
        var pidfd: Int32 = -1
        let pid = try check("clone3") { stint_clone3(namespaces.rawValue, group, &pidfd) }
        return pid == 0 ? .child : .parent(pid: pid, pidfd: pidfd)
    }

    private static func rawValue(of descriptor: borrowing OwnedDescriptor?) -> Int32 {
        switch descriptor {
        case .some(let descriptor): descriptor.raw
        case .none: -1
        }
    }

    public static func unshare(_ namespaces: NewNamespaces) throws(SyscallError) {
        try check("unshare") { stint_unshare(namespaces.rawValue) }
    }

    /// Joins namespaces of another process. Of pids it changes where children are born; of mounts, what "/" is.
    public static func join(
        _ namespaces: NewNamespaces, of pidfd: borrowing OwnedDescriptor
    ) throws(SyscallError) {
        let raw = pidfd.raw
        try check("setns") { stint_setns(raw, namespaces.rawValue) }
    }

    /// What a first process of a namespace is for. Does not return.
    public static func reapForever() -> Never { stint_reap_for_ever() }

    /// The process that has a pid now.
    public static func open(_ pid: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("pidfd_open", "\(pid)") { stint_pidfd_open(pid) })
    }

    /// Signals the process of a pidfd; one that is gone already is fine.
    public static func signal(_ pidfd: borrowing OwnedDescriptor, _ signal: Int32) throws(SyscallError) {
        let raw = pidfd.raw
        do {
            try check("pidfd_send_signal") { stint_pidfd_send_signal(raw, signal) }
        } catch {
            if error.errno != .noSuchProcess { throw error }
        }
    }

    /// Kills a child of `spawn` and what it started in its session. Only before the child is reaped, or the number may
    /// be somebody else's.
    public static func killGroup(of pid: Int32) { _ = Glibc.kill(-pid, SIGKILL) }  // nobody left: fine

    /// Whether a process lives in our own user namespace.
    public static func sharesUserNamespace(with pid: Int32) throws(SyscallError) -> Bool {
        func identity(_ path: String) throws(SyscallError) -> FileStatus {
            // Through the link, to the namespace itself.
            try OwnedDescriptor.open(path, .read).status()
        }
        let (own, other) = (try identity("/proc/self/ns/user"), try identity("/proc/\(pid)/ns/user"))
        return own.inode == other.inode && own.device == other.device
    }

    /// Whether the process of a pidfd has not ended yet. One that nobody reaped counts as running.
    public static func isThere(_ pidfd: borrowing OwnedDescriptor) -> Bool {
        let raw = pidfd.raw
        return (try? check("pidfd_send_signal") { stint_pidfd_send_signal(raw, 0) }) != nil
    }

    /// Takes the end of a child that ended; nil while it runs.
    public static func reap(_ pidfd: borrowing OwnedDescriptor) throws(SyscallError) -> ProcessEnd? {
        let raw = pidfd.raw
        var code: Int32 = 0
        var status: Int32 = 0
        var usage = rusage()
        let reaped = try check("waitid") { stint_waitid_pidfd(raw, &code, &status, &usage) }
        guard reaped == 1 else { return nil }
        return ProcessEnd(
            status: status, signalled: code != Int32(CLD_EXITED), userMicroseconds: microseconds(usage.ru_utime),
            systemMicroseconds: microseconds(usage.ru_stime), peakResidentBytes: UInt64(max(0, usage.ru_maxrss)) * 1024)
    }

    /// Replaces this program. Returns only to say why not.
    public static func execute(_ path: String, arguments: [String], environment: [String]) -> SyscallError {
        withTexts(arguments) { arguments in
            withTexts(environment) { environment in
                do throws(SyscallError) {
                    try check("execve", path) {
                        execve(
                            path, UnsafePointer(OpaquePointer(arguments)), UnsafePointer(OpaquePointer(environment)))
                    }
                    fatalError("execve returned without an error")
                } catch { return error }
            }
        }
    }

    public static func exit(_ code: Int32) -> Never { _exit(code) }
    public static func newSession() throws(SyscallError) { try check("setsid") { setsid() } }
    public static func setFileMode(mask: UInt32) { umask(mask) }
    public static var isRoot: Bool { geteuid() == 0 }
    public static var ownID: Int32 { getpid() }

    private static func microseconds(_ time: timeval) -> UInt64 {
        UInt64(max(0, time.tv_sec)) * 1_000_000 + UInt64(max(0, time.tv_usec))
    }

    /// A NULL-terminated array of C strings, as execve takes it.
    private static func withTexts<R>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        let copies: [UnsafePointer<CChar>?] = texts.map { UnsafePointer(strdup($0)) } + [nil]
        defer { for case let copy? in copies { free(UnsafeMutablePointer(mutating: copy)) } }
        return copies.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}

/// Signals of this process. A supervisor has no handlers: it blocks everything and watches pidfds.
public enum Signals {
    public static let kill = SIGKILL
    public static let terminate = SIGTERM

    public static func blockAll() {
        var set = sigset_t()
        sigfillset(&set)
        sigprocmask(SIG_SETMASK, &set, nil)
    }
    public static func unblockAll() {
        var set = sigset_t()
        sigemptyset(&set)
        sigprocmask(SIG_SETMASK, &set, nil)
    }
}
