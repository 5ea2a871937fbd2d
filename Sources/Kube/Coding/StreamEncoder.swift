/// Encodes any `Encodable` straight into JSON bytes: fields in the order the type declares them (`apiVersion` and
/// `kind` first), dictionaries in the order of their keys, so that the same object is always the same bytes.
///
/// Containers never say when they are finished, so the writer keeps the stack of open ones: whoever writes next
/// at some depth closes everything deeper.
final class JSONWriter {
    // One writer belongs to one call on one thread, so the checks for overlapping access would only cost.
    @exclusivity(unchecked) private(set) var bytes: [UInt8] = []
    @exclusivity(unchecked) private var closers: [UInt8] = []
    @exclusivity(unchecked) private var isFirst: [Bool] = []

    init() { bytes.reserveCapacity(2048) }

    var depth: Int { closers.count }

    func open(_ opening: UInt8, _ closing: UInt8) -> Int {
        bytes.append(opening)
        closers.append(closing)
        isFirst.append(true)
        return closers.count
    }

    func close(to depth: Int) {
        while closers.count > depth {
            bytes.append(closers.removeLast())
            isFirst.removeLast()
        }
    }

    /// Before an element or a name of the container at `depth`.
    func beginItem(at depth: Int) {
        close(to: depth)
        if isFirst[depth - 1] { isFirst[depth - 1] = false } else { bytes.append(UInt8(ascii: ",")) }
    }

    func beginMember(_ name: String, at depth: Int) {
        beginItem(at: depth)
        write(name)
        bytes.append(UInt8(ascii: ":"))
    }

    func write(_ word: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Text that is JSON already.
    func write(raw text: String) { bytes.append(contentsOf: text.utf8) }

    func write(_ flag: Bool) { write(flag ? "true" : "false" as StaticString) }

    func write(number: some BinaryInteger) { bytes.append(contentsOf: String(number).utf8) }

    func write(_ number: Double) throws {
        guard number.isFinite else { throw JSONError.badValue("json: unsupported value: \(number)") }
        bytes.append(contentsOf: JSONValue.text(of: number).utf8)
    }

    func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        let isPlain = text.withUTF8 { buffer in
            for byte in buffer where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return false
            }
            bytes.append(contentsOf: buffer)
            return true
        }
        if !isPlain { text.utf8.forEach(writeEscaped) }
        bytes.append(UInt8(ascii: "\""))
    }

    private func writeEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): write("\\\"" as StaticString)
        case UInt8(ascii: "\\"): write("\\\\" as StaticString)
        case 0x0A: write("\\n" as StaticString)
        case 0x0D: write("\\r" as StaticString)
        case 0x09: write("\\t" as StaticString)
        case ..<0x20:
            write(byte < 0x10 ? "\\u000" : "\\u001" as StaticString)
            bytes.append(contentsOf: String(byte & 15, radix: 16).utf8)
        default: bytes.append(byte)
        }
    }

    func write(_ value: JSONValue) throws {
        switch value {
        case .null: write("null" as StaticString)
        case .bool(let flag): write(flag)
        case .integer(let number): write(number: number)
        case .number(let number): try write(number)
        case .string(let text): write(text)
        case .array(let elements): try writeArray(elements) { try write($0) }
        case .object(let members): try writeObject(members) { try write($0) }
        }
    }

    func writeArray<T>(_ elements: [T], _ element: (T) throws -> Void) rethrows {
        let depth = open(UInt8(ascii: "["), UInt8(ascii: "]"))
        for value in elements {
            beginItem(at: depth)
            try element(value)
        }
        close(to: depth - 1)
    }

    func writeObject<T>(_ members: [String: T], _ member: (T) throws -> Void) rethrows {
        let depth = open(UInt8(ascii: "{"), UInt8(ascii: "}"))
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            beginMember(name, at: depth)
            try member(value)
        }
        close(to: depth - 1)
    }

    /// Any value. The types objects are full of are written here, without a container in between.
    func encode<T: Encodable>(_ value: T) throws {
        if T.self == String.self { return write(value as! String) }
        if T.self == JSONValue.self { return try write(value as! JSONValue) }
        if T.self == RawJSON.self { return write(raw: (value as! RawJSON).text) }
        if T.self == Quantity.self { return write((value as! Quantity).text) }
        if T.self == [JSONValue].self { return try writeArray(value as! [JSONValue]) { try write($0) } }
        if T.self == [String].self { return writeArray(value as! [String]) { write($0) } }
        if T.self == [String: String].self { return writeObject(value as! [String: String]) { write($0) } }
        if T.self == [String: Quantity].self {
            return writeObject(value as! [String: Quantity]) { write($0.text) }
        }
        let depth = depth
        let length = bytes.count
        try value.encode(to: StreamEncoder(writer: self))
        close(to: depth)
        if bytes.count == length { write("{}" as StaticString) }
    }
}

struct StreamEncoder: Encoder {
    let writer: JSONWriter

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(
            StreamObject(writer: writer, depth: writer.open(UInt8(ascii: "{"), UInt8(ascii: "}"))))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        StreamArray(writer: writer, depth: writer.open(UInt8(ascii: "["), UInt8(ascii: "]")))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}
