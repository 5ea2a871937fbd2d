import Linux
import SystemPackage

/// A `hostPath` that is not what it should be, in the kubelet's words.
public struct HostPathError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

/// What must be at a path of the host before a pod mounts it (kubelet `pkg/volume/hostpath`). Links are followed: the
/// operator chose the path.
public enum HostPathCheck {
    /// Blocks.
    ///
    /// - Parameter type: as in `HostPathVolumeSource`. Empty checks nothing, and makes a directory when there is nothing, as
    ///   container runtimes do.
    public static func perform(_ path: String, type: String) throws(HostPathError) {
        let found = kind(path)
        switch type {
        case "DirectoryOrCreate" where found == nil: try make(path) { try Directories.make(path, mode: 0o755) }
        case "FileOrCreate" where found == nil: try make(path) { try makeFile(path) }
        case "": if found == nil { try make(path) { try Directories.make(path, mode: 0o755) } }
        case "DirectoryOrCreate", "Directory": try expect(found == .directory, path, "a directory")
        case "FileOrCreate", "File": try expect(found == .regular, path, "a file")
        case "Socket": try expect(found == .socket, path, "a socket file")
        case "CharDevice": try expect(found == .characterDevice, path, "a character device")
        case "BlockDevice": try expect(found == .blockDevice, path, "a block device")
        default: throw HostPathError(description: "\(type) is an invalid volume type")
        }
    }

    /// Nil when nothing is there, or it cannot be looked at.
    private static func kind(_ path: String) -> NodeKind? {
        (try? OwnedDescriptor.open(path, [.place]).status())?.kind
    }

    private static func expect(_ isSo: Bool, _ path: String, _ what: String) throws(HostPathError) {
        if !isSo { throw HostPathError(description: "hostPath type check failed: \(path) is not \(what)") }
    }

    private static func make(_ path: String, _ body: () throws -> Void) throws(HostPathError) {
        do { try body() } catch let error as SyscallError {
            throw HostPathError(description: "\(error.call) \(path): \(error.errno.description.lowercased())")
        } catch { throw HostPathError(description: "\(path): \(error)") }
    }

    private static func makeFile(_ path: String) throws(SyscallError) {
        _ = try OwnedDescriptor.open(path, [.write, .create, .exclusive, .noFollow], mode: 0o644)
        try FileNames.setMode(path, 0o644)
    }
}
