import Foundation
import Linux
import SystemPackage

/// Directories of our own, outside containers.
enum Directories {
    /// The modes are exactly those asked for, whatever the umask.
    static func make(_ path: String, mode: UInt32) throws(SyscallError) {
        do { try makeNew(path, mode: mode) } catch {
            if error.errno == .noSuchFileOrDirectory, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
                try make(String(path[..<slash]), mode: 0o755)
                try make(path, mode: mode)
            } else if error.errno != .fileExists {
                throw error
            }
        }
    }

    static func makeNew(_ path: String, mode: UInt32) throws(SyscallError) {
        try Files.makeDirectory(path, mode: mode)
        try FileNames.setMode(path, mode)
    }

    static func setOwner(_ path: String, _ id: UInt32) throws(SyscallError) {
        let directory = try OwnedDescriptor.open(path, [.read, .directory, .noFollow])
        try Paths.setOwner(directory.raw, user: id, group: id)
    }

    /// Links in it are removed and not followed. What cannot be removed stays for the next try.
    static func removeTree(_ path: String) {
        guard Files.exists(path) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
