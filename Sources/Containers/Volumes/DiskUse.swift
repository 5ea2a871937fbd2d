import Linux

/// How much of the disk a tree takes. Blocks, and takes the longer the more names there are.
public enum DiskUse {
    /// Bytes; a file with several names in the tree counts once, what is mounted in it does not count. A tree that is too
    /// deep for a path cannot be measured: it takes more than any limit, or whoever makes it would be free of limits.
    public static func bytes(below path: String) -> Int64 {
        // Not there: it takes nothing. What goes while we look takes nothing either.
        do {
            let base = try Paths.openDirectory(path)
            return measure(base)
        } catch { return 0 }
    }

    private struct Name: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static func measure(_ base: borrowing OwnedDescriptor) -> Int64 {
        var total: Int64 = 0
        var seen: Set<Name> = []
        var waiting = [RawPath(".")]
        while let next = waiting.popLast() {
            do throws(SyscallError) {
                let directory = try Paths.openDirectory(next, beneath: base.raw)
                for name in try Paths.names(in: directory.raw) {
                    guard let status = try? Paths.status(name, in: directory.raw) else { continue }
                    if status.links > 1, !status.isDirectory,
                        !seen.insert(Name(device: status.device, inode: status.inode)).inserted
                    {
                        continue
                    }
                    total += status.allocated
                    guard status.isDirectory, let path = RawPath(next.bytes + [0x2f] + name.bytes) else { continue }
                    waiting.append(path)
                }
            } catch {
                if error.isTooLong { return .max }
            }
        }
        return total
    }
}
