import CISAL
import Hummingbird
import Kube
import NIOCore

/// Compresses one answer (RFC 1952), piece by piece. Fast rather than small: the other end is mostly on this host.
final class Gzip {
    /// Smaller answers are sent as they are (upstream's `defaultGzipThresholdBytes`).
    static let threshold = 128 * 1024

    private let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
    private let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(stint_isal_level1_buffer))

    init() {
        isal_deflate_init(stream)
        stream.pointee.level = 1
        stream.pointee.level_buf = memory
        stream.pointee.level_buf_size = stint_isal_level1_buffer
        stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
        stream.pointee.flush = UInt16(NO_FLUSH)
    }

    deinit {
        stream.deallocate()
        memory.deallocate()
    }

    /// What there is to send after this piece; may be empty.
    func compress(_ piece: ByteBuffer, isLast: Bool) throws(Status) -> ByteBuffer {
        var input = piece
        var output = ByteBuffer()
        output.reserveCapacity(piece.readableBytes / 3 + 1024)
        stream.pointee.end_of_stream = isLast ? 1 : 0
        let failure = input.readWithUnsafeMutableReadableBytes { bytes -> (Int, Int32) in
            stream.pointee.next_in = bytes.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_in = UInt32(bytes.count)
            var result: Int32 = 0
            repeat {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 * 1024) { room in
                    stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(clamping: room.count)
                    let offered = Int(stream.pointee.avail_out)
                    result = isal_deflate(stream)
                    return offered - Int(stream.pointee.avail_out)
                }
            } while result == 0 && stream.pointee.avail_out == 0
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
            return (bytes.count, result)
        }
        guard failure == 0 else { throw Status.internalError("the answer cannot be compressed: \(failure)") }
        return output
    }

    static func compress(_ whole: ByteBuffer) throws(Status) -> ByteBuffer { try Gzip().compress(whole, isLast: true) }

    /// Back again; only for what `compress` made.
    static func expand(_ compressed: ByteBuffer, size: Int) throws(Status) -> ByteBuffer {
        let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
        defer { state.deallocate() }
        isal_inflate_init(state)
        state.pointee.crc_flag = UInt32(ISAL_GZIP)
        var input = compressed
        var output = ByteBuffer()
        let result = input.readWithUnsafeMutableReadableBytes { bytes -> (Int, Int32) in
            state.pointee.next_in = bytes.bindMemory(to: UInt8.self).baseAddress
            state.pointee.avail_in = UInt32(bytes.count)
            var result: Int32 = 0
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { room in
                state.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                state.pointee.avail_out = UInt32(size)
                result = isal_inflate(state)
                return size - Int(state.pointee.avail_out)
            }
            return (bytes.count, result)
        }
        guard result == 0, output.readableBytes == size else {
            throw Status.internalError("the answer cannot be expanded: \(result)")
        }
        return output
    }

    /// Whether a client takes gzip (RFC 9110, `Accept-Encoding`).
    static func isAccepted(by request: Request) -> Bool {
        guard let header = request.headers[.acceptEncoding] else { return false }
        return header.split(separator: ",").contains { clause in
            let words = clause.split(separator: ";").map { MediaType.trimmed($0).lowercased() }
            return words.first == "gzip" && !words.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }
}

extension Response {
    /// Says that the body is compressed, and that it might not have been.
    mutating func markCompressed() {
        headers[.contentEncoding] = "gzip"
        headers[.vary] = "Accept-Encoding"
    }
}
