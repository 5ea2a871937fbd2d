internal import CLinux
internal import Glibc

extension Paths {
    /// A directory anywhere on the host, by a path the operator gave; for reading its entries too.
    public static func openDirectory(_ path: String) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("open", path) { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    }

    /// A directory by one name in another, never through a symbolic link.
    public static func openDirectory(_ name: RawPath, in directory: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("openat", name.description) {
                name.withPointer { openat(directory, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            })
    }

    /// For reading its entries: a directory by a path without any link, that leads neither out of `directory` nor into
    /// another mount.
    public static func openDirectory(_ path: RawPath, beneath directory: Int32) throws(SyscallError) -> OwnedDescriptor
    {
        try open(
            path, from: directory, flags: UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
            resolve: STINT_RESOLVE_BENEATH | STINT_RESOLVE_NO_SYMLINKS | STINT_RESOLVE_NO_XDEV)
    }

    /// Only a place to start from (`O_PATH`): a directory by a path whose links are resolved as if `root` were `/`,
    /// so that neither `..` nor an absolute link leads out, and never through a /proc magic link.
    public static func locateDirectory(_ path: RawPath, inRoot root: Int32) throws(SyscallError) -> OwnedDescriptor {
        try open(
            path, from: root, flags: UInt64(STINT_O_PATH) | UInt64(O_DIRECTORY | O_CLOEXEC),
            resolve: STINT_RESOLVE_IN_ROOT)
    }

    /// As `locateDirectory(_:inRoot:)`, opened so that its owner, mode and attributes can be changed.
    public static func openDirectory(_ path: RawPath, inRoot root: Int32) throws(SyscallError) -> OwnedDescriptor {
        try open(
            path, from: root, flags: UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
            resolve: STINT_RESOLVE_IN_ROOT)
    }

    /// Only a place to start from: a directory by one name in another, never through a symbolic link.
    public static func locateDirectory(_ name: RawPath, in directory: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("openat", name.description) {
                name.withPointer {
                    openat(directory, $0, Int32(STINT_O_PATH) | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                }
            })
    }

    /// For reading, by a path that must not lead out of `directory`, neither by `..` nor by a link. Does not wait for
    /// the other end of a FIFO; the caller looks at the status before reading.
    public static func openFile(_ path: RawPath, beneath directory: Int32) throws(SyscallError) -> OwnedDescriptor {
        try open(
            path, from: directory, flags: UInt64(O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
            resolve: STINT_RESOLVE_BENEATH)
    }

    /// Only a place: whatever is at a path that must not lead out of `directory`, neither by `..` nor by a link, nor
    /// through a link of /proc.
    public static func locate(_ path: RawPath, beneath directory: Int32) throws(SyscallError) -> OwnedDescriptor {
        var again = 0
        while true {
            do throws(SyscallError) {
                return try open(
                    path, from: directory, flags: UInt64(STINT_O_PATH) | UInt64(O_CLOEXEC),
                    resolve: STINT_RESOLVE_BENEATH)
            } catch {
                // Something on the way was renamed meanwhile (openat2(2), EAGAIN).
                again += 1
                if !error.wouldBlock || again > 100 { throw error }
            }
        }
    }

    /// For reading, by one name, never through a symbolic link; waits for nothing.
    public static func openFile(_ name: RawPath, in directory: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("openat", name.description) {
                name.withPointer { openat(directory, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
            })
    }

    /// For reading, by a path the operator gave.
    public static func openFile(_ path: String) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(owning: try check("open", path) { Glibc.open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC) })
    }

    /// A new file for writing; fails when the name is taken, also by a link. `mode` is cut by the umask.
    public static func createFile(
        _ name: RawPath, in directory: Int32, mode: UInt32
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("openat", name.description) {
                name.withPointer {
                    openat(directory, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(mode))
                }
            })
    }

    /// A file without a name, for reading and writing, gone when closed.
    public static func createUnnamedFile(in directory: Int32) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("openat", "O_TMPFILE") {
                openat(directory, ".", Int32(STINT_O_TMPFILE) | O_RDWR | O_CLOEXEC, mode_t(0o600))
            })
    }

    /// Takes the one exclusive lock of a file, made if need be; `wouldBlock` when another process has it.
    public static func lockFile(_ path: String) throws(SyscallError) -> OwnedDescriptor {
        let file = OwnedDescriptor(
            owning: try check("open", path) {
                Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
            })
        try check("flock", path) { flock(file.raw, LOCK_EX | LOCK_NB) }
        return file
    }

    /// openat2(2), by which no path leads out of where it starts.
    private static func open(
        _ path: RawPath, from directory: Int32, flags: UInt64, resolve: Int
    ) throws(SyscallError) -> OwnedDescriptor {
        OwnedDescriptor(
            owning: try check("openat2", path.description) {
                path.withPointer {
                    stint_openat2(directory, $0, flags, 0, UInt64(resolve | STINT_RESOLVE_NO_MAGICLINKS))
                }
            })
    }
}
