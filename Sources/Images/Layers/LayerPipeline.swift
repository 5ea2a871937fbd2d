internal import Foundation
internal import Linux

/// Unpacks one layer with three threads, so that reading and inflating, hashing, and writing files overlap:
///
///     read, hash as it is, inflate --> hash uncompressed --> parse tar, write files --+
///        ^                                                                            |
///        +------------------------- empty blocks -------------------------------------+
///
/// Blocks go round; there are a few of them, so a slow disk holds back the reader. The first stage that fails closes
/// all channels, and its error is the result. Hashing has a thread of its own because it costs about as much as writing.
final class LayerPipeline: @unchecked Sendable {
    private let empty = BlockChannel()
    private let inflated = BlockChannel()
    private let hashed = BlockChannel()
    private let lock = NSLock()
    private var failure: ImageError?

    private let blob: Blob
    private let name: String
    private let limits: ImportLimits
    private let budget: ImportBudget

    /// Digest of the uncompressed layer, once `run` returned.
    private(set) var diffID: Digest?
    /// Digest of the layer as it is in the archive, if `run` was asked for it.
    private(set) var blobDigest: Digest?

    init(_ blob: Blob, name: String, limits: ImportLimits, budget: ImportBudget) {
        self.blob = blob
        self.name = name
        self.limits = limits
        self.budget = budget
        for _ in 0..<8 { empty.send(Block()) }
    }

    /// Runs `write` on the calling thread with the layer's uncompressed bytes. When it returns, they were read to the
    /// end and the digests are known.
    func run(
        hashBlob: Bool, _ write: (BlockInput) throws(ImageError) -> Void
    ) throws(ImageError) {
        let stages = DispatchGroup()
        start(stages) { () throws(ImageError) in try self.inflate(hashBlob: hashBlob) }
        start(stages) { () throws(ImageError) in self.hash() }
        do throws(ImageError) {
            let input = BlockInput(from: hashed, returningTo: empty)
            try write(input)
            // What comes after the tar's end mark counts for the digest.
            while try !input.next(Int.max).isEmpty {}
        } catch {
            fail(error)
        }
        stages.wait()
        if let failure = lock.withLock({ failure }) { throw failure }
    }

    private func start(_ group: DispatchGroup, _ stage: @escaping @Sendable () throws(ImageError) -> Void) {
        group.enter()
        Thread.detachNewThread {
            do throws(ImageError) {
                try stage()
            } catch {
                self.fail(error)
            }
            group.leave()
        }
    }

    private func fail(_ error: ImageError) {
        lock.withLock { if failure == nil { failure = error } }
        for channel in [empty, inflated, hashed] { channel.abandon() }
    }

    private func hash() {
        let hasher = Hasher256()
        while let block = inflated.receive() {
            hasher.update(block.filled)
            hashed.send(block)
        }
        diffID = hasher.finish()
        hashed.close()
    }

    private func inflate(hashBlob: Bool) throws(ImageError) {
        let source = BlobDecompressor(blob, name: name, limits: limits, hash: hashBlob)
        var written: Int64 = 0
        var consumed: Int64 = 0
        while let block = empty.receive() {
            block.count = try source.fill(block.bytes)
            if block.count == 0 { break }
            written += Int64(block.count)
            try check(written, from: source.consumed)
            try budget.chargeBytes(block.count)
            budget.consumed(Int(source.consumed - consumed))
            consumed = source.consumed
            inflated.send(block)
        }
        blobDigest = source.digest
        inflated.close()
    }

    private func check(_ written: Int64, from consumed: Int64) throws(ImageError) {
        if written > limits.layerBytes {
            throw .overLimit(name, limit: "unpacked bytes", allowed: limits.layerBytes)
        }
        if written > limits.ratioStartBytes, written / max(consumed, 1) > limits.ratio {
            throw .overLimit(name, limit: "times its compressed size", allowed: limits.ratio)
        }
    }
}

/// The uncompressed bytes of a layer as the tar reader wants them. Gives blocks back when it is through with them.
final class BlockInput: TarInput {
    private let source: BlockChannel
    private let empty: BlockChannel
    private var block: Block?
    private var offset = 0
    private(set) var position: UInt64 = 0

    init(from source: BlockChannel, returningTo empty: BlockChannel) {
        self.source = source
        self.empty = empty
    }

    func next(_ limit: Int) throws(ImageError) -> UnsafeRawBufferPointer {
        if let done = block, offset == done.count {
            empty.send(done)
            block = nil
        }
        if block == nil {
            block = source.receive()
            offset = 0
        }
        guard let block else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let count = min(limit, block.count - offset)
        defer {
            offset += count
            position += UInt64(count)
        }
        return UnsafeRawBufferPointer(rebasing: block.filled[offset..<offset + count])
    }

    func skip(_ count: UInt64) throws(ImageError) -> Bool {
        var rest = count
        while rest > 0 {
            let piece = try next(Int(min(rest, 1 << 30)))
            if piece.isEmpty { return false }
            rest -= UInt64(piece.count)
        }
        return true
    }
}
