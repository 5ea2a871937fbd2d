internal import Linux

/// Finds the directory an entry goes into, and makes it if the layer has not brought it.
///
/// Symbolic links on the way that the same layer brought are followed as if the layer's root were `/`, as Docker does
/// (in a chroot) and containerd (`fs.RootPath`): `lib -> usr/lib`, then `lib/x`, gives `usr/lib/x`. The quick way is one
/// `openat2(RESOLVE_IN_ROOT)`; when something is missing, a walk by single names, never through a link, makes it.
/// The last few directories stay open, because tars list one directory's files together.
struct ParentDirectories {
    /// A directory that exists because something is in it, while the layer has no entry for it.
    struct Implied {
        let path: [UInt8]
        let inode: UInt64
    }

    private let root: SharedFile
    private var recent: [(path: [UInt8], folder: SharedFile)] = []
    private var oldest = 0
    private static let kept = 8
    /// Links followed on one way, as the kernel counts them.
    private static let mostLinks = 40

    private(set) var implied: [Implied] = []

    init(root: SharedFile) { self.root = root }

    /// Of an existing directory, or nil when it, or something on the way, is not there or no directory.
    mutating func find(_ path: [UInt8]) throws(Problem) -> SharedFile? {
        if path.isEmpty { return root }
        if let known = recent.first(where: { $0.path == path }) { return known.folder }
        guard let name = RawPath(path) else { throw .nul }
        do throws(SyscallError) {
            let folder = SharedFile(try Paths.locateDirectory(name, inRoot: root.descriptor.raw))
            keep(path, folder)
            return folder
        } catch {
            if error.isMissing || error.isNotDirectory { return nil }
            if error.isLoop { throw .links }
            throw .system(error)
        }
    }

    /// Makes what is missing, with mode 0700 until the layer is complete.
    mutating func findOrMake(_ path: [UInt8]) throws(Problem) -> SharedFile {
        if let folder = try find(path) { return folder }
        let folder = try walk(path)
        keep(path, folder)
        return folder
    }

    /// To be called when a directory or a link was removed: what is remembered may go through it.
    mutating func forget() { recent.removeAll(keepingCapacity: true) }

    enum Problem: Error {
        case links, nul
        case notDirectory([UInt8])
        case system(SyscallError)

        var sentence: String {
            switch self {
            case .links: "its directory is behind too many symbolic links"
            case .nul: "its name has a NUL in it"
            case .notDirectory(let name): "\"\(String(decoding: name, as: UTF8.self))\" is not a directory"
            case .system(let error): error.description
            }
        }
    }

    private mutating func keep(_ path: [UInt8], _ folder: SharedFile) {
        if recent.count < Self.kept {
            recent.append((path, folder))
        } else {
            recent[oldest] = (path, folder)
            oldest = (oldest + 1) % Self.kept
        }
    }

    /// Component by component; `ways` holds the directories from the root down, so that `..` cannot leave it.
    private mutating func walk(_ path: [UInt8]) throws(Problem) -> SharedFile {
        var pending = Array(path.split(separator: UInt8(ascii: "/")).reversed())
        var ways = [root]
        var names: [ArraySlice<UInt8>] = []
        var links = 0
        while let part = pending.popLast() {
            if part == [UInt8(ascii: ".")] { continue }
            if part == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                if ways.count > 1 {
                    ways.removeLast()
                    names.removeLast()
                }
                continue
            }
            guard let name = RawPath(part) else { throw .nul }
            let folder = ways.last!.descriptor.raw
            switch try look(name, folder) {
            case .directory:
                ways.append(
                    SharedFile(try system { () throws(SyscallError) in try Paths.locateDirectory(name, in: folder) }))
                names.append(part)
            case .link(let target):
                links += 1
                if links > Self.mostLinks { throw .links }
                if target.first == UInt8(ascii: "/") {
                    ways = [root]
                    names = []
                }
                let more = target.split(separator: UInt8(ascii: "/"))
                // What a link expands to is bounded by 40 targets of 4095 bytes.
                pending.append(contentsOf: more.reversed())
            case .missing(let replacing):
                let made = SharedFile(try make(name, in: folder, opaque: replacing))
                let status = try system { () throws(SyscallError) in try Paths.status(made.descriptor.raw) }
                names.append(part)
                implied.append(Implied(path: Array(names.joined(separator: [UInt8(ascii: "/")])), inode: status.inode))
                ways.append(made)
            case .other: throw .notDirectory(Array((names + [part]).joined(separator: [UInt8(ascii: "/")])))
            }
        }
        return ways.last!
    }

    private enum Found {
        case directory, other
        case link([UInt8])
        /// `replacing`: there was a whiteout, so lower layers must stay hidden.
        case missing(replacing: Bool)
    }

    private func look(_ name: RawPath, _ folder: Int32) throws(Problem) -> Found {
        do throws(SyscallError) {
            let status = try Paths.status(name, in: folder)
            switch status.kind {
            case .directory: return .directory
            case .symlink: return .link(try Paths.readLink(name, in: folder))
            default:
                guard status.isWhiteout else { return .other }
                try Paths.removeFile(name, in: folder)
                return .missing(replacing: true)
            }
        } catch {
            if error.isMissing { return .missing(replacing: false) }
            throw .system(error)
        }
    }

    private func make(_ name: RawPath, in folder: Int32, opaque: Bool) throws(Problem) -> OwnedDescriptor {
        do throws(SyscallError) {
            try Paths.makeDirectory(name, in: folder, mode: 0o700)
            if opaque { try Overlay.setOpaque(name, in: folder) }
            return try Paths.locateDirectory(name, in: folder)
        } catch {
            throw .system(error)
        }
    }

    private func system<R: ~Copyable>(_ body: () throws(SyscallError) -> R) throws(Problem) -> R {
        do throws(SyscallError) { return try body() } catch { throw .system(error) }
    }
}

/// The marks overlayfs reads (Documentation/filesystems/overlayfs.rst).
enum Overlay {
    static let opaqueAttribute = "trusted.overlay.opaque"

    /// Hides what lower layers have in this directory.
    static func setOpaque(_ name: RawPath, in folder: Int32) throws(SyscallError) {
        let directory = try Paths.openDirectory(name, in: folder)
        try Paths.setAttribute(directory.raw, opaqueAttribute, [UInt8(ascii: "y")])
    }

    static func isOpaque(_ directory: Int32) throws(SyscallError) -> Bool {
        try Paths.attribute(directory, opaqueAttribute) == [UInt8(ascii: "y")]
    }
}
