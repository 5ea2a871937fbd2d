import NIOCore
import NIOHTTP1

/// The daemon's answer, read as it arrives.
struct APIResponse {
    let head: HTTPResponseHead
    private var parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
    private let path: String
    private var isComplete = false

    init(
        head: HTTPResponseHead, parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator, path: String
    ) {
        self.head = head
        self.parts = parts
        self.path = path
    }

    /// The next piece of the body, nil at its end. Throws when the connection ends before the body does.
    mutating func next() async throws -> ByteBuffer? {
        while !isComplete {
            switch try await nextPart() {
            case .body(let piece): return piece
            case .end: isComplete = true
            case .head: continue
            case nil:
                try Task.checkCancellation()
                throw ConnectionError.cut(path)
            }
        }
        return nil
    }

    private mutating func nextPart() async throws -> HTTPClientResponsePart? {
        do {
            return try await parts.next()
        } catch is HTTPParserError {
            throw ConnectionError.cut(path)
        } catch is IOError {
            throw ConnectionError.cut(path)
        }
    }

    /// The whole body.
    mutating func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() { bytes.append(contentsOf: piece.readableBytesView) }
        return bytes
    }

    /// The next line of a body of lines, without its newline; nil at the end. A last line without newline counts.
    mutating func line(from lines: inout LineBuffer) async throws -> [UInt8]? {
        while true {
            if let line = lines.take() { return line }
            guard let piece = try await next() else { return lines.takeRest() }
            lines.append(piece.readableBytesView)
        }
    }
}

/// Cuts bytes into lines, whatever pieces they arrive in.
struct LineBuffer {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Bytes before this index were searched and hold no newline.
    private var searched = 0

    mutating func append(_ piece: some Collection<UInt8>) {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        bytes.append(contentsOf: piece)
    }

    mutating func take() -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            return nil
        }
        defer {
            start = end + 1
            searched = start
        }
        return Array(bytes[start..<end])
    }

    mutating func takeRest() -> [UInt8]? {
        defer { self = LineBuffer() }
        return start < bytes.count ? Array(bytes[start...]) : nil
    }
}
