import Foundation

/// JSON as it came: what a network configuration says beyond what is understood here goes to its plugins unchanged.
enum NetworkJSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([NetworkJSON])
    case object([String: NetworkJSON])

    subscript(_ name: String) -> NetworkJSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var array: [NetworkJSON]? { if case .array(let value) = self { value } else { nil } }
    var object: [String: NetworkJSON]? { if case .object(let value) = self { value } else { nil } }

    /// Nil of what is not JSON.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONDecoder().decode(NetworkJSON.self, from: Data(bytes)) else { return nil }
        self = value
    }

    /// Members sorted, so that the same value is the same bytes.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every case can be written; a number that JSON does not have cannot have come from JSON.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}

extension NetworkJSON: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {  // each try? asks "is it this type?"
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([String: NetworkJSON].self) {
            self = .object(value)
        } else {
            self = .array(try container.decode([NetworkJSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension NetworkJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: NetworkJSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, NetworkJSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
