import Foundation
import Linux

/// The directories of volumes on the host: made, checked, filled and taken away again. Blocks.
///
/// Everything above a volume's own directory is 0700, so nobody on the host walks in; the directory itself has the mode
/// that containers are to see.
public enum VolumeDirectories {
    /// An empty directory that containers write to. What is there is left as it is.
    ///
    /// - Parameter group: owns it, with the set-group-ID bit, so that it owns what is made in it too (`fsGroup`).
    public static func makeEmpty(_ path: String, mode: UInt32, group: UInt32?) throws(ContainerError) {
        do throws(SyscallError) {
            if Files.exists(path) { return }
            try makePrivate(parent(of: path))
            // Complete before it has its name: a crash leaves nothing that looks made.
            let new = path + ".new"
            remove(new)
            try Files.makeDirectory(new, mode: 0o700)
            let directory = try OwnedDescriptor.open(new, [.read, .directory, .noFollow])
            if let group { try Paths.setOwner(directory.raw, user: 0, group: group) }
            try Paths.setMode(directory.raw, group == nil ? mode : mode | 0o2770)
            try FileNames.rename(new, to: path)
        } catch { throw .kernel(error) }
    }

    /// Brings a volume of files up to date, all of it at once. False when nothing had changed.
    @discardableResult
    public static func write(_ files: [VolumeFile], to path: String, group: UInt32?) throws(ContainerError) -> Bool {
        do throws(SyscallError) {
            if !Files.exists(path) {
                try makePrivate(parent(of: path))
                try Files.makeDirectory(path, mode: 0o700)
            }
            let directory = try OwnedDescriptor.open(path, [.read, .directory, .noFollow])
            if let group { try Paths.setOwner(directory.raw, user: 0, group: group) }
            try Paths.setMode(directory.raw, group == nil ? 0o777 : 0o2777)
        } catch { throw .kernel(error) }
        return try AtomicFiles.write(files, to: path, group: group)
    }

    /// Whether a volume of files was filled before.
    public static func hasFiles(_ path: String) -> Bool { Files.exists(path + "/..data") }

    /// Takes away everything below a directory of ours, and the directory. What a privileged container mounted there
    /// for the host to see is let go of, and not emptied. What cannot be removed stays for the next try.
    public static func remove(_ path: String) {
        guard Files.exists(path) else { return }
        for place in MountTable.places(below: path).reversed() { try? Mounts.detach(place) }
        guard MountTable.places(below: path).isEmpty else { return }
        do {
            let above = parent(of: path)
            let directory = try Paths.openDirectory(above)
            try Paths.removeTree(RawPath(String(path.dropFirst(above.count + 1))), in: directory.raw)
        } catch {}
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    /// `mkdir -p` with mode 0700.
    private static func makePrivate(_ path: String) throws(SyscallError) {
        if Files.exists(path) { return }
        let above = parent(of: path)
        if !above.isEmpty { try makePrivate(above) }
        do { try Directories.makeNew(path, mode: 0o700) } catch {
            if error.errno != .fileExists { throw error }
        }
    }
}

/// What is mounted where, as this process sees it (proc_pid_mountinfo(5)).
enum MountTable {
    /// In the order in which they were mounted.
    static func places(below path: String) -> [String] {
        // Unreadable: then nothing can be removed safely, and the caller must not think so.
        guard let text = try? Files.readText("/proc/self/mountinfo", limit: 64 << 20) else { return [path] }
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count > 4 else { return nil }
            let place = CgroupHierarchies.unescape(fields[4])
            return place == path || place.hasPrefix(path + "/") ? place : nil
        }
    }
}
