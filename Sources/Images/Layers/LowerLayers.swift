internal import Linux

/// Completes a layer with what it takes from the layers below it: the target of a hard link, and the metadata of
/// directories it has files in but no entry for. The latter is what containerd does (`WithParents` in its archive
/// package); without it a directory of mode 1777 would become 0755 for every image whose tar leaves it out.
struct LowerLayers {
    /// The layer itself first, then those below it, topmost first.
    private let stack: [SharedFile]
    private let layer: String
    /// Links followed on one way, as the kernel counts them.
    private static let mostLinks = 40

    init(layer: String, root: SharedFile, below: [SharedFile]) {
        self.layer = layer
        stack = [root] + below
    }

    /// Returns the bytes of the files copied.
    func settle(_ needs: LayerUnpacker.Needs) throws(ImageError) -> Int64 {
        var copied: Int64 = 0
        for link in needs.links { copied += try settle(link) }
        for directory in needs.implied { try settle(directory) }
        return copied
    }

    private func settle(_ link: LayerUnpacker.LateLink) throws(ImageError) -> Int64 {
        let path = String(decoding: link.path, as: UTF8.self)
        let problem = ImageError.badEntry(
            layer: layer, path: path,
            problem: "it is a hard link to \"\(text(link.target))\", which no layer has")
        var parents = ParentDirectories(root: stack[0])
        let folder: SharedFile?
        do throws(ParentDirectories.Problem) {
            folder = try parents.find(link.parent)
        } catch {
            throw .badEntry(layer: layer, path: path, problem: error.sentence)
        }
        // Replaced by a later entry: nothing to do.
        guard let folder else { return 0 }
        guard let target = RawPath(link.target.base),
            let source = try find(link.target.parent, target)
        else { throw problem }
        return try during("\(layer): entry \"\(path)\"") { () throws(SyscallError) in
            do throws(SyscallError) {
                if source.isOwn {
                    try Paths.makeLink(
                        link.base, in: folder.descriptor.raw, to: target, in: source.folder.descriptor.raw)
                    return 0
                }
                return try copy(target, in: source.folder.descriptor.raw, to: link.base, in: folder.descriptor.raw)
            } catch  where error.isTaken {
                // A later entry of the same name won already.
                return 0
            }
        }
    }

    private func text(_ name: EntryName) -> String {
        String(decoding: name.parent.isEmpty ? name.base : name.parent + [UInt8(ascii: "/")] + name.base, as: UTF8.self)
    }

    private func copy(
        _ name: RawPath, in folder: Int32, to newName: RawPath, in newFolder: Int32
    ) throws(SyscallError) -> Int64 {
        let status = try Paths.status(name, in: folder)
        switch status.kind {
        case .symlink:
            if let target = RawPath(try Paths.readLink(name, in: folder)) {
                try Paths.makeSymlink(newName, in: newFolder, to: target)
                try Paths.setOwner(newName, in: newFolder, user: status.user, group: status.group)
                try Paths.setTime(newName, in: newFolder, status.modified)
            }
            return 0
        case .fifo:
            try Paths.makeFIFO(newName, in: newFolder, mode: 0o600)
            try Paths.setOwner(newName, in: newFolder, user: status.user, group: status.group)
            try Paths.setMode(newName, in: newFolder, status.mode)
            return 0
        default: break
        }
        let source = try Paths.openFile(name, in: folder)
        let file = try Paths.createFile(newName, in: newFolder, mode: 0o600)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count = try Paths.read(source.raw, buffer)
            if count == 0 { break }
            try Paths.write(file.raw, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
        }
        try copyMetadata(from: source.raw, status, to: file.raw)
        return status.size
    }

    private func copyMetadata(from source: Int32, _ status: FileStatus, to target: Int32) throws(SyscallError) {
        try Paths.setOwner(target, user: status.user, group: status.group)
        for name in try Paths.attributeNames(source) where !name.hasPrefix("trusted.overlay.") {
            guard let value = try Paths.attribute(source, name) else { continue }
            try Paths.setAttribute(target, name, value)
        }
        try Paths.setMode(target, status.mode)
        try Paths.setTime(target, status.modified)
    }

