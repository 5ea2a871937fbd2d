/// One step from an object to something inside it.
enum PathElement: Hashable, Sendable {
    /// A member of an object.
    case field(String)
    /// The element of a list of objects whose members are these, sorted by name.
    case key([KeyField])
    /// The element of a set that is this value.
    case value(JSONValue)
    /// An element of a list that has one owner.
    case index(Int)

    struct KeyField: Hashable, Sendable {
        let name: String
        let value: JSONValue
    }
}

extension PathElement {
    static func key(_ fields: [String: JSONValue]) -> PathElement {
        .key(
            fields.map { KeyField(name: $0, value: $1.canonical) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    }

    /// As conflicts name it: `.spec`, `[name="main"]`, `[="a"]`, `[3]`.
    var description: String {
        switch self {
        case .field(let name): ".\(name)"
        case .key(let fields): "[\(fields.map { "\($0.name)=\($0.value.goText)" }.joined(separator: ","))]"
        case .value(let value): "[=\(value.goText)]"
        case .index(let index): "[\(index)]"
        }
    }
}

/// Fields first, then keys, values and indices.
extension PathElement: Comparable {
    static func < (a: PathElement, b: PathElement) -> Bool { order(a, b) < 0 }

    private static func order(_ a: PathElement, _ b: PathElement) -> Int {
        switch (a, b) {
        case (.field(let a), .field(let b)): JSONValue.order(a, b)
        case (.key(let a), .key(let b)):
            JSONValue.order(a, b) { a, b in
                let names = JSONValue.order(a.name, b.name)
                return names == 0 ? JSONValue.order(a.value, b.value) : names
            }
        case (.value(let a), .value(let b)): JSONValue.order(a, b)
        case (.index(let a), .index(let b)): a - b
        default: a.rank - b.rank
        }
    }

    private var rank: Int {
        switch self {
        case .field: 0
        case .key: 1
        case .value: 2
        case .index: 3
        }
    }
}

extension JSONValue {
    /// The same value with whole numbers as such, so that 80 and 80.0 are one key.
    var canonical: JSONValue {
        switch self {
        case .number(let number): Int64(exactly: number).map(JSONValue.integer) ?? self
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let members): .object(members.mapValues(\.canonical))
        default: self
        }
    }

    /// As Go's structured-merge-diff prints it: strings quoted, lists in brackets.
    var goText: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): JSONValue.text(of: value)
        case .string(let value): value.goQuoted
        case .array(let elements): "[\(elements.map(\.goText).joined(separator: ","))]"
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.goText)" }.joined()
        }
    }

    static func order(_ a: String, _ b: String) -> Int {
        if a == b { return 0 }
        return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    }

    static func order<T>(_ a: [T], _ b: [T], by order: (T, T) -> Int) -> Int {
        for (a, b) in zip(a, b) {
            let result = order(a, b)
            if result != 0 { return result }
        }
        return a.count - b.count
    }

    /// Numbers, strings, Booleans, lists, objects, null.
    static func order(_ a: JSONValue, _ b: JSONValue) -> Int {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a == b ? 0 : a < b ? -1 : 1
        case (.string(let a), .string(let b)): order(a, b)
        case (.bool(let a), .bool(let b)): a == b ? 0 : b ? -1 : 1
        case (.array(let a), .array(let b)): order(a, b) { order($0, $1) }
        case (.object(let a), .object(let b)):
            order(a.sorted { order($0.key, $1.key) < 0 }, b.sorted { order($0.key, $1.key) < 0 }) { a, b in
                let names = order(a.key, b.key)
                return names == 0 ? order(a.value, b.value) : names
            }
        default:
            if let a = a.double, let b = b.double { a == b ? 0 : a < b ? -1 : 1 } else { a.rank - b.rank }
        }
    }

    private var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    private var rank: Int {
        switch self {
        case .number, .integer: 0
        case .string: 1
        case .bool: 2
        case .array: 3
        case .object: 4
        case .null: 5
        }
    }
}
