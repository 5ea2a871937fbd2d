internal import Foundation

/// A stretch of a layer on its way through the pipeline. One stage has it at a time.
final class Block: @unchecked Sendable {
    static let capacity = 512 * 1024
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 4096)
    var count = 0

    deinit { bytes.deallocate() }

    var filled: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]) }
}

/// Hands blocks from one thread to the next, in order. Unbounded itself; the number of blocks in circulation is the bound.
final class BlockChannel: @unchecked Sendable {
    private let condition = NSCondition()
    private var blocks: [Block] = []
    private var isClosed = false

    func send(_ block: Block) {
        condition.lock()
        blocks.append(block)
        condition.signal()
        condition.unlock()
    }

    /// Waits for a block; nil when the channel is closed and empty.
    func receive() -> Block? {
        condition.lock()
        defer { condition.unlock() }
        while blocks.isEmpty && !isClosed { condition.wait() }
        return blocks.isEmpty ? nil : blocks.removeFirst()
    }

    /// No more blocks come.
    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }

    /// Nobody wants what is still in it.
    func abandon() {
        condition.lock()
        isClosed = true
        blocks = []
        condition.broadcast()
        condition.unlock()
    }
}
