internal import Linux

/// Writes the entries of one layer's tar below a directory of its own, in the form overlayfs stacks.
///
/// What is in the tar is data of a stranger. Every name is resolved from the layer's root and cannot leave it. The rules:
///
/// - Whiteouts become character devices 0:0, opaque marks the attribute `trusted.overlay.opaque`. They concern lower
///   layers only: what this layer itself has under the name stays, in whatever order they come (OCI image-spec, layer.md).
/// - A later entry of the same name replaces an earlier one; a directory entry for a directory only changes its metadata.
/// - A directory that replaces a whiteout or a file is opaque, for those had hidden what is below.
/// - Devices are not created, a 0:0 device is refused, FIFOs are kept. setuid, setgid and sticky are kept: the store is
///   root's alone (0700), and containers run without new privileges.
/// - Of extended attributes `security.capability`, `user.*` and POSIX ACLs are kept, all others dropped, so that no tar
///   can write overlayfs's own marks.
/// - Directories are 0700 and root's until the end, so no setgid bit rubs off, and their times survive what is put in them.
///
/// One thread, one layer, once.
final class LayerUnpacker {
    /// What only lower layers can complete. Settled by `LowerLayers`, in order, when those are there.
    struct Needs {
        var implied: [ParentDirectories.Implied] = []
        var links: [LateLink] = []
        var isEmpty: Bool { implied.isEmpty && links.isEmpty }
    }

    /// A hard link whose target this layer does not have.
    struct LateLink {
        let path: [UInt8]
        let parent: [UInt8]
        let base: RawPath
        let target: EntryName
    }

    struct Skipped: Equatable {
        var devices = 0
        var attributes = 0
    }

    let name: String
    let root: SharedFile
    let limits: ImportLimits
    let budget: ImportBudget
    /// Directories that were replaced go here; the import's end removes them.
    let trash: SharedFile

    var parents: ParentDirectories
    private(set) var needs = Needs()
    private(set) var skipped = Skipped()
    private(set) var sizeBytes: Int64 = 0
    /// The root directory hides all lower layers. overlayfs does not heed that mark on a root; whoever stacks must.
    private(set) var hidesLower = false

    private var directories: [(path: [UInt8], inode: UInt64, entry: TarEntry)] = []
    private var entries = 0
    private var discarded = 0
    /// Bytes of names and attributes held until the end.
    private var retained = 0
    let owner = Paths.effectiveOwner

    init(name: String, root: SharedFile, trash: SharedFile, limits: ImportLimits, budget: ImportBudget) {
        self.name = name
        self.root = root
        self.trash = trash
        self.limits = limits
        self.budget = budget
        parents = ParentDirectories(root: root)
    }

    func unpack(_ input: BlockInput) throws(ImageError) {
        var tar = TarReader(input, name: name, limits: limits, demandsEnd: false)
        while let entry = try tar.next() {
            try chargeEntry()
            try add(entry, &tar)
        }
        try finishDirectories()
    }

    private func add(_ entry: TarEntry, _ tar: inout TarReader<BlockInput>) throws(ImageError) {
        let name = try entryName(entry.path, of: entry)
        switch name.meaning {
        case .ignored: return
        case .root:
            guard entry.kind == .directory else { throw refused(entry, "the root of a layer must be a directory") }
            try retain(retainedSize(entry))
            directories.append(([], try status(of: root, entry).inode, entry))
            return
        case .opaque:
            let folder = try parent(name, entry)
            try system(entry) { () throws(SyscallError) in try Overlay.setOpaque(RawPath("."), in: folder) }
            if name.parent.isEmpty { hidesLower = true }
            return
        case .whiteout, .node: break
        }
        guard let base = RawPath(name.base) else { throw refused(entry, "its name has a NUL in it") }
        if name.meaning == .whiteout { return try addWhiteout(base, try parent(name, entry), entry) }
        switch entry.kind {
        case .regular: try addFile(base, try parent(name, entry), entry, &tar)
        case .directory: try addDirectory(base, name, entry)
        case .symlink: try addSymlink(base, try parent(name, entry), entry)
        case .hardLink: try addHardLink(base, name, entry)
        case .fifo: try addFIFO(base, try parent(name, entry), entry)
        case .characterDevice where entry.deviceMajor == 0 && entry.deviceMinor == 0:
            throw refused(entry, "a character device 0:0 would delete a file of a lower layer")
        case .characterDevice, .blockDevice: skipped.devices += 1
        }
    }

