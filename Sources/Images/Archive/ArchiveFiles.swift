internal import Linux

/// The files of an archive or layout by name.
protocol ArchiveFiles: Sendable {
    /// What the messages call it.
    var name: String { get }
    /// Nil when there is no such regular file. Never one outside.
    func file(_ path: String) throws(ImageError) -> Blob?
}

extension ArchiveFiles {
    func require(_ path: String, neededBy document: String) throws(ImageError) -> Blob {
        guard let blob = try file(path) else { throw .missingFile(path, neededBy: document) }
        return blob
    }
}

/// An unpacked archive.
struct DirectoryFiles: ArchiveFiles {
    let name: String
    private let directory: SharedFile

    init(_ path: String) throws(ImageError) {
        name = path
        directory = SharedFile(
            try during("opening the image") { () throws(SyscallError) in try Paths.openDirectory(path) })
    }

    func file(_ path: String) throws(ImageError) -> Blob? {
        guard let raw = RawPath(path.utf8) else { return nil }
        do throws(SyscallError) {
            let file = SharedFile(try Paths.openFile(raw, beneath: directory.descriptor.raw))
            let status = try Paths.status(file.descriptor.raw)
            guard status.kind == .regular else { return nil }
            return Blob(file: file, offset: 0, size: status.size)
        } catch {
            if error.isMissing || error.isNotDirectory { return nil }
            if error.leavesDirectory { throw .badDocument(name, problem: "\"\(path)\" leads out of it") }
            throw .system(error, during: name)
        }
    }
}

/// A tar in a regular file. One pass over its headers; the members stay where they are.
struct TarFiles: ArchiveFiles {
    private enum Member {
        case file(offset: Int64, size: Int64)
        /// `docker save` and podman write a layer that several images have once, and links for the others.
        case link(String)
    }

    let name: String
    private let blob: Blob
    private var members: [String: Member] = [:]

    init(_ blob: Blob, name: String, limits: ImportLimits) throws(ImageError) {
        self.name = name
        self.blob = blob
        let input = FileInput(blob)
        var tar = TarReader(input, name: name, limits: limits, demandsEnd: true)
        var count = 0
        while let entry = try tar.next() {
            count += 1
            if count > limits.archiveMembers {
                throw .overLimit(name, limit: "members", allowed: Int64(limits.archiveMembers))
            }
            guard let path = Self.clean(entry.path) else { continue }
            let member: Member
            switch entry.kind {
            case .regular: member = .file(offset: Int64(input.position), size: Int64(entry.size))
            case .symlink:
                // Relative to where the link is.
                let folder = Array(path.utf8.reversed().drop { $0 != UInt8(ascii: "/") }.reversed())
                guard let target = Self.clean(folder + entry.link) else { continue }
                member = .link(target)
            case .hardLink:
                guard let target = Self.clean(entry.link) else { continue }
                member = .link(target)
            default: continue
            }
            // One name with two contents: whoever reads the other one sees another image.
            if members.updateValue(member, forKey: path) != nil {
                throw .badTar(name, problem: "it has \"\(path)\" twice")
            }
        }
    }

    func file(_ path: String) throws(ImageError) -> Blob? {
        guard var path = Self.clean(Array(path.utf8)) else {
            throw .badDocument(name, problem: "\"\(path)\" leads out of it")
        }
        for _ in 0..<8 {
            switch members[path] {
            case nil: return nil
            case .file(let offset, let size): return Blob(file: blob.file, offset: blob.offset + offset, size: size)
            case .link(let target): path = target
            }
        }
        return nil
    }

    /// Without `.` and `..`; nil for what climbs out.
    private static func clean(_ path: [UInt8]) -> String? {
        var parts: [ArraySlice<UInt8>] = []
        for part in path.split(separator: UInt8(ascii: "/")) where part != [UInt8(ascii: ".")] {
            if part == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                if parts.popLast() == nil { return nil }
            } else {
                parts.append(part)
            }
        }
        return String(decoding: Array(parts.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
    }
}
