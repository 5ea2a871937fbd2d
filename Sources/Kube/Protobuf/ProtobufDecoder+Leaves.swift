import Foundation

// The types that are text (or anything at all) in JSON and small messages on the wire.
extension ProtobufDecoder {
    /// Nil is a zero that JSON has no text for.
    static func leaf(_ type: FieldType, _ reader: WireReader) throws(ProtobufError) -> JSONValue? {
        switch type {
        case .bytes: return .string(Data(reader.rest).base64EncodedString())
        case .time: return try time(reader, fractionDigits: 0)
        case .microTime: return try time(reader, fractionDigits: 6)
        case .duration: return .string(GoDuration.format(try fields(reader, in: "Duration").numbers[0]))
        case .quantity:
            let text = try fields(reader, in: "Quantity", text: 1).text
            return .string(text.isEmpty ? "0" : text)
        case .intOrString: return try intOrString(reader)
        default: return try json(reader)
        }
    }

    /// No bytes are no time. Zero seconds are 1970, which somebody meant.
    private static func time(_ reader: WireReader, fractionDigits: Int) throws(ProtobufError) -> JSONValue? {
        if reader.isAtEnd { return nil }
        let numbers = try fields(reader, in: "Timestamp").numbers
        let (seconds, nanos) = (numbers[0], numbers[1])
        guard ProtobufTime.seconds.contains(seconds), (0..<1_000_000_000).contains(nanos) else {
            throw .badValue(field: "", reason: "timestamp out of range: \(seconds) s, \(nanos) ns")
        }
        let micros = fractionDigits == 0 ? 0 : nanos / 1000
        if seconds == ProtobufTime.zero, micros == 0 { return nil }
        let date = Date(timeIntervalSince1970: Double(seconds) + Double(micros) / 1e6)
        return .string(RFC3339.format(date, fractionDigits: fractionDigits))
    }

    private static func intOrString(_ reader: WireReader) throws(ProtobufError) -> JSONValue {
        let fields = try fields(reader, in: "IntOrString", text: 3)
        switch fields.numbers[0] {
        case 0: return .integer(Int64(Int32(truncatingIfNeeded: fields.numbers[1])))
        case 1: return .string(fields.text)
        default: throw .badValue(field: "", reason: "impossible IntOrString.Type \(fields.numbers[0])")
        }
    }

    private static func json(_ reader: WireReader) throws(ProtobufError) -> JSONValue? {
        var reader = reader
        var raw: WireReader?
        while let tag = try reader.tag(in: "RawExtension") {
            guard tag.number == 1 else {
                try reader.skip(tag.type)
                continue
            }
            guard tag.type == .lengthDelimited else { throw .wrongWireType(field: "", wireType: tag.type.rawValue) }
            raw = try reader.nested()
        }
        guard let raw, !raw.isAtEnd else { return nil }
        do {
            return try KubeJSON.parse(raw.rest)
        } catch {
            throw .badValue(field: "", reason: "\(error)")
        }
    }

    /// The numbers of fields 1 and 2, and the text of one field where the message has any.
    private static func fields(
        _ reader: WireReader, in message: String, text textField: Int = 0
    ) throws(ProtobufError) -> (numbers: [Int64], text: String) {
        var reader = reader
        var numbers: [Int64] = [0, 0]
        var text = ""
        while let tag = try reader.tag(in: message) {
            switch (tag.number, tag.type) {
            case (textField, .lengthDelimited): text = try Self.text(reader.nested())
            case (textField, _): throw .wrongWireType(field: "", wireType: tag.type.rawValue)
            case (1...2, .varint): numbers[tag.number - 1] = Int64(bitPattern: try reader.varint())
            case (1...2, _): throw .wrongWireType(field: "", wireType: tag.type.rawValue)
            default: try reader.skip(tag.type)
            }
        }
        return (numbers, text)
    }
}

/// What `metav1.Time` can be: the years that RFC 3339 has four digits for.
enum ProtobufTime {
    /// 0001-01-01T00:00:00Z, Go's time that was never set.
    static let zero: Int64 = -62_135_596_800
    static let seconds = zero...253_402_300_799
}