    private func addWhiteout(_ base: RawPath, _ folder: Int32, _ entry: TarEntry) throws(ImageError) {
        try system(entry) { () throws(SyscallError) in
            do throws(SyscallError) {
                try Paths.makeWhiteout(base, in: folder)
            } catch  where error.isTaken {
                // This layer has it itself. A file hides the lower one anyway; a directory must be told to.
                guard try Paths.status(base, in: folder).kind == .directory else { return }
                try Overlay.setOpaque(base, in: folder)
            }
        }
    }

    private func addFile(
        _ base: RawPath, _ folder: Int32, _ entry: TarEntry, _ tar: inout TarReader<BlockInput>
    ) throws(ImageError) {
        let file = try making(base, folder, entry) { () throws(SyscallError) in
            SharedFile(try Paths.createFile(base, in: folder, mode: 0o600))
        }
        let descriptor = file.descriptor.raw
        try tar.withData { (bytes) throws(ImageError) in
            try system(entry) { () throws(SyscallError) in try Paths.write(descriptor, bytes) }
        }
        sizeBytes += Int64(entry.size)
        try setMetadata(of: descriptor, entry)
    }

    private func addDirectory(_ base: RawPath, _ name: EntryName, _ entry: TarEntry) throws(ImageError) {
        let folder = try parent(name, entry)
        var replaced = false
        do throws(SyscallError) {
            try Paths.makeDirectory(base, in: folder, mode: 0o700)
        } catch {
            guard error.isTaken else { throw .system(error, during: place(entry)) }
            let status = try system(entry) { () throws(SyscallError) in try Paths.status(base, in: folder) }
            if status.kind != .directory {
                replaced = true
                try discard(base, folder, status.kind, entry)
                try system(entry) { () throws(SyscallError) in
                    try Paths.makeDirectory(base, in: folder, mode: 0o700)
                    try Overlay.setOpaque(base, in: folder)
                }
            }
        }
        if replaced { parents.forget() }
        let inode = try system(entry) { () throws(SyscallError) in try Paths.status(base, in: folder).inode }
        let path = name.parent.isEmpty ? name.base : name.parent + [UInt8(ascii: "/")] + name.base
        try retain(retainedSize(entry))
        directories.append((path, inode, entry))
    }

    private func addSymlink(_ base: RawPath, _ folder: Int32, _ entry: TarEntry) throws(ImageError) {
        guard !entry.link.isEmpty, entry.link.count <= limits.nameBytes, let target = RawPath(entry.link) else {
            throw refused(entry, entry.link.isEmpty ? "it is a link to nothing" : "its link's target is too long")
        }
        try making(base, folder, entry) { () throws(SyscallError) in
            try Paths.makeSymlink(base, in: folder, to: target)
        }
        try setMetadata(ofNode: base, folder, entry, mode: false)
    }

    private func addFIFO(_ base: RawPath, _ folder: Int32, _ entry: TarEntry) throws(ImageError) {
        try making(base, folder, entry) { () throws(SyscallError) in
            try Paths.makeFIFO(base, in: folder, mode: 0o600)
        }
        try setMetadata(ofNode: base, folder, entry, mode: true)
    }

    private func addHardLink(_ base: RawPath, _ name: EntryName, _ entry: TarEntry) throws(ImageError) {
        let target = try entryName(entry.link, of: entry)
        guard target.meaning == .node, let targetBase = RawPath(target.base) else {
            throw refused(
                entry, "it is a hard link to \"\(String(decoding: entry.link, as: UTF8.self))\", which is no file")
        }
        let folder = try parent(name, entry)
        if let targetFolder = try resolving(
            entry, { () throws(ParentDirectories.Problem) in try parents.find(target.parent) })
        {
            let from = targetFolder.descriptor.raw
            let found = try? Paths.status(targetBase, in: from)  // missing: a lower layer's, below
            if let found, !found.isWhiteout {
                if found.kind == .directory { throw refused(entry, "it is a hard link to a directory") }
                if let there = try? Paths.status(base, in: folder), there.inode == found.inode { return }
                return try making(base, folder, entry) { () throws(SyscallError) in
                    try Paths.makeLink(base, in: folder, to: targetBase, in: from)
                }
            }
        }
        try retain(retainedSize(entry))
        needs.links.append(LateLink(path: entry.path, parent: name.parent, base: base, target: target))
    }

