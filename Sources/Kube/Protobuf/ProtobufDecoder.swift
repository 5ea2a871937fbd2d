/// From the wire to a tree, field by field as the schema has them.
///
/// Go writes the zero of every field that is no pointer, so zeros tell nothing there and are left out, as JSON does
/// (`omitempty`); behind a pointer they stay. Fields that the schema does not have are skipped: they belong to newer
/// clients. A field that comes again is merged (messages), continued (lists, maps) or replaced (the rest).
struct ProtobufDecoder {
    let schema: Schema

    func decode(
        _ reader: WireReader, _ message: MessageSchema, into members: inout [String: JSONValue], depth: Int
    ) throws(ProtobufError) {
        guard depth <= KubeProtobuf.maximumDepth else { throw .tooDeep }
        var reader = reader
        while let tag = try reader.tag(in: message.shortName) {
            guard let field = message.field(numbered: tag.number) else {
                try reader.skip(tag.type)
                continue
            }
            do throws(ProtobufError) {
                try decode(field, tag, &reader, into: &members, depth)
            } catch {
                throw error.named("\(message.shortName).\(field.name)")
            }
        }
    }

    private func decode(
        _ field: FieldSchema, _ tag: WireReader.Tag, _ reader: inout WireReader,
        into members: inout [String: JSONValue], _ depth: Int
    ) throws(ProtobufError) {
        switch field.type {
        case .list(let element):
            var elements = Self.take(field.name, from: &members)
            repeat {
                try append(element, tag.type, &reader, to: &elements, depth)
            } while reader.isNext(tag)
            members[field.name] = elements.isEmpty ? nil : .array(elements)
        case .map(let value):
            var entries = Self.takeObject(field.name, from: &members)
            repeat {
                let (key, value) = try entry(value, inside(tag.type, &reader), depth)
                entries[key] = value
            } while reader.isNext(tag)
            members[field.name] = .object(entries)
        case .message(let name):
            let inside = try inside(tag.type, &reader)
            let message = try message(name)
            if field.isInline {
                try decode(inside, message, into: &members, depth: depth + 1)
            } else if let bare = message.bareField {
                members[field.name] = try value(of: message, bare, inside, depth)
            } else {
                var inner = Self.takeObject(field.name, from: &members)
                try decode(inside, message, into: &inner, depth: depth + 1)
                members[field.name] = .object(inner)
            }
        default:
            let value = try value(field.type, tag.type, &reader, depth)
            let isLeftOut = value.map { !field.isOptional && field.type.isZero($0) } ?? true
            members[field.name] = isLeftOut ? nil : value
        }
    }

    /// One element, or several plain numbers packed together.
    private func append(
        _ type: FieldType, _ wireType: WireReader.WireType, _ reader: inout WireReader, to elements: inout [JSONValue],
        _ depth: Int
    ) throws(ProtobufError) {
        guard wireType == .lengthDelimited, let single = type.packedWireType else {
            elements.append(try value(type, wireType, &reader, depth) ?? .null)
            return
        }
        var inside = try reader.nested()
        while !inside.isAtEnd { elements.append(try value(type, single, &inside, depth) ?? .null) }
    }

    private func entry(
        _ type: FieldType, _ reader: WireReader, _ depth: Int
    ) throws(ProtobufError) -> (String, JSONValue) {
        var reader = reader
        var key = ""
        var element = schema.zero(of: type)
        while let tag = try reader.tag(in: "entry") {
            switch tag.number {
            case 1: key = try Self.text(inside(tag.type, &reader))
            case 2: element = try value(type, tag.type, &reader, depth) ?? .null
            default: try reader.skip(tag.type)
            }
        }
        return (key, element)
    }

    /// A value by itself. Nil is a zero that JSON has no text for: a time that was never set, an extension without bytes.
    private func value(
        _ type: FieldType, _ wireType: WireReader.WireType, _ reader: inout WireReader, _ depth: Int
    ) throws(ProtobufError) -> JSONValue? {
        switch type {
        case .bool: return .bool(try varint(wireType, &reader) != 0)
        case .int32: return .integer(Int64(Int32(truncatingIfNeeded: try varint(wireType, &reader))))
        case .int64: return .integer(Int64(bitPattern: try varint(wireType, &reader)))
        case .double:
            guard wireType == .fixed64 else { throw .wrongWireType(field: "", wireType: wireType.rawValue) }
            let number = Double(bitPattern: try reader.fixed64())
            guard number.isFinite else { throw .badValue(field: "", reason: "unsupported value: \(number)") }
            return Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
        case .string: return .string(try Self.text(inside(wireType, &reader)))
        case .message(let name):
            let inside = try inside(wireType, &reader)
            let message = try message(name)
            if let bare = message.bareField { return try value(of: message, bare, inside, depth) }
            var members: [String: JSONValue] = [:]
            try decode(inside, message, into: &members, depth: depth + 1)
            return .object(members)
        case .list, .map: throw .badValue(field: "", reason: "a list inside a list needs a message between them")
        default: return try Self.leaf(type, inside(wireType, &reader))
        }
    }

    /// A message that is a list or a map in JSON.
    private func value(
        of message: MessageSchema, _ bare: FieldSchema, _ reader: WireReader, _ depth: Int
    ) throws(ProtobufError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        try decode(reader, message, into: &members, depth: depth + 1)
        return members[bare.name] ?? bare.type.zero
    }

    private func varint(
        _ wireType: WireReader.WireType, _ reader: inout WireReader
    ) throws(ProtobufError) -> UInt64 {
        guard wireType == .varint else { throw .wrongWireType(field: "", wireType: wireType.rawValue) }
        return try reader.varint()
    }

    private func inside(
        _ wireType: WireReader.WireType, _ reader: inout WireReader
    ) throws(ProtobufError) -> WireReader {
        guard wireType == .lengthDelimited else { throw .wrongWireType(field: "", wireType: wireType.rawValue) }
        return try reader.nested()
    }

    private func message(_ name: String) throws(ProtobufError) -> MessageSchema {
        guard let message = schema[name] else { throw .badValue(field: "", reason: "no message \(name) is known") }
        return message
    }

    static func text(_ reader: WireReader) throws(ProtobufError) -> String {
        guard let text = reader.text else { throw .notUTF8(field: "") }
        return text
    }

    // Taken out and put back, not changed in place: the array has one owner then, and grows without being copied.
    private static func take(_ name: String, from members: inout [String: JSONValue]) -> [JSONValue] {
        if case .array(let elements)? = members.removeValue(forKey: name) { elements } else { [] }
    }

    private static func takeObject(_ name: String, from members: inout [String: JSONValue]) -> [String: JSONValue] {
        if case .object(let inner)? = members.removeValue(forKey: name) { inner } else { [:] }
    }
}
