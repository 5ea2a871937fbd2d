internal import CLinux
internal import Glibc

extension Paths {
    public static func makeDirectory(_ name: RawPath, in directory: Int32, mode: UInt32) throws(SyscallError) {
        try check("mkdirat", name.description) { name.withPointer { mkdirat(directory, $0, mode_t(mode)) } }
    }

    public static func makeSymlink(_ name: RawPath, in directory: Int32, to target: RawPath) throws(SyscallError) {
        try check("symlinkat", name.description) {
            target.withPointer { target in name.withPointer { symlinkat(target, directory, $0) } }
        }
    }

    /// A further name for a file. A symbolic link is linked itself, not followed.
    public static func makeLink(
        _ name: RawPath, in directory: Int32, to target: RawPath, in targetDirectory: Int32
    ) throws(SyscallError) {
        try check("linkat", name.description) {
            target.withPointer { target in name.withPointer { linkat(targetDirectory, target, directory, $0, 0) } }
        }
    }

    public static func makeFIFO(_ name: RawPath, in directory: Int32, mode: UInt32) throws(SyscallError) {
        try check("mkfifoat", name.description) { name.withPointer { mkfifoat(directory, $0, mode_t(mode)) } }
    }

    /// An overlayfs whiteout: a character device 0:0 in place of a name deleted in this layer.
    public static func makeWhiteout(_ name: RawPath, in directory: Int32) throws(SyscallError) {
        try check("mknodat", name.description) { name.withPointer { mknodat(directory, $0, S_IFCHR, 0) } }
    }

    /// Removes a name that is no directory.
    public static func removeFile(_ name: RawPath, in directory: Int32) throws(SyscallError) {
        try check("unlinkat", name.description) { name.withPointer { unlinkat(directory, $0, 0) } }
    }

    public static func removeDirectory(_ name: RawPath, in directory: Int32) throws(SyscallError) {
        try check("unlinkat", name.description) { name.withPointer { unlinkat(directory, $0, AT_REMOVEDIR) } }
    }

    /// Replaces what has the new name.
    public static func rename(
        _ name: RawPath, in directory: Int32, to newName: RawPath, in newDirectory: Int32
    ) throws(SyscallError) {
        try check("renameat", newName.description) {
            name.withPointer { name in newName.withPointer { renameat(directory, name, newDirectory, $0) } }
        }
    }

    /// Fails with `isTaken` when something has the new name.
    public static func renameNew(
        _ name: RawPath, in directory: Int32, to newName: RawPath, in newDirectory: Int32
    ) throws(SyscallError) {
        try check("renameat2", newName.description) {
            name.withPointer { name in newName.withPointer { stint_rename_noreplace(directory, name, newDirectory, $0) }
            }
        }
    }

    /// Of the name itself; a symbolic link is not followed.
    public static func status(_ name: RawPath, in directory: Int32) throws(SyscallError) -> FileStatus {
        var raw = stat()
        try check("fstatat", name.description) {
            name.withPointer { fstatat(directory, $0, &raw, AT_SYMLINK_NOFOLLOW) }
        }
        return FileStatus(raw)
    }

    public static func status(_ descriptor: Int32) throws(SyscallError) -> FileStatus {
        var raw = stat()
        try check("fstat") { fstat(descriptor, &raw) }
        return FileStatus(raw)
    }

    /// Where a symbolic link points; fails when the name is none.
    public static func readLink(_ name: RawPath, in directory: Int32) throws(SyscallError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = try check("readlinkat", name.description) {
            name.withPointer { name in
                buffer.withUnsafeMutableBytes {
                    readlinkat(directory, name, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
                }
            }
        }
        return Array(buffer[..<count])
    }

    /// The names in a directory without `.` and `..`, in the order the kernel has them. The descriptor's own position is
    /// used up.
    public static func names(in directory: Int32) throws(SyscallError) -> [RawPath] {
        var found: [RawPath] = []
        try forEachName(in: directory) { name in found.append(name) }
        return found
    }

    static func forEachName(in directory: Int32, _ body: (RawPath) -> Void) throws(SyscallError) {
        // struct linux_dirent64: u64 inode, s64 offset, u16 record length, u8 type, name with NUL (getdents64(2)).
        let size = 32 * 1024
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let count = try check("getdents64") { stint_getdents64(directory, buffer, size) }
            if count == 0 { return }
            var offset = 0
            while offset < count {
                let record = buffer + offset
                let length = Int(record.load(fromByteOffset: 16, as: UInt16.self))
                let start = (record + 19).assumingMemoryBound(to: CChar.self)
                let bytes = UnsafeRawBufferPointer(start: record + 19, count: strlen(start))
                if !(bytes.elementsEqual([0x2e]) || bytes.elementsEqual([0x2e, 0x2e])), let name = RawPath(bytes) {
                    body(name)
                }
                offset += length
            }
        }
    }

    /// Removes a name with everything below it. Not recursive and holds three descriptors whatever the depth: each
    /// subdirectory is first moved up into `directory`, so an image cannot make a tree too deep to delete.
    /// A name that is not there is fine.
    public static func removeTree(_ name: RawPath, in directory: Int32) throws(SyscallError) {
        do throws(SyscallError) {
            try removeFile(name, in: directory)
            return
        } catch {
            // Linux says EISDIR for a directory; POSIX allows EPERM, and some file systems say that.
            if error.isMissing { return }
            guard error.errno.rawValue == EISDIR || error.errno.rawValue == EPERM else { throw error }
        }
        var waiting = [name]
        var moved = 0
        while let next = waiting.popLast() {
            let folder: OwnedDescriptor
            do throws(SyscallError) {
                folder = try openDirectory(next, in: directory)
            } catch {
                if error.isMissing { continue }
                throw error
            }
            for entry in try names(in: folder.raw) {
                do throws(SyscallError) {
                    try removeFile(entry, in: folder.raw)
                } catch {
                    guard error.errno.rawValue == EISDIR || error.errno.rawValue == EPERM else { throw error }
                    // A leaf directory, the common case, needs no move.
                    do throws(SyscallError) {
                        try removeDirectory(entry, in: folder.raw)
                        continue
                    } catch  where error.isNotEmpty {}
                    moved += 1
                    let place = RawPath(".removing-\(name)-\(moved)")
                    try rename(entry, in: folder.raw, to: place, in: directory)
                    waiting.append(place)
                }
            }
            try removeDirectory(next, in: directory)
        }
    }
}
