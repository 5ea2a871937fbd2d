/// Bytes that JSON carries as base64 (Go's `[]byte`). They do not show what they are: many of them are secret.
public struct Base64Bytes: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
}

extension Base64Bytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(bytes.count) bytes" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Base64Bytes: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self.init(try Self.decode(Array(try container.decode(String.self).utf8)))
        } catch let error as CorruptBase64 {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "illegal base64 data at input byte \(error.offset)")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

private struct CorruptBase64: Error { let offset: Int }

extension Base64Bytes {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8: UInt32] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt32($0)) })
    private static let padding = UInt8(ascii: "=")

    public var text: String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= 8 * UInt32(3 - group.count)
            for place in 0..<4 {
                text.append(
                    place <= group.count ? Self.alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : Self.padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// As Go's `base64.StdEncoding`: line ends are skipped, padding is required, and an error tells the same offset.
    private static func decode(_ text: [UInt8]) throws(CorruptBase64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        var at = 0
        func next() -> UInt8? {
            while at < text.count, text[at] == 0x0A || text[at] == 0x0D { at += 1 }
            guard at < text.count else { return nil }
            defer { at += 1 }
            return text[at]
        }
        while let character = next() {
            if let value = values[character] {
                bits = bits << 6 | value
                count += 1
                guard count == 4 else { continue }
                bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
                (bits, count) = (0, 0)
                continue
            }
            guard character == padding, count >= 2 else { throw CorruptBase64(offset: at - 1) }
            if count == 2 {
                guard let second = next() else { throw CorruptBase64(offset: text.count) }
                guard second == padding else { throw CorruptBase64(offset: at - 1) }
            }
            guard next() == nil else { throw CorruptBase64(offset: at - 1) }
            bytes.append(UInt8(count == 2 ? bits >> 4 & 255 : bits >> 10 & 255))
            if count == 3 { bytes.append(UInt8(bits >> 2 & 255)) }
            return bytes
        }
        guard count == 0 else { throw CorruptBase64(offset: text.count - count) }
        return bytes
    }
}