    /// Owners, modes and times of directories, now that nothing more is put into them. In the tar's order, so that of two
    /// entries for one directory the later wins. What was replaced since is told by its inode, and left alone.
    private func finishDirectories() throws(ImageError) {
        var explicit = Set<UInt64>()
        for (path, inode, entry) in directories {
            guard let name = RawPath(path.isEmpty ? [UInt8(ascii: ".")] : path) else { continue }
            let directory: SharedFile
            do throws(SyscallError) {
                directory = SharedFile(try Paths.openDirectory(name, inRoot: root.descriptor.raw))
            } catch {
                if error.isMissing || error.isNotDirectory || error.isLoop { continue }
                throw .system(error, during: place(entry))
            }
            guard try status(of: directory, entry).inode == inode else { continue }
            explicit.insert(inode)
            try setMetadata(of: directory.descriptor.raw, entry)
        }
        needs.implied = parents.implied.filter { !explicit.contains($0.inode) }
        directories = []
    }

    // MARK: -

    /// Makes a node; what has its name already is removed, since the later entry wins.
    private func making<R>(
        _ base: RawPath, _ folder: Int32, _ entry: TarEntry, _ make: () throws(SyscallError) -> R
    ) throws(ImageError) -> R {
        do throws(SyscallError) {
            return try make()
        } catch {
            guard error.isTaken else { throw .system(error, during: place(entry)) }
        }
        let status = try system(entry) { () throws(SyscallError) in try Paths.status(base, in: folder) }
        try discard(base, folder, status.kind, entry)
        return try system(entry, make)
    }

    private func discard(_ base: RawPath, _ folder: Int32, _ kind: NodeKind, _ entry: TarEntry) throws(ImageError) {
        if kind == .directory || kind == .symlink { parents.forget() }
        try system(entry) { () throws(SyscallError) in
            guard kind == .directory else { return try Paths.removeFile(base, in: folder) }
            discarded += 1
            try Paths.rename(base, in: folder, to: RawPath("\(discarded)"), in: trash.descriptor.raw)
        }
    }

    /// The directory an entry goes into. Directories it had to make count as entries, or a short name could cost 256.
    private func parent(_ name: EntryName, _ entry: TarEntry) throws(ImageError) -> Int32 {
        let before = parents.implied.count
        let folder = try resolving(entry) { () throws(ParentDirectories.Problem) in
            try parents.findOrMake(name.parent)
        }
        for made in parents.implied[before...] {
            try chargeEntry()
            try retain(made.path.count)
        }
        return folder.descriptor.raw
    }

    private func chargeEntry() throws(ImageError) {
        entries += 1
        if entries > limits.layerEntries {
            throw .overLimit(name, limit: "entries", allowed: Int64(limits.layerEntries))
        }
        try budget.chargeEntry()
    }

    private func retain(_ bytes: Int) throws(ImageError) {
        retained += bytes
        if retained > limits.retainedBytes {
            throw .overLimit(
                name, limit: "bytes of directory names and attributes", allowed: Int64(limits.retainedBytes))
        }
    }

    private func retainedSize(_ entry: TarEntry) -> Int {
        entry.path.count + entry.link.count + entry.attributes.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
    }

    private func resolving<R>(
        _ entry: TarEntry, _ body: () throws(ParentDirectories.Problem) -> R
    ) throws(ImageError) -> R {
        do throws(ParentDirectories.Problem) {
            return try body()
        } catch {
            throw refused(entry, error.sentence)
        }
    }

    private func entryName(_ path: [UInt8], of entry: TarEntry) throws(ImageError) -> EntryName {
        do throws(EntryName.Problem) {
            return try EntryName(path, limits: limits)
        } catch {
            throw refused(entry, error.sentence)
        }
    }

    private func status(of file: SharedFile, _ entry: TarEntry) throws(ImageError) -> FileStatus {
        try system(entry) { () throws(SyscallError) in try Paths.status(file.descriptor.raw) }
    }

    func countSkippedAttribute() { skipped.attributes += 1 }

    func refused(_ entry: TarEntry, _ problem: String) -> ImageError {
        .badEntry(layer: name, path: String(decoding: entry.path, as: UTF8.self), problem: problem)
    }

    func place(_ entry: TarEntry) -> String { "\(name): entry \"\(String(decoding: entry.path, as: UTF8.self))\"" }

    func system<R>(_ entry: TarEntry, _ body: () throws(SyscallError) -> R) throws(ImageError) -> R {
        do throws(SyscallError) { return try body() } catch { throw .system(error, during: place(entry)) }
    }
}