    private func settle(_ directory: ParentDirectories.Implied) throws(ImageError) {
        try during("\(layer): directory \"\(String(decoding: directory.path, as: UTF8.self))\"") {
            () throws(SyscallError) in
            guard let path = RawPath(directory.path) else { return }
            let own: OwnedDescriptor
            do throws(SyscallError) {
                own = try Paths.openDirectory(path, inRoot: stack[0].descriptor.raw)
            } catch {
                if error.isMissing || error.isNotDirectory || error.isLoop { return }
                throw error
            }
            guard try Paths.status(own.raw).inode == directory.inode else { return }
            guard try !Overlay.isOpaque(own.raw), let lower = try lowerDirectory(directory.path) else {
                try Paths.setMode(own.raw, 0o755)
                return try Paths.setTime(own.raw, FileTime(seconds: 0))
            }
            try copyMetadata(from: lower.descriptor.raw, try Paths.status(lower.descriptor.raw), to: own.raw)
        }
    }

    /// A directory of one layer, and whether that is the layer being completed.
    private struct Part {
        let folder: SharedFile
        let isOwn: Bool
    }

    /// The topmost directory of that name below this layer, by names alone: that is what overlayfs merges it with.
    private func lowerDirectory(_ path: [UInt8]) throws(SyscallError) -> SharedFile? {
        var level = stack.dropFirst().map { Part(folder: $0, isOwn: false) }
        for part in path.split(separator: UInt8(ascii: "/")) {
            guard let name = RawPath(part), case .directories(let next) = try descend(level, name) else { return nil }
            level = next
        }
        return level.first?.folder
    }

    private enum Found {
        case nothing
        /// The same directory in several layers, topmost first.
        case directories([Part])
        /// Not a directory, and the one that has it.
        case node(Part, NodeKind)
    }

    /// One name in a merged directory, as overlayfs looks it up.
    private func descend(_ level: [Part], _ name: RawPath) throws(SyscallError) -> Found {
        var found: [Part] = []
        for part in level {
            let status: FileStatus
            do throws(SyscallError) {
                status = try Paths.status(name, in: part.folder.descriptor.raw)
            } catch {
                if error.isMissing { continue }
                throw error
            }
            if status.kind != .directory {
                if found.isEmpty, !status.isWhiteout { return .node(part, status.kind) }
                break
            }
            let directory = SharedFile(try Paths.openDirectory(name, in: part.folder.descriptor.raw))
            found.append(Part(folder: directory, isOwn: part.isOwn))
            if try Overlay.isOpaque(directory.descriptor.raw) { break }
        }
        return found.isEmpty ? .nothing : .directories(found)
    }

    /// The directory that has a file of the merged image; links on the way are followed inside it.
    private func find(_ parent: [UInt8], _ base: RawPath) throws(ImageError) -> Part? {
        try during(layer) { () throws(SyscallError) in
            let root = stack.enumerated().map { Part(folder: $1, isOwn: $0 == 0) }
            var pending = Array(parent.split(separator: UInt8(ascii: "/")).reversed())
            var ways = [root]
            var links = 0
            while let part = pending.popLast() {
                if part == [UInt8(ascii: ".")] { continue }
                if part == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                    if ways.count > 1 { ways.removeLast() }
                    continue
                }
                guard let name = RawPath(part) else { return nil }
                switch try descend(ways.last!, name) {
                case .directories(let next): ways.append(next)
                case .node(let place, .symlink):
                    links += 1
                    if links > Self.mostLinks { return nil }
                    let target = try Paths.readLink(name, in: place.folder.descriptor.raw)
                    if target.first == UInt8(ascii: "/") { ways = [root] }
                    pending.append(contentsOf: target.split(separator: UInt8(ascii: "/")).reversed())
                case .nothing, .node: return nil
                }
            }
            guard case .node(let place, let kind) = try descend(ways.last!, base),
                [.regular, .symlink, .fifo].contains(kind)
            else { return nil }
            return place
        }
    }
}
