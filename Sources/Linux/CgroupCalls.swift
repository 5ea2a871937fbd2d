internal import Glibc
internal import SystemPackage

/// The calls that cgroups need beside reading and writing files.
public enum CgroupCalls {
    /// Mounts the one cgroup v2 hierarchy at a directory that is there. Used on hosts that mount only v1: the
    /// hierarchy always exists, it is only not visible.
    public static func mountUnified(at path: String) throws(SyscallError) {
        try check("mount", path) { mount("cgroup2", path, "cgroup2", UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC), nil) }
    }

    /// An open `cgroup.events`, to wait on.
    public static func openEvents(_ path: String) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("open", path) { open(path, O_RDONLY | O_CLOEXEC) })
    }

    /// The text of `cgroup.events` now. Reading it arms the next `waitForChange`.
    public static func readEvents(_ file: borrowing OwnedDescriptor) throws(SyscallError) -> String {
        let raw = file.raw
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = try check("pread", "cgroup.events") { pread(raw, &bytes, bytes.count, 0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Blocks the thread until the file changed since it was last read (kernfs reports `POLLPRI`), or the time is up.
    /// - Returns: false when the time is up.
    @discardableResult
    public static func waitForChange(
        _ file: borrowing OwnedDescriptor, milliseconds: Int32
    ) throws(SyscallError) -> Bool {
        var entry = pollfd(fd: file.raw, events: Int16(POLLPRI), revents: 0)
        return try check("poll", "cgroup.events") { poll(&entry, 1, milliseconds) } > 0
    }

    /// This process's id, as others see it in `cgroup.procs`.
    public static var ownProcessID: Int32 { getpid() }

    /// The kernel charges memory in pages; limits are rounded down to them.
    public static var pageSize: Int64 { Int64(sysconf(Int32(_SC_PAGESIZE))) }

    /// Moves this process, all its threads, into the group of a `cgroup.procs` file.
    public static func moveSelf(into procsFile: String) throws(SyscallError) { try Files.write("0", to: procsFile) }
}
