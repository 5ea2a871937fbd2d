internal import Glibc
internal import SystemPackage

/// Names of files in directories of our own.
public enum FileNames {
    public static func rename(_ old: String, to new: String) throws(SyscallError) {
        try check("rename", old) { Glibc.rename(old, new) }
    }

    /// What is not there is removed already.
    public static func remove(_ path: String) throws(SyscallError) {
        do { try check("unlink", path) { unlink(path) } } catch {
            if error.errno != .noSuchFileOrDirectory { throw error }
        }
    }
}

extension FileNames {
    public static func setMode(_ path: String, _ mode: UInt32) throws(SyscallError) {
        try check("chmod", path) { chmod(path, mode) }
    }
}
