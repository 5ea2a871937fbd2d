import Foundation
import NIOCore

/// A directory as a request body: the tar archive of its files and symbolic links, made while it is being sent.
///
/// The list is taken once, with the sizes, so that the length is known before the first byte. A file that has another
/// length when its turn comes ends the request: the archive would be wrong from there on.
actor DirectoryBody: BodySource {
    private var members: ArraySlice<(header: TarHeader, path: String)>
    private var current: (file: FileBody, header: TarHeader, remaining: Int)?
    private var hasEnded = false
    private let onRead: @Sendable (Int) -> Void

    /// Bytes of the whole archive.
    nonisolated let length: Int

    init(_ directory: String, onRead: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        var found: [(header: TarHeader, path: String)] = []
        let files = FileManager.default
        for name in try files.subpathsOfDirectory(atPath: directory).sorted() {
            let path = "\(directory)/\(name)"
            let attributes = try files.attributesOfItem(atPath: path)
            switch attributes[.type] as? FileAttributeType {
            case .typeRegular?:
                found.append((TarHeader(name: name, kind: .file(size: attributes[.size] as? Int ?? 0)), path))
            case .typeSymbolicLink?:
                let target = try files.destinationOfSymbolicLink(atPath: path)
                found.append((TarHeader(name: name, kind: .symbolicLink(target: target)), path))
            default: continue  // an image's directory holds nothing else that matters
            }
        }
        members = found[...]
        length = found.reduce(TarHeader.end.count) { sum, member in
            guard case .file(let size) = member.header.kind else { return sum + member.header.bytes.count }
            return sum + member.header.bytes.count + size + TarHeader.padding(after: size)
        }
        self.onRead = onRead
    }

    func next() async throws -> ByteBuffer? {
        let piece = try await nextPiece()
        if let piece { onRead(piece.readableBytes) }
        return piece
    }

    private func nextPiece() async throws -> ByteBuffer? {
        if let (file, header, remaining) = current { return try await content(of: file, header, remaining) }
        guard let (header, path) = members.popFirst() else {
            defer { hasEnded = true }
            return hasEnded ? nil : ByteBuffer(bytes: TarHeader.end)
        }
        if case .file(let size) = header.kind {
            guard let handle = FileHandle(forReadingAtPath: path) else { throw Failure("\(path) cannot be read") }
            current = (FileBody(handle), header, size)
        }
        return ByteBuffer(bytes: header.bytes)
    }

    /// The next piece of a file; its last one brings the padding along.
    private func content(of file: FileBody, _ header: TarHeader, _ remaining: Int) async throws -> ByteBuffer? {
        var piece = try await file.next() ?? ByteBuffer()
        let isAtEnd = piece.readableBytes == 0
        guard piece.readableBytes <= remaining, isAtEnd == (remaining == 0) else {
            throw Failure("\(header.name) changed while it was being sent")
        }
        guard isAtEnd, case .file(let size) = header.kind else {
            current = (file, header, remaining - piece.readableBytes)
            return piece
        }
        current = nil
        piece.writeRepeatingByte(0, count: TarHeader.padding(after: size))
        return piece.readableBytes > 0 ? piece : try await nextPiece()
    }
}
