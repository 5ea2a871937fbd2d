internal import Linux

/// Bytes of a tar, in order.
protocol TarInput: AnyObject {
    /// What is at hand next, at most `limit` bytes and at least one; empty at the end. Valid until the next call.
    func next(_ limit: Int) throws(ImageError) -> UnsafeRawBufferPointer
    /// Steps over bytes; false when the input ends before.
    func skip(_ count: UInt64) throws(ImageError) -> Bool
    /// Bytes taken so far.
    var position: UInt64 { get }
}

/// A tar in a stretch of a regular file; members we do not look into are not read.
final class FileInput: TarInput {
    private let blob: Blob
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 64)
    private var held = 0..<0
    private(set) var position: UInt64 = 0

    init(_ blob: Blob) { self.blob = blob }

    deinit { buffer.deallocate() }

    func next(_ limit: Int) throws(ImageError) -> UnsafeRawBufferPointer {
        if held.isEmpty {
            held = 0..<(try blob.read(buffer, at: Int64(position)))
        }
        let part = held.prefix(limit)
        held = held.dropFirst(part.count)
        position += UInt64(part.count)
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[part])
    }

    func skip(_ count: UInt64) throws(ImageError) -> Bool {
        guard count <= UInt64(blob.size) - position else { return false }
        held = held.dropFirst(Int(min(count, UInt64(held.count))))
        position += count
        return true
    }
}
