import Kube

/// The target of an HTTP request, taken apart and decoded: `/api/v1/pods?limit=5`.
///
/// Only plain paths get through. What servers and their clients are known to read differently (empty segments,
/// dot segments, encoded slashes, control characters) is refused here, so nothing behind this type sees it.
struct RequestTarget: Equatable, Sendable {
    /// Decoded path segments, without the leading slash; one trailing slash is forgiven.
    var segments: [String]
    var query: Query

    init(_ text: String) throws(Status) {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw Status.badTarget("the request target must be a path")
        }
        var path = text[...]
        var query = text[text.endIndex...]
        if let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = text[..<mark]
            query = text[text.index(after: mark)...]
        }
        var raw = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if raw.last?.isEmpty == true { raw.removeLast() }
        segments = []
        for part in raw { segments.append(try RequestTarget.segment(part)) }
        self.query = try Query(query)
    }

    private static func segment(_ raw: Substring) throws(Status) -> String {
        guard !raw.isEmpty else { throw Status.badTarget("the request path has an empty segment") }
        guard let bytes = PercentCoding.decode(raw.utf8), let text = String(validating: bytes, as: UTF8.self) else {
            throw Status.badTarget("the request path is not valid percent-encoded UTF-8")
        }
        guard text != ".", text != ".." else { throw Status.badTarget("the request path has a dot segment") }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
        else { throw Status.badTarget("the request path has a character that is not allowed") }
        return text
    }
}

/// Percent-decoding that refuses what it does not understand.
enum PercentCoding {
    /// Nil when a `%` is not followed by two hexadecimal digits. In a query, `+` stands for a space.
    static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var result: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit) else {
                    return nil
                }
                result.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
            default: result.append(byte)
            }
        }
        return result
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
