internal import Linux

extension LayerUnpacker {
    /// Owner first: changing it clears capabilities and setuid. Times last: all else changes them.
    func setMetadata(of descriptor: Int32, _ entry: TarEntry) throws(ImageError) {
        try system(entry) { () throws(SyscallError) in
            if (entry.user, entry.group) != owner {
                try Paths.setOwner(descriptor, user: entry.user, group: entry.group)
            }
        }
        for (name, value) in entry.attributes {
            guard Self.keeps(name) else {
                countSkippedAttribute()
                continue
            }
            try system(entry) { () throws(SyscallError) in try Paths.setAttribute(descriptor, name, value) }
        }
        try system(entry) { () throws(SyscallError) in
            try Paths.setMode(descriptor, entry.mode)
            try Paths.setTime(descriptor, entry.modified)
        }
    }

    /// Of a symbolic link (which has no mode) or a FIFO; neither can have the attributes we keep.
    func setMetadata(
        ofNode base: RawPath, _ folder: Int32, _ entry: TarEntry, mode: Bool
    ) throws(ImageError) {
        try system(entry) { () throws(SyscallError) in
            if (entry.user, entry.group) != owner {
                try Paths.setOwner(base, in: folder, user: entry.user, group: entry.group)
            }
            if mode { try Paths.setMode(base, in: folder, entry.mode) }
            try Paths.setTime(base, in: folder, entry.modified)
        }
        for _ in entry.attributes { countSkippedAttribute() }
    }

    private static func keeps(_ attribute: String) -> Bool {
        switch attribute {
        case "security.capability", "system.posix_acl_access", "system.posix_acl_default": true
        default: attribute.hasPrefix("user.")
        }
    }
}
