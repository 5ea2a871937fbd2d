import Kube
import Testing

struct WebSocketFrameTests {
    private static let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    private func all(_ bytes: [UInt8], pieces: Int = .max, expectsMask: Bool = false, limit: Int = 1 << 20) throws
        -> [WebSocketFrame]
    {
        var reader = WebSocketReader(expectsMask: expectsMask, limit: limit)
        var frames: [WebSocketFrame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.append(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            while let frame = try reader.next() { frames.append(frame) }
        }
        return frames
    }

    @Test func `the examples of RFC 6455`() throws {
        let hello = WebSocketFrame(.text, Array("Hello".utf8))
        #expect(hello.encoded() == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        #expect(hello.encoded(mask: Self.mask) == masked)
        #expect(try all(masked, expectsMask: true) == [hello])
        #expect(try all([0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]) == [hello])
    }

    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536, 100_000])
    func `a frame of any length is read as it was written, in whatever pieces it comes`(_ count: Int) throws {
        let frame = WebSocketFrame(.binary, (0..<count).map { UInt8(truncatingIfNeeded: $0) })
        for pieces in [7, 1000, Int.max] {
            #expect(try all(frame.encoded(), pieces: pieces) == [frame])
            #expect(try all(frame.encoded(mask: Self.mask), pieces: pieces, expectsMask: true) == [frame])
        }
    }

    @Test func `a control frame may come in the middle of a message`() throws {
        let bytes =
            WebSocketFrame(.binary, [1], isFinal: false).encoded() + WebSocketFrame(.ping, [9]).encoded()
            + WebSocketFrame(.continuation, [2]).encoded()
        #expect(try all(bytes) == [WebSocketFrame(.ping, [9]), WebSocketFrame(.binary, [1, 2])])
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var expectsMask = false
        var error: WebSocketError
    }

    @Test(arguments: [
        Bad(testDescription: "bits that nobody agreed on", bytes: [0xc1, 0], error: .unknownFrame),
        Bad(testDescription: "a kind that is not defined", bytes: [0x83, 0], error: .unknownFrame),
        Bad(testDescription: "a client that does not mask", bytes: [0x81, 0], expectsMask: true, error: .maskMismatch),
        Bad(testDescription: "a server that does", bytes: [0x81, 0x80, 1, 2, 3, 4], error: .maskMismatch),
        Bad(testDescription: "a ping in pieces", bytes: [0x09, 0], error: .outOfOrder),
        Bad(testDescription: "a long ping", bytes: [0x89, 126, 0, 200], error: .outOfOrder),
        Bad(testDescription: "a continuation of nothing", bytes: [0x80, 0], error: .outOfOrder),
        Bad(testDescription: "a message in a message", bytes: [0x01, 0, 0x01, 0], error: .outOfOrder),
        Bad(
            testDescription: "a frame beyond the limit", bytes: [0x82, 127, 0, 0, 0, 0, 0, 0x20, 0, 0],
            error: .tooLong(0x200000)),
        Bad(
            testDescription: "a length that no memory has", bytes: [0x82, 127] + Array(repeating: 0xff, count: 8),
            error: .tooLong(.max)),
    ])
    func `what is no WebSocket is refused before it costs memory`(_ row: Bad) {
        #expect(throws: row.error) { try all(row.bytes, expectsMask: row.expectsMask) }
    }

    @Test func `a message of many small pieces is bounded as a whole`() {
        let piece = WebSocketFrame(.continuation, Array(repeating: 0, count: 60), isFinal: false).encoded()
        let bytes = WebSocketFrame(.binary, [], isFinal: false).encoded() + piece + piece
        #expect(throws: WebSocketError.tooLong(120)) { try all(bytes, limit: 100) }
    }

    @Test func `a size is written as client-go writes it`() throws {
        #expect(
            try KubeJSON.decode(TerminalSize.self, from: Array(#"{"Width":80,"Height":24}"#.utf8))
                == TerminalSize(width: 80, height: 24))
    }
}
