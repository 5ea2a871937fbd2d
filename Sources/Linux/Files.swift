internal import CLinux
internal import Glibc
internal import SystemPackage

/// Small whole files and directories: what /proc, /sys and cgroup trees are made of.
///
/// Nothing here is for paths inside a container's root: those are walked from a descriptor with `openat2`.
public enum Files {
    /// More than any file of /proc, /sys or a cgroup that is read here; a bound, because a file may be hostile.
    public static let defaultLimit = 1 << 20

    /// The bytes of a small file, read to its end.
    ///
    /// - Throws: `EFBIG` when the file holds more than `limit` bytes.
    public static func read(_ path: String, limit: Int = defaultLimit) throws(SyscallError) -> [UInt8] {
        // Not blocking: a FIFO in the place of a file must not hold us for ever. Files of /proc do not mind.
        let file = try open(path, O_RDONLY | O_NONBLOCK)
        return try readOn(file, path, limit: limit)
    }

    /// The text of a small file; bytes that are not UTF-8 become replacement characters.
    public static func readText(_ path: String, limit: Int = defaultLimit) throws(SyscallError) -> String {
        String(decoding: try read(path, limit: limit), as: UTF8.self)
    }

    /// Writes to a file that is there, in one call, because the kernel takes one write for one request.
    /// A write that was cut short is `EIO`.
    public static func write(_ text: String, to path: String) throws(SyscallError) {
        let file = try open(path, O_WRONLY)
        try write(text, to: file, path)
    }

    /// Writes and reads back through one descriptor: what the kernel made of the request, without the line end.
    public static func writeAndRead(_ text: String, _ path: String) throws(SyscallError) -> String {
        let file = try open(path, O_RDWR)
        try write(text, to: file, path)
        let bytes = try read(file, path)
        return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    /// True when something is at the path and we may look at it; links are followed.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    public static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    public static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(SyscallError) {
        try check("mkdir", path) { mkdir(path, mode) }
    }

    /// Removes an empty directory (a cgroup: one without processes and children).
    public static func removeDirectory(_ path: String) throws(SyscallError) {
        try check("rmdir", path) { rmdir(path) }
    }

    public struct Entry: Hashable, Sendable {
        public let name: String
        public let isDirectory: Bool
    }

    /// What is in a directory, sorted by name, without `.` and `..`. File systems that do not tell the kind of an
    /// entry are not among those read here (cgroup, proc, sysfs, ext4, xfs, btrfs and overlay all do).
    public static func list(_ path: String) throws(SyscallError) -> [Entry] {
        let file = try open(path, O_RDONLY | O_DIRECTORY)
        guard let directory = fdopendir(file.raw) else {
            throw SyscallError(call: "fdopendir", target: path, errno: .noMemory)
        }
        _ = file.release()  // closedir closes it
        defer { closedir(directory) }
        var entries: [Entry] = []
        while let entry = readdir(directory) {
            let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name)!
            let name = String(
                cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            guard name != ".", name != ".." else { continue }
            entries.append(Entry(name: name, isDirectory: Int32(entry.pointee.d_type) == Int32(DT_DIR)))
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// Names of file systems as statfs(2) gives them.
    public enum Magic {
        public static let cgroup: UInt64 = 0x27E0EB
        public static let cgroup2: UInt64 = 0x6367_7270
        public static let proc: UInt64 = 0x9FA0
        public static let tmpfs: UInt64 = 0x0102_1994
        public static let overlay: UInt64 = 0x794C_7630
        /// A namespace, by a name that something is mounted at.
        public static let namespace: UInt64 = 0x6E73_6673
    }

    public struct FileSystem: Hashable, Sendable {
        /// See `Magic`.
        public let magic: UInt64
        public let totalBytes: UInt64
        /// Free for us, without what is kept back for root's emergencies.
        public let availableBytes: UInt64
        public let availableInodes: UInt64

        public init(magic: UInt64, totalBytes: UInt64, availableBytes: UInt64, availableInodes: UInt64) {
            self.magic = magic
            self.totalBytes = totalBytes
            self.availableBytes = availableBytes
            self.availableInodes = availableInodes
        }
    }

    /// The file system a path is on.
    public static func fileSystem(of path: String) throws(SyscallError) -> FileSystem {
        var info = stint_file_system()
        try check("statfs", path) { stint_statfs(path, &info) }
        return FileSystem(
            magic: info.magic, totalBytes: info.total_bytes, availableBytes: info.available_bytes,
            availableInodes: info.available_inodes)
    }

    /// An extended attribute; nil when it is not there, or cannot be asked for.
    public static func attribute(_ name: String, of path: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = stint_getxattr(path, name, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// MFD_CLOEXEC of linux/memfd.h.
    private static let memfdCloseOnExec: UInt32 = 1

    /// A file without a name, in memory, empty.
    public static func makeAnonymous(named name: String) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("memfd_create", name) { stint_memfd_create(name, memfdCloseOnExec) })
    }

    /// Everything a file descriptor's file holds, from its start.
    public static func read(
        _ file: borrowing OwnedDescriptor, _ name: String, limit: Int = defaultLimit
    ) throws(SyscallError) -> [UInt8] {
        let raw = file.raw
        try check("lseek", name) { lseek(raw, 0, SEEK_SET) }
        return try readOn(file, name, limit: limit)
    }

    private static func open(_ path: String, _ flags: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("open", path) { Glibc.open(path, flags | O_CLOEXEC) })
    }

    private static func write(_ text: String, to file: borrowing OwnedDescriptor, _ path: String) throws(SyscallError) {
        let raw = file.raw
        let bytes = Array(text.utf8)
        let written = try check("write", path) { Glibc.write(raw, bytes, bytes.count) }
        guard written == bytes.count else { throw SyscallError(call: "write", target: path, errno: .ioError) }
    }

    private static func readOn(
        _ file: borrowing OwnedDescriptor, _ path: String, limit: Int
    ) throws(SyscallError) -> [UInt8] {
        let raw = file.raw
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try check("read", path) { Glibc.read(raw, &chunk, chunk.count) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw SyscallError(call: "read", target: path, errno: .fileTooLarge)
            }
            bytes += chunk[..<count]
        }
    }
}
