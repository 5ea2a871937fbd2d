internal import CLinux
internal import Glibc
internal import SystemPackage

/// How open(2) is asked; close-on-exec always.
public struct OpenFlags: OptionSet, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let read = OpenFlags([])
    public static let write = OpenFlags(rawValue: O_WRONLY)
    public static let readWrite = OpenFlags(rawValue: O_RDWR)
    public static let append = OpenFlags(rawValue: O_APPEND)
    public static let create = OpenFlags(rawValue: O_CREAT)
    public static let exclusive = OpenFlags(rawValue: O_EXCL)
    public static let directory = OpenFlags(rawValue: O_DIRECTORY)
    public static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
    public static let noTerminal = OpenFlags(rawValue: O_NOCTTY)
    /// Only the place, neither reading nor writing (O_PATH, which glibc's Swift import does not show).
    public static let place = OpenFlags(rawValue: 0o10_000_000)
}

/// Reading, writing and making descriptors.
extension OwnedDescriptor {
    public static func open(
        _ path: String, _ flags: OpenFlags, mode: UInt32 = 0
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("open", path) { Glibc.open(path, flags.rawValue | O_CLOEXEC, mode) })
    }

    /// Up to `buffer.count` bytes; 0 is the end, nil is "nothing yet" of a descriptor that does not block.
    public borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(SyscallError) -> Int? {
        let raw = self.raw
        do {
            return try check("read") { Glibc.read(raw, buffer.baseAddress, buffer.count) }
        } catch {
            if error.errno == .wouldBlock { return nil }
            throw error
        }
    }

    /// Writes as much as goes at once; nil is "no room".
    public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(SyscallError) -> Int? {
        let raw = self.raw
        do {
            return try check("write") { Glibc.write(raw, bytes.baseAddress, bytes.count) }
        } catch {
            if error.errno == .wouldBlock { return nil }
            throw error
        }
    }

    /// Everything there is from here to the end of a regular file or pipe that blocks, up to a limit (then `EFBIG`).
    public borrowing func readAll(limit: Int) throws(SyscallError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let raw = self.raw
            let count = try check("read") { Glibc.read(raw, &chunk, chunk.count) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw SyscallError(call: "read", target: "", errno: .fileTooLarge)
            }
            bytes += chunk[..<count]
        }
    }

    public borrowing func setNonBlocking() throws(SyscallError) {
        let raw = self.raw
        try check("fcntl") { fcntl(raw, F_SETFL, O_NONBLOCK) }
    }

    /// The two ends of a pipe, both blocking.
    public static func pipe() throws(SyscallError) -> (read: Int32, write: Int32) {
        var ends: (Int32, Int32) = (-1, -1)
        _ = try withUnsafeMutableBytes(of: &ends) { bytes throws(SyscallError) in
            try check("pipe2") { stint_pipe2(bytes.assumingMemoryBound(to: Int32.self).baseAddress) }
        }
        return (ends.0, ends.1)
    }

    /// Cuts a file back to a length.
    public borrowing func truncate(to length: Int) throws(SyscallError) {
        let raw = self.raw
        try check("ftruncate") { ftruncate(raw, length) }
    }

    public borrowing func status() throws(SyscallError) -> FileStatus {
        let raw = self.raw
        var info = stat()
        try check("fstat") { fstat(raw, &info) }
        return FileStatus(info)
    }

    /// See `Files.Magic`.
    public borrowing func fileSystemMagic() throws(SyscallError) -> UInt64 {
        let raw = self.raw
        return UInt64(try check("fstatfs") { stint_fstatfs_type(raw) })
    }
}

extension FileStatus {
    public var isRegular: Bool { kind == .regular }
    public var isDirectory: Bool { kind == .directory }
    public var isCharacterDevice: Bool { kind == .characterDevice }
    /// Major 1, minor 3.
    public var isNullDevice: Bool { isCharacterDevice && deviceNumber == 0x103 }
}

/// The three numbers a program starts with, and moving descriptors to them.
public enum StandardDescriptor {
    /// Makes `number` mean what `source` means; open across exec.
    public static func place(_ source: Int32, at number: Int32) throws(SyscallError) {
        try check("dup2") { dup2(source, number) }
    }

    /// The same, but closed by exec.
    public static func placeClosingOnExec(_ source: Int32, at number: Int32) throws(SyscallError) {
        try check("dup3") { stint_dup3(source, number) }
    }

    /// Closes everything from a number on, here and now.
    public static func closeAll(from first: UInt32) throws(SyscallError) {
        try check("close_range") { stint_close_range(first, 0) }
    }

    public static func setMode(_ number: Int32, _ mode: UInt32) throws(SyscallError) {
        try check("fchmod") { fchmod(number, mode) }
    }

    /// Whether it is /dev/null, which belongs to the host.
    public static func isNull(_ number: Int32) throws(SyscallError) -> Bool {
        var info = stat()
        try check("fstat") { fstat(number, &info) }
        return FileStatus(info).isNullDevice
    }

    /// Gives an open file to a user, so that a program that is not root may open /dev/stdout again.
    public static func give(_ number: Int32, uid: UInt32, gid: UInt32) throws(SyscallError) {
        try check("fchown") { fchown(number, uid, gid) }
    }
}
