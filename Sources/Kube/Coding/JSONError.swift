/// Why a text is no JSON, or JSON no value of the type asked for. Words follow Go's encoding/json, because
/// clients show them.
public enum JSONError: Error, Hashable, Sendable {
    /// Not JSON; the offset is in bytes.
    case syntax(String, offset: Int)
    /// Nested deeper, or larger, than we read.
    case tooLarge(String)
    /// `found` is Go's name of what stood there; `expected` the type of the field at `path` inside `type`.
    case wrongType(found: String, type: String, path: String, expected: String)
    /// The right type, a wrong value; the message is whole.
    case badValue(String)
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .syntax(let reason, let offset): "invalid JSON at byte \(offset): \(reason)"
        case .tooLarge(let reason): reason
        case .wrongType(let found, _, "", let expected):
            "json: cannot unmarshal \(found) into Go value of type \(expected)"
        case .wrongType(let found, let type, let path, let expected):
            "json: cannot unmarshal \(found) into Go struct field \(type).\(path) of type \(expected)"
        case .badValue(let message): message
        }
    }
}
