internal import CISAL
internal import CZstd

/// How bytes are packed, told by their first bytes; media types lie, and `docker save` writes none.
enum Compression: Sendable, Hashable {
    case none, gzip, zstd

    init(magic bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(4))
        switch start {
        case _ where start.starts(with: [0x1f, 0x8b]): self = .gzip
        case [0x28, 0xb5, 0x2f, 0xfd]: self = .zstd
        // A skippable frame, which may come first in a zstd stream: 0x184D2A50 to 5F, little-endian.
        case _ where start.count == 4 && start[0] & 0xf0 == 0x50 && start[1...] == [0x2a, 0x4d, 0x18]: self = .zstd
        default: self = .none
        }
    }
}

/// A decompressor that is handed input and output and says how far it came.
protocol Inflater: AnyObject {
    /// Moves on; returns bytes taken and bytes written. `isEnd` says there is no more input after this.
    func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(InflateProblem) -> (taken: Int, written: Int)
    /// True between two members or frames, where input may end.
    var isComplete: Bool { get }
}

struct InflateProblem: Error { let sentence: String }

/// gzip by ISA-L, one or more members, each with CRC-32 and length checked by the library.
final class GzipInflater: Inflater {
    private let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
    private var isBetweenMembers = true
    private var sawMember = false

    init() {
        isal_inflate_init(state)
        state.pointee.crc_flag = UInt32(ISAL_GZIP)
    }

    deinit { state.deallocate() }

    var isComplete: Bool { sawMember && isBetweenMembers }

    func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(InflateProblem) -> (taken: Int, written: Int) {
        if isBetweenMembers {
            if input.isEmpty { return (0, 0) }
            isal_inflate_reset(state)
            state.pointee.crc_flag = UInt32(ISAL_GZIP)
            isBetweenMembers = false
            sawMember = true
        }
        let inputCount = min(input.count, Int(UInt32.max))
        state.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        state.pointee.avail_in = UInt32(inputCount)
        state.pointee.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(output.count)
        let result = isal_inflate(state)
        guard result == ISAL_DECOMP_OK || result == ISAL_END_INPUT || result == ISAL_OUT_OVERFLOW else {
            throw InflateProblem(sentence: Self.sentence(result))
        }
        if state.pointee.block_state == ISAL_BLOCK_FINISH { isBetweenMembers = true }
        return (inputCount - Int(state.pointee.avail_in), output.count - Int(state.pointee.avail_out))
    }

    private static func sentence(_ result: Int32) -> String {
        switch result {
        case ISAL_INCORRECT_CHECKSUM: "its gzip checksum is wrong"
        case ISAL_INVALID_WRAPPER: "it has something else than gzip where a gzip header should be"
        case ISAL_UNSUPPORTED_METHOD: "its gzip method is not deflate"
        default: "its gzip data is damaged"
        }
    }
}

/// zstd, one or more frames, skippable ones skipped, with a bound on the memory a frame may demand.
final class ZstdInflater: Inflater {
    private let stream: OpaquePointer
    private(set) var isComplete = true

    init(windowLog: Int32) {
        guard let stream = ZSTD_createDStream() else { fatalError("no memory for a zstd stream") }
        self.stream = stream
        _ = ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, windowLog)
    }

    deinit { _ = ZSTD_freeDStream(stream) }

    func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(InflateProblem) -> (taken: Int, written: Int) {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var sink = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(stream, &sink, &source)
        if ZSTD_isError(result) != 0 {
            throw InflateProblem(sentence: "zstd says \(String(cString: ZSTD_getErrorName(result)).lowercased())")
        }
        // With no input and nothing written the library only repeats that it waits for a new frame.
        if source.pos > 0 || sink.pos > 0 { isComplete = result == 0 }
        return (source.pos, sink.pos)
    }
}
