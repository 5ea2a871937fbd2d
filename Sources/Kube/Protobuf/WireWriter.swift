/// Writes protobuf's wire format. A nested message is written in place behind one byte for its length; only when it is
/// longer than 127 bytes is it moved to make room.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    mutating func tag(_ number: Int, _ type: WireReader.WireType) { varint(UInt64(number) << 3 | type.rawValue) }

    /// Signed numbers are written as 64 bits of two's complement.
    mutating func integer(_ number: Int, _ value: Int64) {
        tag(number, .varint)
        varint(UInt64(bitPattern: value))
    }

    mutating func double(_ number: Int, _ value: Double) {
        tag(number, .fixed64)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ number: Int, _ value: String) { data(number, value.utf8) }

    mutating func data(_ number: Int, _ value: some Collection<UInt8>) {
        tag(number, .lengthDelimited)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func message(
        _ number: Int, _ body: (inout WireWriter) throws(ProtobufError) -> Void
    ) throws(ProtobufError) {
        tag(number, .lengthDelimited)
        let start = bytes.count
        bytes.append(0)
        try body(&self)
        var length = UInt64(bytes.count - start - 1)
        if length < 0x80 {
            bytes[start] = UInt8(length)
            return
        }
        var prefix: [UInt8] = []
        while length >= 0x80 {
            prefix.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        prefix.append(UInt8(length))
        bytes.replaceSubrange(start...start, with: prefix)
    }

    /// Takes back what was written since `count` bytes.
    mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }
}
