internal import CLinux
internal import Glibc

extension Paths {
    /// `0xFFFFFFFF` would mean "leave it"; the caller refuses it before.
    public static func setOwner(_ descriptor: Int32, user: UInt32, group: UInt32) throws(SyscallError) {
        try check("fchown") { fchown(descriptor, user, group) }
    }

    public static func setOwner(
        _ name: RawPath, in directory: Int32, user: UInt32, group: UInt32
    ) throws(SyscallError) {
        try check("fchownat", name.description) {
            name.withPointer { fchownat(directory, $0, user, group, AT_SYMLINK_NOFOLLOW) }
        }
    }

    public static func setMode(_ descriptor: Int32, _ mode: UInt32) throws(SyscallError) {
        try check("fchmod") { fchmod(descriptor, mode_t(mode)) }
    }

    /// Of a name that is no symbolic link.
    public static func setMode(_ name: RawPath, in directory: Int32, _ mode: UInt32) throws(SyscallError) {
        try check("fchmodat", name.description) { name.withPointer { fchmodat(directory, $0, mode_t(mode), 0) } }
    }

    /// Sets the times of access and change of content to the same.
    public static func setTime(_ descriptor: Int32, _ time: FileTime) throws(SyscallError) {
        let times = [time.timespec, time.timespec]
        try check("futimens") { futimens(descriptor, times) }
    }

    public static func setTime(_ name: RawPath, in directory: Int32, _ time: FileTime) throws(SyscallError) {
        let times = [time.timespec, time.timespec]
        try check("utimensat", name.description) {
            name.withPointer { utimensat(directory, $0, times, AT_SYMLINK_NOFOLLOW) }
        }
    }

    public static func setAttribute(_ descriptor: Int32, _ name: String, _ value: [UInt8]) throws(SyscallError) {
        try check("fsetxattr", name) {
            value.withUnsafeBytes { stint_fsetxattr(descriptor, name, $0.baseAddress, $0.count) }
        }
    }

    /// Nil when the file has no such attribute.
    public static func attribute(_ descriptor: Int32, _ name: String) throws(SyscallError) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: 65536)  // XATTR_SIZE_MAX
        do throws(SyscallError) {
            let count = try check("fgetxattr", name) {
                value.withUnsafeMutableBytes { stint_fgetxattr(descriptor, name, $0.baseAddress, $0.count) }
            }
            return Array(value[..<count])
        } catch {
            if error.errno.rawValue == ENODATA || error.isUnsupported { return nil }
            throw error
        }
    }

    public static func attributeNames(_ descriptor: Int32) throws(SyscallError) -> [String] {
        var names = [UInt8](repeating: 0, count: 65536)  // XATTR_LIST_MAX
        do throws(SyscallError) {
            let count = try check("flistxattr") {
                names.withUnsafeMutableBytes {
                    stint_flistxattr(descriptor, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
                }
            }
            return names[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        } catch {
            if error.isUnsupported { return [] }
            throw error
        }
    }

    /// Writes all of it at the descriptor's position.
    public static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(SyscallError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try check("write") { Glibc.write(descriptor, rest.baseAddress, rest.count) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Bytes read from the descriptor's position; 0 at the end.
    public static func read(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SyscallError) -> Int {
        try check("read") { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Bytes read at an offset; 0 at the end.
    public static func read(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SyscallError) -> Int {
        try check("pread") { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// The file's content and size are on disk when this returns.
    public static func sync(_ descriptor: Int32) throws(SyscallError) {
        try check("fsync") { fsync(descriptor) }
    }

    /// Everything written to the descriptor's file system is on disk when this returns.
    public static func syncFileSystem(_ descriptor: Int32) throws(SyscallError) {
        try check("syncfs") { stint_syncfs(descriptor) }
    }

    /// The process's effective user and group, which new files belong to.
    public static var effectiveOwner: (user: UInt32, group: UInt32) { (geteuid(), getegid()) }
}

extension Paths {
    /// Writes all of it at the descriptor's position.
    public static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws(SyscallError) {
        var start = 0
        while start < bytes.count {
            start += try check("write") {
                bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + start, $0.count - start) }
            }
        }
    }
}
