import Foundation
import Linux

/// A file of a volume.
public struct VolumeFile: Hashable, Sendable {
    /// From the root of the volume, without `..`.
    public var path: String
    public var bytes: [UInt8]
    /// Permission bits.
    public var mode: UInt32

    public init(path: String, bytes: [UInt8], mode: UInt32) {
        self.path = path
        self.bytes = bytes
        self.mode = mode
    }
}

/// Bytes may be of a Secret: whoever prints a file prints its name.
extension VolumeFile: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { path }
    public var debugDescription: String { path }
    public var customMirror: Mirror { Mirror(self, children: ["path": path]) }
}

/// Writes the files of a volume so that readers see all of the old ones or all of the new ones, in the layout of the
/// kubelet's atomic writer: the files are in a directory named after the time, `..data` is a link to it, and what users see
/// are links through `..data`. Renaming a new `..data` over the old one is the change.
///
/// One writer at a time. What a crash leaves is taken away by the next write.
enum AtomicFiles {
    static let data = RawPath("..data")
    private static let newData = RawPath("..data_tmp")

    /// False when the volume has just these files already.
    static func write(_ files: [VolumeFile], to volume: String, group: UInt32?) throws(ContainerError) -> Bool {
        for file in files { try check(file.path) }
        do throws(SyscallError) {
            let directory = try OwnedDescriptor.open(volume, [.read, .directory, .noFollow])
            if try isSame(files, in: directory, group: group) { return false }
            let version = try makeVersion(files, in: directory, group: group)
            do throws(SyscallError) {
                try Paths.removeTree(newData, in: directory.raw)
                try Paths.makeSymlink(newData, in: directory.raw, to: version)
                if let group { try Paths.setOwner(newData, in: directory.raw, user: 0, group: group) }
                try Paths.rename(newData, in: directory.raw, to: data, in: directory.raw)
            } catch {
                try? Paths.removeTree(version, in: directory.raw)
                throw error
            }
            try showAll(files, in: directory, version: version, group: group)
            return true
        } catch { throw .kernel(error) }
    }

    /// Names come from users, and were checked with the object; here they become file names.
    private static func check(_ path: String) throws(ContainerError) {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        let isSound =
            !path.utf8.contains(0) && path.utf8.count < 4096 && !path.hasPrefix("/") && !path.hasPrefix("..")
            && names.allSatisfy { $0 != ".." && $0.utf8.count <= 255 } && names.contains { !$0.isEmpty && $0 != "." }
        guard isSound else { throw .plan(field: "volume file", problem: "\"\(path)\" is not a path inside the volume") }
    }

    private static func makeVersion(
        _ files: [VolumeFile], in directory: borrowing OwnedDescriptor, group: UInt32?
    ) throws(SyscallError) -> RawPath {
        // 2026-01-02T03:04:05Z
        let stamp = Date.now.ISO8601Format().prefix(19).map { $0.isNumber ? String($0) : "_" }.joined()
        let version = RawPath("..\(stamp).\(UInt32.random(in: .min ... .max))")
        try Paths.makeDirectory(version, in: directory.raw, mode: 0o700)
        let place = try Paths.openDirectory(version, in: directory.raw)
        for file in files {
            let names = file.path.split(separator: "/").filter { $0 != "." }.map { RawPath(String($0)) }
            try write(file, names, in: place, group: group)
        }
        try setAccess(place, 0o755, group: group)
        return version
    }

    private static func write(
        _ file: VolumeFile, _ names: [RawPath], in place: borrowing OwnedDescriptor, group: UInt32?
    ) throws(SyscallError) {
        guard names.count == 1 else {
            do throws(SyscallError) { try Paths.makeDirectory(names[0], in: place.raw, mode: 0o755) } catch {
                if !error.isTaken { throw error }
            }
            let next = try Paths.openDirectory(names[0], in: place.raw)
            try setAccess(next, 0o755, group: group)
            return try write(file, Array(names.dropFirst()), in: next, group: group)
        }
        let open = try Paths.createFile(names[0], in: place.raw, mode: 0o600)
        try Paths.write(open.raw, file.bytes)
        if let group { try Paths.setOwner(open.raw, user: 0, group: group) }
        try Paths.setMode(open.raw, file.mode(group: group))
    }

    /// What the kubelet's `SetVolumeOwnership` does to directories of volumes that are read-only.
    private static func setAccess(
        _ directory: borrowing OwnedDescriptor, _ mode: UInt32, group: UInt32?
    ) throws(SyscallError) {
        if let group { try Paths.setOwner(directory.raw, user: 0, group: group) }
        try Paths.setMode(directory.raw, group == nil ? mode : mode | 0o2550)
    }

    /// Links for every first name there is now, none for what is gone, and no older version.
    private static func showAll(
        _ files: [VolumeFile], in directory: borrowing OwnedDescriptor, version: RawPath, group: UInt32?
    ) throws(SyscallError) {
        let shown = Set(files.compactMap { $0.path.split(separator: "/").first { $0 != "." } }.map { String($0) })
        for name in shown {
            do throws(SyscallError) {
                try Paths.makeSymlink(RawPath(name), in: directory.raw, to: RawPath("..data/" + name))
                if let group { try Paths.setOwner(RawPath(name), in: directory.raw, user: 0, group: group) }
            } catch {
                if !error.isTaken { throw error }
            }
        }
        let again = try Paths.openDirectory(RawPath("."), in: directory.raw)
        for name in try Paths.names(in: again.raw) where name != data && name != version {
            if !shown.contains(name.description) { try Paths.removeTree(name, in: directory.raw) }
        }
    }

    // MARK: comparing

    private static func isSame(
        _ files: [VolumeFile], in directory: borrowing OwnedDescriptor, group: UInt32?
    ) throws(SyscallError) -> Bool {
        let version: OwnedDescriptor
        do throws(SyscallError) {
            version = try Paths.openDirectory(
                RawPath(try Paths.readLink(data, in: directory.raw)) ?? data, in: directory.raw)
        } catch {
            if error.isMissing { return false }
            throw error
        }
        var found: Set<String> = []
        try list(version, below: "", into: &found)
        let wanted = Set(files.map { $0.path.split(separator: "/").filter { $0 != "." }.joined(separator: "/") })
        guard found == wanted else { return false }
        for file in files {
            let open = try Paths.openFile(RawPath(file.path), beneath: version.raw)
            let status = try open.status()
            guard status.size == Int64(file.bytes.count), status.mode == file.mode(group: group),
                try open.readAll(limit: file.bytes.count) == file.bytes
            else { return false }
        }
        return true
    }

    private static func list(
        _ directory: borrowing OwnedDescriptor, below path: String, into found: inout Set<String>
    ) throws(SyscallError) {
        for name in try Paths.names(in: directory.raw) {
            if try Paths.status(name, in: directory.raw).isDirectory {
                let next = try Paths.openDirectory(name, in: directory.raw)
                try list(next, below: path + name.description + "/", into: &found)
            } else {
                found.insert(path + name.description)
            }
        }
    }
}

extension VolumeFile {
    /// Members of the group may read it.
    fileprivate func mode(group: UInt32?) -> UInt32 { group == nil ? mode : mode | 0o440 }
}
