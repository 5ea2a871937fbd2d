/// One frame of RFC 6455, as it is on the wire, whole.
public struct WebSocketFrame: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        case continuation = 0
        case text, binary
        case close = 8
        case ping, pong

        var isControl: Bool { rawValue >= 8 }
    }

    public var kind: Kind
    /// The last one of a message.
    public var isFinal: Bool
    public var payload: [UInt8]

    public init(_ kind: Kind, _ payload: [UInt8], isFinal: Bool = true) {
        self.kind = kind
        self.isFinal = isFinal
        self.payload = payload
    }

    /// - Parameter mask: four random bytes of a client (section 5.3); a server does not mask.
    public func encoded(mask: [UInt8]? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 14)
        bytes.append((isFinal ? 0x80 : 0) | kind.rawValue)
        let masked: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ..<126: bytes.append(masked | UInt8(payload.count))
        case ..<65_536: bytes += [masked | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
        default:
            bytes.append(masked | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        guard let mask else { return bytes + payload }
        bytes += mask
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index & 3]) }
        return bytes
    }
}

/// Why what came is not WebSocket. The connection is of no more use.
public enum WebSocketError: Error, Equatable, Sendable {
    /// Bits or a kind that nobody agreed on.
    case unknownFrame
    /// A client must mask, and a server must not (section 5.1).
    case maskMismatch
    case tooLong(Int)
    /// A control frame in pieces, a continuation of nothing, or a new message in the middle of one.
    case outOfOrder
}

/// Cuts a stream of bytes into messages. It holds one message at most, which has a bound.
public struct WebSocketReader: Sendable {
    /// What a client of ours may send at once: client-go's streams write 32 KiB, and nobody has a reason for more.
    public static let defaultLimit = 1 << 20

    private let expectsMask: Bool
    private let limit: Int
    private var bytes: [UInt8] = []
    private var position = 0
    private var message: WebSocketFrame?

    /// - Parameter expectsMask: this is a server.
    public init(expectsMask: Bool, limit: Int = WebSocketReader.defaultLimit) {
        self.expectsMask = expectsMask
        self.limit = limit
    }

    public mutating func append(_ more: some Sequence<UInt8>) {
        if position > 0 {
            bytes.removeFirst(position)
            position = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole message, or the next control frame, which may come in the middle of one; nil when more bytes are
    /// needed.
    public mutating func next() throws(WebSocketError) -> WebSocketFrame? {
        while let frame = try nextFrame() {
            if frame.kind.isControl { return frame }
            if frame.kind == .continuation {
                guard message != nil else { throw .outOfOrder }
                message?.payload += frame.payload
            } else {
                guard message == nil else { throw .outOfOrder }
                message = frame
            }
            if let length = message?.payload.count, length > limit { throw .tooLong(length) }
            if frame.isFinal, var whole = message {
                message = nil
                whole.isFinal = true
                return whole
            }
        }
        return nil
    }

    private mutating func nextFrame() throws(WebSocketError) -> WebSocketFrame? {
        let available = bytes.count - position
        guard available >= 2 else { return nil }
        let (first, second) = (bytes[position], bytes[position + 1])
        guard first & 0x70 == 0, let kind = WebSocketFrame.Kind(rawValue: first & 0x0f) else { throw .unknownFrame }
        let (isFinal, isMasked) = (first & 0x80 != 0, second & 0x80 != 0)
        guard isMasked == expectsMask else { throw .maskMismatch }
        if kind.isControl, !isFinal || second & 0x7f > 125 { throw .outOfOrder }
        let extra = second & 0x7f == 126 ? 2 : second & 0x7f == 127 ? 8 : 0
        let header = 2 + extra + (isMasked ? 4 : 0)
        guard available >= header else { return nil }
        var length = UInt64(second & 0x7f)
        if extra > 0 {
            length = bytes[(position + 2)..<(position + 2 + extra)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard length <= UInt64(limit) else { throw .tooLong(Int(clamping: length)) }
        guard available >= header + Int(length) else { return nil }
        let start = position + header
        var payload = Array(bytes[start..<(start + Int(length))])
        if isMasked {
            let mask = Array(bytes[(start - 4)..<start])
            for index in payload.indices { payload[index] ^= mask[index & 3] }
        }
        position = start + Int(length)
        return WebSocketFrame(kind, payload, isFinal: isFinal)
    }
}
