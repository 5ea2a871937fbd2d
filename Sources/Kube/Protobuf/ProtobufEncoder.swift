/// From a tree to the wire. The counterpart of `ProtobufDecoder`: what it leaves out of a tree is left out here, so a
/// tree that came from it goes back to the same message.
struct ProtobufEncoder {
    let schema: Schema

    /// The fields of the message that the tree has. Members that the schema does not know are ignored.
    func encode(
        _ tree: JSONValue, _ message: MessageSchema, to writer: inout WireWriter, depth: Int
    ) throws(ProtobufError) {
        guard depth <= KubeProtobuf.maximumDepth else { throw .tooDeep }
        guard let members = tree.object else { throw .wrongType(field: "", expected: "object") }
        for field in message.fields {
            do throws(ProtobufError) {
                if field.isInline, case .message(let name) = field.type {
                    try encodeInline(tree, name, field.number, to: &writer, depth)
                } else if let value = members[field.name], value != .null {
                    try encode(value, field, to: &writer, depth)
                }
            } catch {
                throw error.named("\(message.shortName).\(field.name)")
            }
        }
    }

    /// A message whose members stand among the owner's; without any of them it is not there.
    private func encodeInline(
        _ tree: JSONValue, _ name: String, _ number: Int, to writer: inout WireWriter, _ depth: Int
    ) throws(ProtobufError) {
        let start = writer.bytes.count
        var isEmpty = true
        let message = try message(name)
        try writer.message(number) { (writer) throws(ProtobufError) in
            let inside = writer.bytes.count
            try encode(tree, message, to: &writer, depth: depth + 1)
            isEmpty = writer.bytes.count == inside
        }
        if isEmpty { writer.truncate(to: start) }
    }

    private func encode(
        _ value: JSONValue, _ field: FieldSchema, to writer: inout WireWriter, _ depth: Int
    ) throws(ProtobufError) {
        switch field.type {
        case .list(let element):
            guard let elements = value.array else { throw .wrongType(field: "", expected: "array") }
            for value in elements { try encode(value, element, field.number, to: &writer, depth) }
        case .map(let element):
            guard let entries = value.object else { throw .wrongType(field: "", expected: "object") }
            for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
                try writer.message(field.number) { (writer) throws(ProtobufError) in
                    writer.string(1, key)
                    try encode(value, element, 2, to: &writer, depth)
                }
            }
        default:
            if !field.isOptional, field.type.isZero(value) { return }
            try encode(value, field.type, field.number, to: &writer, depth)
        }
    }

    /// A value by itself. Null is the type's zero, as it is for Go.
    private func encode(
        _ value: JSONValue, _ type: FieldType, _ number: Int, to writer: inout WireWriter, _ depth: Int
    ) throws(ProtobufError) {
        let value = value == .null ? schema.zero(of: type) : value
        switch (type, value) {
        case (.bool, .bool(let flag)): writer.integer(number, flag ? 1 : 0)
        case (.int32, .integer(let integer)): writer.integer(number, Int64(try Self.int32(integer)))
        case (.int64, .integer(let integer)): writer.integer(number, integer)
        case (.double, .integer(let integer)): writer.double(number, Double(integer))
        case (.double, .number(let double)): writer.double(number, double)
        case (.string, .string(let text)): writer.string(number, text)
        case (.message(let name), _):
            let message = try message(name)
            try writer.message(number) { (writer) throws(ProtobufError) in
                if let bare = message.bareField {
                    try encode(value, bare, to: &writer, depth + 1)
                } else {
                    try encode(value, message, to: &writer, depth: depth + 1)
                }
            }
        case (.list, _), (.map, _):
            throw .badValue(field: "", reason: "a list inside a list needs a message between them")
        default: try leaf(value, type, number, to: &writer)
        }
    }

    static func int32(_ value: Int64) throws(ProtobufError) -> Int32 {
        guard let value = Int32(exactly: value) else { throw .wrongType(field: "", expected: "int32") }
        return value
    }

    private func message(_ name: String) throws(ProtobufError) -> MessageSchema {
        guard let message = schema[name] else { throw .badValue(field: "", reason: "no message \(name) is known") }
        return message
    }
}
