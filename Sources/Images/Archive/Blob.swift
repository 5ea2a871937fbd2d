internal import Linux

/// A descriptor several owners read from.
final class SharedFile: Sendable {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
}

/// A stretch of a file that is a document or a layer: a member of the archive, or a file of a layout directory.
struct Blob: Sendable {
    let file: SharedFile
    let offset: Int64
    let size: Int64

    /// Bytes read from an offset in the blob; 0 at its end. A file cut short under us just ends early.
    func read(_ buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(ImageError) -> Int {
        let count = Int(min(Int64(buffer.count), size - position))
        if count <= 0 { return 0 }
        return try during("reading the archive") { () throws(SyscallError) in
            try Paths.read(
                file.descriptor.raw, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset + position)
        }
    }

    /// All of it, for documents.
    func contents(named name: String, limit: Int) throws(ImageError) -> [UInt8] {
        guard size <= Int64(limit) else { throw .overLimit(name, limit: "bytes", allowed: Int64(limit)) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        while filled < buffer.count {
            let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]), at: Int64(filled))
            if count == 0 { throw .badDocument(name, problem: "it ends early") }
            filled += count
        }
        return Array(buffer)
    }
}
