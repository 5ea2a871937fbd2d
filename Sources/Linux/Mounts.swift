internal import CLinux
internal import Glibc
internal import SystemPackage

/// Mounting by descriptor, so that no name inside an untrusted root is looked up twice.
public enum Mounts {
    /// Nothing travels between this mount namespace and any other from here on.
    public static func makeAllPrivate() throws(SyscallError) {
        try check("mount", "/") { Glibc.mount(nil, "/", nil, UInt(MS_REC) | UInt(MS_PRIVATE), nil) }
    }

    /// What the host mounts later is seen here; nothing that is mounted here is seen by the host.
    public static func makeAllFollowing() throws(SyscallError) {
        try check("mount", "/") { Glibc.mount(nil, "/", nil, UInt(MS_REC) | UInt(MS_SLAVE), nil) }
    }

    /// Bits of MOUNT_ATTR_… are those of MS_… for the four we use (mount.h), so they go to both families of calls.
    public static func overlay(at place: String, attributes: UInt64, data: String) throws(SyscallError) {
        try check("mount overlay", place) { Glibc.mount("overlay", place, "overlay", UInt(attributes), data) }
    }

    /// A new file system on a directory.
    ///
    /// The working directory moves there: "." is the one name that cannot be swapped between two looks at it.
    public static func mount(
        _ type: String, on directory: borrowing OwnedDescriptor, attributes: UInt64, data: String
    ) throws(SyscallError) {
        try enter(directory)
        try check("mount", type) { Glibc.mount(type, ".", type, UInt(attributes), data.isEmpty ? nil : data) }
    }

