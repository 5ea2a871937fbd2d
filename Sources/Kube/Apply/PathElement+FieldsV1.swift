/// How field sets write a step as the name of a JSON member: `f:spec`, `k:{"name":"main"}`, `v:"a"`, `i:3`.
extension PathElement {
    enum SyntaxError: Error, Hashable {
        case tooShort(String)
        case missingColon(String)
        case malformed(String)
    }

    /// Nil for a kind of step that we do not know: a later version may, and upstream drops those.
    init?(fieldsV1 text: String) throws(SyntaxError) {
        let bytes = text.utf8
        guard bytes.count >= 2 else { throw .tooShort(text) }
        guard bytes.dropFirst().first == UInt8(ascii: ":") else { throw .missingColon(text) }
        let rest = text.utf8.dropFirst(2)
        switch bytes.first {
        case UInt8(ascii: "f"): self = .field(String(Substring(rest)))
        case UInt8(ascii: "v"): self = .value(try Self.parse(rest, text).canonical)
        case UInt8(ascii: "k"):
            guard case .object(let fields) = try Self.parse(rest, text) else { throw .malformed(text) }
            self = .key(fields)
        case UInt8(ascii: "i"):
            guard let index = Int(Substring(rest)) else { throw .malformed(text) }
            self = .index(index)
        default: return nil
        }
    }

    private static func parse(_ bytes: Substring.UTF8View, _ text: String) throws(SyntaxError) -> JSONValue {
        do { return try KubeJSON.parse(bytes) } catch { throw .malformed(text) }
    }

    var fieldsV1: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let fields):
            "k:{\(fields.map { "\(Self.json(.string($0.name))):\(Self.json($0.value))" }.joined(separator: ","))}"
        case .value(let value): "v:\(Self.json(value))"
        case .index(let index): "i:\(index)"
        }
    }

    /// Go's encoder escapes what could end a script element; both sides must write a key alike, as it is compared as text
    /// by other clients.
    private static func json(_ value: JSONValue) -> String {
        // Only a number that JSON cannot write fails, and none comes out of a parser.
        guard let bytes = try? KubeJSON.encode(value) else { return "null" }
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "<": text += "\\u003c"
            case ">": text += "\\u003e"
            case "&": text += "\\u0026"
            case "\u{2028}": text += "\\u2028"
            case "\u{2029}": text += "\\u2029"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
