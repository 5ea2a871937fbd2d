import NIOCore
import NIOHTTP1

/// What a verb asks of the daemon: one HTTP request.
struct APIRequest: Sendable {
    var method: HTTPMethod
    var path: String
    var query: [(name: String, value: String)] = []
    var accept = "application/json"
    var contentType: String?
    var body = RequestBody.none

    init(_ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = []) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// Path and query as they go on the wire. `path` is escaped already, segment by segment.
    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }

    var head: HTTPRequestHead {
        var headers: HTTPHeaders = [
            "Host": "stint", "User-Agent": "stint/\(StintVersion.current)", "Accept": accept, "Connection": "close",
        ]
        if let contentType { headers.add(name: "Content-Type", value: contentType) }
        if let length = body.length { headers.add(name: "Content-Length", value: String(length)) }
        return HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)
    }
}

enum RequestBody: Sendable {
    case none
    case bytes([UInt8])
    /// Sent piece by piece, each asked for when the one before is on its way. The length is nil when nobody knows it.
    case stream(any BodySource, length: Int?)

    var length: Int? {
        switch self {
        case .none: nil
        case .bytes(let bytes): bytes.count
        case .stream(_, let length): length
        }
    }
}

/// Where a streamed body comes from. It has one reader.
protocol BodySource: Sendable {
    /// The next piece, nil at the end.
    func next() async throws -> ByteBuffer?
}

/// Everything but the unreserved characters of RFC 3986 as %XX.
func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            result.append(Character(UnicodeScalar(byte)))
        default:
            let digits = Array("0123456789ABCDEF")
            result += "%"
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
    }
    return result
}
