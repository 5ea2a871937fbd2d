/// A cursor over protobuf's wire format, or over one message inside: nesting moves two numbers and copies nothing.
/// Every read says how it fails; the pointer is good only inside the call that lent it.
struct WireReader {
    /// How a value is written, in the low three bits of its tag.
    enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
        // 3 and 4 open and close groups, which Kubernetes never had; they are refused as illegal.
    }

    struct Tag: Equatable {
        let number: Int
        let type: WireType
    }

    private let bytes: UnsafeRawBufferPointer
    private var at: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        at = 0
        end = bytes.count
    }

    private init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
        self.bytes = bytes
        at = start
        self.end = end
    }

    var isAtEnd: Bool { at >= end }

    mutating func varint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end {
            let byte = bytes[at]
            at += 1
            // The tenth byte has room for one bit.
            if shift == 63, byte > 1 { throw .overlongNumber }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .truncated
    }

    mutating func fixed64() throws(ProtobufError) -> UInt64 {
        guard end - at >= 8 else { throw .truncated }
        defer { at += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    /// The next field of `message`; nil at its end.
    mutating func tag(in message: @autoclosure () -> String) throws(ProtobufError) -> Tag? {
        if isAtEnd { return nil }
        let key = try varint()
        guard let type = WireType(rawValue: key & 7), (1...0x1FFF_FFFF).contains(key >> 3) else {
            throw .illegalTag(message: message(), number: key >> 3, wireType: key & 7)
        }
        return Tag(number: Int(key >> 3), type: type)
    }

    /// Reads the next tag if it is this one; a list's elements and a map's entries follow each other.
    mutating func isNext(_ tag: Tag) -> Bool {
        var look = self
        // A broken tag is no match; whoever reads it next reports it.
        guard let key = try? look.varint(), key == UInt64(tag.number) << 3 | tag.type.rawValue else { return false }
        self = look
        return true
    }

    /// What is inside the next length-delimited value.
    mutating func nested() throws(ProtobufError) -> WireReader {
        let length = try varint()
        guard length <= UInt64(end - at) else { throw .truncated }
        defer { at += Int(length) }
        return WireReader(bytes, from: at, to: at + Int(length))
    }

    mutating func skip(_ type: WireType) throws(ProtobufError) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .lengthDelimited: _ = try nested()
        case .fixed32:
            guard end - at >= 4 else { throw .truncated }
            at += 4
        }
    }

    /// All that is left.
    var rest: UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[at..<end]).bindMemory(to: UInt8.self)
    }

    /// All that is left, as text; nil when it is not UTF-8.
    var text: String? { String(validating: rest, as: UTF8.self) }
}