    /// A detached copy of what is mounted at a host path.
    public static func copy(
        _ path: String, recursive: Bool, followLinks: Bool = false
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("open_tree", path) {
                stint_open_tree_clone(AT_FDCWD, path, recursive ? 1 : 0, followLinks ? 1 : 0)
            })
    }

    /// A detached copy of what a descriptor shows.
    public static func copy(
        of place: borrowing OwnedDescriptor, recursive: Bool
    ) throws(SyscallError) -> OwnedDescriptor {
        let raw = place.raw
        return OwnedDescriptor(owning: try check("open_tree") { stint_open_tree_clone(raw, "", recursive ? 1 : 0, 0) })
    }

    /// Puts a detached mount on top of what a descriptor shows.
    public static func attach(
        _ tree: borrowing OwnedDescriptor, on place: borrowing OwnedDescriptor
    ) throws(SyscallError) {
        let (tree, place) = (tree.raw, place.raw)
        try check("move_mount") { stint_move_mount(tree, place) }
    }

    /// Adds MOUNT_ATTR_… bits.
    public static func restrict(
        _ tree: borrowing OwnedDescriptor, attributes: UInt64, recursive: Bool
    ) throws(SyscallError) {
        let raw = tree.raw
        try check("mount_setattr") { stint_mount_setattr(raw, attributes, recursive ? 1 : 0) }
    }

    /// Shows the files of a detached mount with the ids that a user namespace gives them: what belongs to 0 on disk
    /// belongs to the namespace's root. `EINVAL` of a file system that cannot, `EPERM` of a mount that is mapped already.
    public static func map(
        _ tree: borrowing OwnedDescriptor, to userNamespace: Int32, recursive: Bool
    ) throws(SyscallError) {
        let raw = tree.raw
        try check("mount_setattr idmap") { stint_mount_idmap(raw, userNamespace, recursive ? 1 : 0) }
    }

    /// Says how mounts made later travel to and from a mount and all below it.
    public static func propagate(
        _ tree: borrowing OwnedDescriptor, _ propagation: MountPropagation
    ) throws(SyscallError) {
        let raw = tree.raw
        try check("mount_setattr") { stint_mount_propagation(raw, propagation.bits) }
    }

    /// Shows a file of ours also at another place of ours. A namespace that is shown somewhere lives on without processes.
    public static func bind(_ source: String, at place: String) throws(SyscallError) {
        try check("mount", place) { Glibc.mount(source, place, nil, UInt(MS_BIND), nil) }
    }

    /// Takes away what is mounted last at a place of our own.
    public static func detach(_ place: String) throws(SyscallError) {
        try check("umount2", place) { umount2(place, Int32(MNT_DETACH) | Int32(UMOUNT_NOFOLLOW)) }
    }

    public static func enter(_ directory: borrowing OwnedDescriptor) throws(SyscallError) {
        let raw = directory.raw
        try check("fchdir") { fchdir(raw) }
    }

    public static func enter(_ path: String) throws(SyscallError) { try check("chdir", path) { chdir(path) } }

    /// Makes a directory the root and lets the old one go. pivot_root(2) itself tells of the two dots: the old root is
    /// stacked on the new one, so no directory for it is needed inside.
    public static func makeRoot(_ directory: borrowing OwnedDescriptor) throws(SyscallError) {
        try enter(directory)
        try check("pivot_root") { stint_pivot_root(".", ".") }
        try check("umount2", "old root") { umount2(".", Int32(MNT_DETACH)) }
        try enter("/")
    }

    /// The working directory by name, nil when it is not below this process's root.
    public static func workingDirectory() -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil, buffer[0] == CChar(UInt8(ascii: "/")) else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What is made below a directory that is held open, by one name without a slash.
    public static func makeDirectory(
        in directory: borrowing OwnedDescriptor, _ name: String, mode: UInt32
    ) throws(SyscallError) {
        let raw = directory.raw
        try check("mkdirat", name) { mkdirat(raw, name, mode) }
    }
    public static func makeFile(
        in directory: borrowing OwnedDescriptor, _ name: String, mode: UInt32
    ) throws(SyscallError) {
        let raw = directory.raw
        try check("mknodat", name) { mknodat(raw, name, S_IFREG | mode, 0) }
    }
    public static func makeLink(
        in directory: borrowing OwnedDescriptor, _ name: String, to target: String
    ) throws(SyscallError) {
        let raw = directory.raw
        try check("symlinkat", name) { symlinkat(target, raw, name) }
    }
    public static func remove(in directory: borrowing OwnedDescriptor, _ name: String) throws(SyscallError) {
        let raw = directory.raw
        try check("unlinkat", name) { unlinkat(raw, name, 0) }
    }
}

/// mount_namespaces(7): nothing travels, only what the other side mounts, or both ways.
public enum MountPropagation: Sendable {
    case none, following, both

    fileprivate var bits: UInt64 {
        switch self {
        case .none: stint_ms_private
        case .following: stint_ms_slave
        case .both: stint_ms_shared
        }
    }
}

/// A directory that is, or is to become, a container's root.
public struct RootDirectory: ~Copyable, Sendable {
    public let descriptor: OwnedDescriptor

    public init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

    public struct Refusals: OptionSet, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// Any symbolic link on the way is ELOOP.
        public static let links = Refusals(rawValue: stint_resolve_no_symlinks)
        /// A link of /proc that leads anywhere is ELOOP.
        public static let magicLinks = Refusals(rawValue: stint_resolve_no_magiclinks)
    }

    /// Opens a path as if this directory were "/": no "..", link or absolute name leads out.
    public borrowing func open(
        _ path: String, _ flags: OpenFlags, refusing: Refusals = .magicLinks
    ) throws(SyscallError) -> OwnedDescriptor {
        let raw = descriptor.raw
        var again = 0
        while true {
            do {
                return OwnedDescriptor(
                    owning: try check("openat2", path) {
                        stint_open_in_root(raw, path, flags.rawValue, 0, refusing.rawValue)
                    })
            } catch {
                // EAGAIN: something on the way was renamed meanwhile and ".." could not be proven safe (openat2(2)).
                again += 1
                if error.errno != .wouldBlock || again > 100 { throw error }
            }
        }
    }
}
