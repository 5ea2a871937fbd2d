internal import Linux

/// Reads a blob from start to end, decompressed if it is compressed. One thread.
final class BlobDecompressor {
    private let blob: Blob
    private let name: String
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)
    private var held = 0..<0
    private var inflater: (any Inflater)?
    private let hasher: Hasher256?
    private var isAtEnd = false
    /// Bytes of the blob read so far.
    private(set) var consumed: Int64 = 0
    /// Of the blob as it is, once it was read to its end, when asked for.
    private(set) var digest: Digest?
    private var compression: Compression?
    private let windowLog: Int32

    init(_ blob: Blob, name: String, limits: ImportLimits, hash: Bool) {
        self.blob = blob
        self.name = name
        hasher = hash ? Hasher256() : nil
        windowLog = limits.zstdWindowLog
    }

    deinit { buffer.deallocate() }

    /// Fills the buffer as far as there is data; 0 at the end.
    func fill(_ output: UnsafeMutableRawBufferPointer) throws(ImageError) -> Int {
        var written = 0
        while written < output.count {
            let room = UnsafeMutableRawBufferPointer(rebasing: output[written...])
            let count = try step(into: room)
            if count == 0 { break }
            written += count
        }
        return written
    }

    /// At least one byte, or 0 at the end.
    private func step(into room: UnsafeMutableRawBufferPointer) throws(ImageError) -> Int {
        if compression == nil {
            try refill()
            detect()
        }
        guard let inflater else { return try plain(into: room) }
        while true {
            let input = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[held])
            let result: (taken: Int, written: Int)
            do throws(InflateProblem) {
                result = try inflater.inflate(input, into: room)
            } catch {
                throw .badCompression(name, problem: error.sentence)
            }
            held = held.dropFirst(result.taken)
            if result.written > 0 { return result.written }
            if held.isEmpty {
                try refill()
                if held.isEmpty {
                    guard inflater.isComplete else { throw .badCompression(name, problem: "it ends early") }
                    return 0
                }
            } else if result.taken == 0, !inflater.isComplete {
                throw .badCompression(name, problem: "it does not go on")
            }
        }
    }

    private func detect() {
        let compression = Compression(magic: buffer[held])
        switch compression {
        case .none: break
        case .gzip: inflater = GzipInflater()
        case .zstd: inflater = ZstdInflater(windowLog: windowLog)
        }
        self.compression = compression
    }

    private func plain(into room: UnsafeMutableRawBufferPointer) throws(ImageError) -> Int {
        if !held.isEmpty {
            let count = min(held.count, room.count)
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[held.prefix(count)]))
            held = held.dropFirst(count)
            return count
        }
        return try read(into: room)
    }

    private func refill() throws(ImageError) { held = 0..<(try read(into: buffer)) }

    private func read(into room: UnsafeMutableRawBufferPointer) throws(ImageError) -> Int {
        if isAtEnd { return 0 }
        let count = try blob.read(room, at: consumed)
        if count == 0 {
            isAtEnd = true
            if consumed < blob.size { throw .badCompression(name, problem: "the archive became shorter meanwhile") }
            digest = hasher?.finish()
        }
        hasher?.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
        consumed += Int64(count)
        return count
    }
}
