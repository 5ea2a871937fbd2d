import Linux

/// The directories that were made for claims, one for each volume, all in one directory that only root enters. What is in
/// them comes from containers and is not trusted: it is walked from descriptors and no link is followed.
public struct ClaimDirectories: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Makes the directory they are in. Ends removals that an earlier daemon began.
    ///
    /// - Returns: true when there was none.
    public func prepare() throws(SyscallError) -> Bool {
        var isNew = true
        do throws(SyscallError) {
            try Directories.makeNew(path, mode: 0o700)
        } catch  where error.isTaken {
            isNew = false
        }
        let volumes = try Paths.openDirectory(path)
        for name in try Paths.names(in: volumes.raw).map(\.description) where name.hasPrefix(Self.removing) {
            try remove(String(name.dropFirst(Self.removing.count)))
        }
        return isNew
    }

    public func path(of name: String) -> String { "\(path)/\(name)" }

    /// Makes an empty directory that every user may write to. One that is there from an earlier try will do. It survives
    /// a power cut from here on.
    public func make(_ name: String) throws(SyscallError) {
        let volumes = try Paths.openDirectory(path)
        do throws(SyscallError) {
            try Paths.makeDirectory(RawPath(name), in: volumes.raw, mode: 0o777)
        } catch  where error.isTaken {}
        let directory = try Paths.openDirectory(RawPath(name), in: volumes.raw)
        try Paths.setMode(directory.raw, 0o777)  // whatever the umask
        try Paths.sync(volumes.raw)
    }

    private static let removing = ".removing-"

    /// Removes a directory with all that is in it; one that is not there is fine. After an error the rest is in a
    /// directory of its own, out of the way, and the next try goes on with it.
    public func remove(_ name: String) throws(SyscallError) {
        let volumes = try Paths.openDirectory(path)
        let place = RawPath(Self.removing + name)
        do throws(SyscallError) {
            try Paths.makeDirectory(place, in: volumes.raw, mode: 0o700)
        } catch  where error.isTaken {}
        let scratch = try Paths.openDirectory(place, in: volumes.raw)
        do throws(SyscallError) {
            try Paths.rename(RawPath(name), in: volumes.raw, to: RawPath("tree"), in: scratch.raw)
        } catch  where error.isMissing {}
        // What an earlier try left lies beside the tree under longer names, made from that of the tree.
        for entry in try Paths.names(in: scratch.raw).sorted(by: { $0.bytes.count > $1.bytes.count }) {
            try Paths.removeTree(entry, in: scratch.raw)
        }
        try Paths.removeDirectory(place, in: volumes.raw)
    }

    /// Removes the empty directories of no volume: they were made, and the daemon died before it could say for whom. One
    /// with something in it belonged to a volume that was to be kept, and stays.
    public func removeEmpty(except known: Set<String>) throws(SyscallError) {
        let volumes = try Paths.openDirectory(path)
        for name in try Paths.names(in: volumes.raw) where !known.contains(name.description) {
            do throws(SyscallError) {
                try Paths.removeDirectory(name, in: volumes.raw)
            } catch  where error.isNotEmpty || error.isNotDirectory {}
        }
    }
}
