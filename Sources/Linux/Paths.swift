internal import CLinux
internal import Glibc

/// A file name or path as the kernel takes it: any bytes but NUL. Images name files in whatever encoding they like,
/// so nothing here goes through `String`.
public struct RawPath: Hashable, Sendable, CustomStringConvertible {
    /// With the NUL at the end.
    private let storage: [UInt8]

    /// Nil when there is a NUL in it: the kernel would see a shorter name than we checked.
    public init?(_ bytes: some Sequence<UInt8>) {
        var storage = Array(bytes)
        if storage.contains(0) { return nil }
        storage.append(0)
        self.storage = storage
    }

    /// A path of our own making. A NUL in it is our bug and traps.
    public init(_ text: String) {
        let bytes = Array(text.utf8)
        precondition(!bytes.contains(0), "a path has no NUL")
        storage = bytes + [0]
    }

    public var bytes: ArraySlice<UInt8> { storage.dropLast() }

    public var description: String { String(decoding: bytes, as: UTF8.self) }

    func withPointer<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        storage.withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }
}

/// What a directory entry is.
public enum NodeKind: Hashable, Sendable {
    case regular, directory, symlink, fifo, socket, characterDevice, blockDevice, unknown

    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .symlink
        case S_IFIFO: self = .fifo
        case S_IFSOCK: self = .socket
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: self = .unknown
        }
    }
}

/// Seconds and nanoseconds since 1970, as the kernel keeps them.
public struct FileTime: Hashable, Sendable {
    public var seconds: Int64
    /// 0 … 999,999,999, also before 1970.
    public var nanoseconds: Int64

    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    var timespec: Glibc.timespec { Glibc.timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds)) }
}

/// The part of `struct stat` we use.
public struct FileStatus: Hashable, Sendable {
    public let kind: NodeKind
    /// Permission bits with setuid, setgid and sticky.
    public let mode: UInt32
    public let user: UInt32
    public let group: UInt32
    public let size: Int64
    /// Bytes it takes on disk.
    public let allocated: Int64
    public let device: UInt64
    public let inode: UInt64
    public let links: UInt64
    /// Of a device node.
    public let deviceNumber: UInt64
    public let modified: FileTime

    init(_ raw: stat) {
        kind = NodeKind(mode: raw.st_mode)
        mode = raw.st_mode & 0o7777
        user = raw.st_uid
        group = raw.st_gid
        size = Int64(raw.st_size)
        allocated = Int64(raw.st_blocks) * 512
        device = UInt64(raw.st_dev)
        inode = UInt64(raw.st_ino)
        links = UInt64(raw.st_nlink)
        deviceNumber = UInt64(raw.st_rdev)
        modified = FileTime(seconds: Int64(raw.st_mtim.tv_sec), nanoseconds: Int64(raw.st_mtim.tv_nsec))
    }

    /// A character device 0:0, which overlayfs takes for "deleted here".
    public var isWhiteout: Bool { kind == .characterDevice && deviceNumber == 0 }
}

extension SyscallError {
    /// `ENOENT`: no such name.
    public var isMissing: Bool { errno.rawValue == ENOENT }
    /// `EEXIST`: the name is taken.
    public var isTaken: Bool { errno.rawValue == EEXIST }
    /// `ENOTDIR`: something on the way is no directory.
    public var isNotDirectory: Bool { errno.rawValue == ENOTDIR }
    /// `ELOOP`: too many symbolic links, or one where none may be.
    public var isLoop: Bool { errno.rawValue == ELOOP }
    /// `ENOTEMPTY`.
    public var isNotEmpty: Bool { errno.rawValue == ENOTEMPTY }
    /// `EOPNOTSUPP`: the file system cannot do that.
    public var isUnsupported: Bool { errno.rawValue == EOPNOTSUPP }
    /// `ENAMETOOLONG`.
    public var isTooLong: Bool { errno.rawValue == ENAMETOOLONG }
    /// `EWOULDBLOCK`: somebody else holds it.
    public var wouldBlock: Bool { errno.rawValue == EWOULDBLOCK }
    /// `EXDEV`: the path leaves the directory it must stay in.
    public var leavesDirectory: Bool { errno.rawValue == EXDEV }
}

/// File system calls relative to directory descriptors. Descriptors given are borrowed; those returned are the caller's.
/// A name is one component unless the function says path.
public enum Paths {}
