import Foundation

// The types that are text (or anything at all) in JSON and small messages on the wire.
extension ProtobufEncoder {
    func leaf(
        _ value: JSONValue, _ type: FieldType, _ number: Int, to writer: inout WireWriter
    ) throws(ProtobufError) {
        switch (type, value) {
        case (.bytes, .string(let text)):
            guard let data = Data(base64Encoded: text) else {
                throw .badValue(field: "", reason: "illegal base64 data")
            }
            writer.data(number, data)
        case (.time, .null), (.microTime, .null), (.rawExtension, .null), (.fieldsV1, .null): writer.data(number, [])
        case (.time, .string(let text)): try time(text, hasFraction: false, number, to: &writer)
        case (.microTime, .string(let text)): try time(text, hasFraction: true, number, to: &writer)
        case (.duration, .string(let text)):
            guard let nanos = GoDuration.parse(text) else {
                throw .badValue(field: "", reason: "time: invalid duration \"\(text)\"")
            }
            try writer.message(number) { $0.integer(1, nanos) }
        case (.quantity, .string(let text)): try writer.message(number) { $0.string(1, text) }
        case (.quantity, .integer(let amount)): try writer.message(number) { $0.string(1, String(amount)) }
        case (.quantity, .number(let amount)): try writer.message(number) { $0.string(1, JSONValue.text(of: amount)) }
        case (.intOrString, .integer(let integer)):
            let integer = Int64(try Self.int32(integer))
            try intOrString(type: 0, integer, "", number, to: &writer)
        case (.intOrString, .string(let text)): try intOrString(type: 1, 0, text, number, to: &writer)
        case (.rawExtension, _), (.fieldsV1, _):
            let bytes: [UInt8]
            do {
                bytes = try KubeJSON.encode(value)
            } catch {
                throw .badValue(field: "", reason: "\(error)")
            }
            try writer.message(number) { $0.data(1, bytes) }
        default: throw .wrongType(field: "", expected: type.jsonName)
        }
    }

    /// All three fields, as Go writes them.
    private func intOrString(
        type: Int64, _ integer: Int64, _ text: String, _ number: Int, to writer: inout WireWriter
    ) throws(ProtobufError) {
        try writer.message(number) { writer in
            writer.integer(1, type)
            writer.integer(2, integer)
            writer.string(3, text)
        }
    }

    private func time(
        _ text: String, hasFraction: Bool, _ number: Int, to writer: inout WireWriter
    ) throws(ProtobufError) {
        guard let date = RFC3339.parse(text) else {
            throw .badValue(field: "", reason: "parsing time \"\(text)\": not an RFC 3339 time")
        }
        let micros = Int64((date.timeIntervalSince1970 * 1e6).rounded())
        var (seconds, fraction) = micros.quotientAndRemainder(dividingBy: 1_000_000)
        if fraction < 0 { (seconds, fraction) = (seconds - 1, fraction + 1_000_000) }
        guard ProtobufTime.seconds.contains(seconds) else {
            throw .badValue(field: "", reason: "parsing time \"\(text)\": year outside of range [1,9999]")
        }
        if !hasFraction { fraction = 0 }
        try writer.message(number) { writer in
            if seconds == ProtobufTime.zero, fraction == 0 { return }
            writer.integer(1, seconds)
            writer.integer(2, fraction * 1000)
        }
    }
}

extension FieldType {
    /// For error messages.
    var jsonName: String {
        switch self {
        case .bool: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .double: "number"
        case .list: "array"
        case .map, .message: "object"
        case .intOrString: "int or string"
        default: "string"
        }
    }
}
