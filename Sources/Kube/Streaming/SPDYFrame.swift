/// One frame of SPDY/3.1, whole (draft-mbelshe-httpbis-spdy-00, section 2), as far as the streams of Kubernetes use it:
/// a client opens streams, both sides send data on them. Windows are not kept, as no client keeps them.
///
/// The headers of a stream are compressed over the whole connection, so here they are only bytes.
public enum SPDYFrame: Equatable, Sendable {
    case data(stream: UInt32, [UInt8], isLast: Bool)
    case open(stream: UInt32, headers: [UInt8], isLast: Bool)
    case reply(stream: UInt32, headers: [UInt8])
    case reset(stream: UInt32, status: UInt32)
    case ping(UInt32)
    case goAway
    /// More headers of a stream: of no use here, but they are part of what is compressed.
    case headers(stream: UInt32, [UInt8])
    /// Settings, windows, and what else need not be understood.
    case other(kind: UInt16)

    private enum Kind {
        static let open: UInt16 = 1
        static let reply: UInt16 = 2
        static let reset: UInt16 = 3
        static let ping: UInt16 = 6
        static let goAway: UInt16 = 7
        static let headers: UInt16 = 8
    }

    static let version: UInt16 = 3
    static let headerBytes = 8
    private static let last: UInt8 = 1

    public var encoded: [UInt8] {
        switch self {
        case .data(let stream, let bytes, let isLast):
            Self.word(stream & 0x7fff_ffff) + Self.length(bytes.count, flags: isLast ? Self.last : 0) + bytes
        case .open(let stream, let headers, let isLast):
            Self.control(Kind.open, Self.word(stream) + Self.word(0) + [0, 0] + headers, flags: isLast ? Self.last : 0)
        case .reply(let stream, let headers): Self.control(Kind.reply, Self.word(stream) + headers)
        case .reset(let stream, let status): Self.control(Kind.reset, Self.word(stream) + Self.word(status))
        case .ping(let number): Self.control(Kind.ping, Self.word(number))
        case .goAway: Self.control(Kind.goAway, Self.word(0) + Self.word(0))
        case .headers(let stream, let headers): Self.control(Kind.headers, Self.word(stream) + headers)
        case .other(let kind): Self.control(kind, [])
        }
    }

    private static func control(_ kind: UInt16, _ body: [UInt8], flags: UInt8 = 0) -> [UInt8] {
        word(UInt32(0x8000 | version) << 16 | UInt32(kind)) + length(body.count, flags: flags) + body
    }

    private static func length(_ count: Int, flags: UInt8) -> [UInt8] {
        word(UInt32(flags) << 24 | UInt32(count & 0xff_ffff))
    }

    static func word(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func word(_ bytes: ArraySlice<UInt8>, at offset: Int) -> UInt32? {
        let start = bytes.startIndex + offset
        guard start + 4 <= bytes.endIndex else { return nil }
        return bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// - Parameter body: what follows the eight bytes that every frame begins with.
    fileprivate init(head: UInt32, flags: UInt8, body: ArraySlice<UInt8>) throws(SPDYError) {
        let isLast = flags & Self.last != 0
        guard head & 0x8000_0000 != 0 else {
            self = .data(stream: head, Array(body), isLast: isLast)
            return
        }
        guard UInt16(truncatingIfNeeded: head >> 16) & 0x7fff == Self.version else { throw .unknownVersion }
        let kind = UInt16(truncatingIfNeeded: head)
        func number(_ offset: Int) throws(SPDYError) -> UInt32 {
            guard let number = Self.word(body, at: offset) else { throw .truncated }
            return number
        }
        switch kind {
        case Kind.open:
            guard body.count >= 10 else { throw .truncated }
            self = .open(stream: try number(0) & 0x7fff_ffff, headers: Array(body.dropFirst(10)), isLast: isLast)
        case Kind.reply: self = .reply(stream: try number(0) & 0x7fff_ffff, headers: Array(body.dropFirst(4)))
        case Kind.reset: self = .reset(stream: try number(0) & 0x7fff_ffff, status: try number(4))
        case Kind.ping: self = .ping(try number(0))
        case Kind.goAway: self = .goAway
        case Kind.headers: self = .headers(stream: try number(0) & 0x7fff_ffff, Array(body.dropFirst(4)))
        default: self = .other(kind: kind)
        }
    }
}

/// Why what came is not SPDY. The connection is of no more use.
public enum SPDYError: Error, Equatable, Sendable {
    case unknownVersion
    case truncated
    case tooLong(Int)
    /// Headers that cannot be expanded, or are no headers then.
    case badHeaders
}

/// Cuts a stream of bytes into frames. It holds one frame at most, which has a bound.
public struct SPDYReader: Sendable {
    /// What a client sends at once: client-go's streams write 32 KiB, and nobody has a reason for more.
    public static let defaultLimit = 1 << 20

    private let limit: Int
    private var bytes: [UInt8] = []
    private var position = 0

    public init(limit: Int = SPDYReader.defaultLimit) { self.limit = limit }

    public mutating func append(_ more: some Sequence<UInt8>) {
        if position > 0 {
            bytes.removeFirst(position)
            position = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole frame; nil when more bytes are needed.
    public mutating func next() throws(SPDYError) -> SPDYFrame? {
        let rest = bytes[position...]
        guard let head = SPDYFrame.word(rest, at: 0), let second = SPDYFrame.word(rest, at: 4) else { return nil }
        let length = Int(second & 0xff_ffff)
        guard length <= limit else { throw .tooLong(length) }
        let start = position + SPDYFrame.headerBytes
        guard bytes.count >= start + length else { return nil }
        position = start + length
        return try SPDYFrame(
            head: head, flags: UInt8(truncatingIfNeeded: second >> 24), body: bytes[start..<(start + length)])
    }
}

/// Names and values of a stream, when they are expanded (section 2.6.10).
public enum SPDYHeaders {
    /// Names in lower case. The last of several of one name counts.
    public static func decode(_ bytes: [UInt8]) throws(SPDYError) -> [String: String] {
        var rest = bytes[...]
        func number() throws(SPDYError) -> Int {
            guard let number = SPDYFrame.word(rest, at: 0) else { throw .badHeaders }
            rest = rest.dropFirst(4)
            return Int(number)
        }
        func text() throws(SPDYError) -> String {
            let length = try number()
            guard length <= rest.count else { throw .badHeaders }
            defer { rest = rest.dropFirst(length) }
            return String(decoding: rest.prefix(length), as: UTF8.self)
        }
        let count = try number()
        // Each takes eight bytes at least.
        guard count <= rest.count / 8 else { throw .badHeaders }
        var headers: [String: String] = [:]
        for _ in 0..<count {
            let name = try text().lowercased()
            headers[name] = try text()
        }
        guard rest.isEmpty else { throw .badHeaders }
        return headers
    }

    public static func encode(_ headers: [(name: String, value: String)]) -> [UInt8] {
        var bytes = SPDYFrame.word(UInt32(headers.count))
        for (name, value) in headers {
            for text in [name, value] { bytes += SPDYFrame.word(UInt32(text.utf8.count)) + Array(text.utf8) }
        }
        return bytes
    }
}
