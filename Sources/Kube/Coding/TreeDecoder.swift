/// Decodes any `Decodable` from a `JSONValue`, as Go's decoder would fill a struct: what is missing or null is the
/// type's zero value (so validation, not decoding, says that it is required), whole numbers must fit, and names
/// the type does not know are collected with their paths instead of being lost.
///
/// `Int` stands for Go's int32 throughout the Kubernetes types, and is held to its range; `Int64` is int64.
final class TreeDecoding {
    /// Paths of members no type claimed. Nil when nobody asked, which saves the looking.
    @exclusivity(unchecked) var unknownFields: [String]?

    init(findsUnknownFields: Bool) { unknownFields = findsUnknownFields ? [] : nil }

    static func decode<T: Decodable>(
        _ type: T.Type, from value: JSONValue, findsUnknownFields: Bool = false
    ) throws(JSONError) -> (value: T, unknownFields: [String]) {
        let decoding = TreeDecoding(findsUnknownFields: findsUnknownFields)
        do {
            let decoded = try TreeDecoder(value: value, place: nil, decoding: decoding).read(type)
            return (decoded, decoding.unknownFields ?? [])
        } catch let error as JSONError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            throw .badValue(context.debugDescription)
        } catch {
            throw .badValue("\(error)")
        }
    }
}

/// Where a value stands: a list from the inside out, so that going deeper costs one small object.
final class TreePlace {
    let parent: TreePlace?
    let step: JSONPathStep
    /// The struct whose field this is, for messages.
    let type: Any.Type

    init(_ step: JSONPathStep, in parent: TreePlace?, of type: Any.Type) {
        self.step = step
        self.parent = parent
        self.type = type
    }

    var path: [JSONPathStep] {
        var steps: [JSONPathStep] = []
        var place: TreePlace? = self
        while let here = place {
            steps.append(here.step)
            place = here.parent
        }
        return steps.reversed()
    }
}

struct TreeDecoder: Decoder {
    let value: JSONValue
    let place: TreePlace?
    let decoding: TreeDecoding
    /// The type being decoded from this value, for messages about its fields.
    var type: Any.Type = Never.self

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let members: [String: JSONValue]
        switch value {
        case .object(let object): members = object
        case .null: members = [:]
        default: throw wrongType(type)
        }
        // A dictionary's keys are all known; a struct's are those its CodingKeys can name.
        if decoding.unknownFields != nil {
            for name in members.keys.sorted() where Key(stringValue: name) == nil {
                decoding.unknownFields?.append(TreePlace(.name(name), in: place, of: type).path.text)
            }
        }
        return KeyedDecodingContainer(TreeObject(members: members, decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch value {
        case .array(let elements): TreeArray(elements: elements, decoder: self)
        case .null: TreeArray(elements: [], decoder: self)
        default: throw wrongType(type)
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    /// Decodes this value. The types objects are full of are read here, without a container in between.
    func read<T: Decodable>(_ wanted: T.Type) throws -> T {
        if wanted == String.self { return try string() as! T }
        if wanted == JSONValue.self { return value as! T }
        if wanted == RawJSON.self { return try RawJSON(value) as! T }
        if wanted == [JSONValue].self { return try array() as! T }
        if wanted == [String].self { return try array().enumerated().map { try element($1, $0).string() } as! T }
        if wanted == [String: String].self {
            return Dictionary(uniqueKeysWithValues: try object().map { ($0, try member($1, $0).string()) }) as! T
        }
        var inner = self
        inner.type = wanted
        return try T(from: inner)
    }

    /// The zero value of a field that is missing and not optional.
    func readZero<T: Decodable>(_ wanted: T.Type) throws -> T {
        if wanted == Quantity.self { return Quantity.zero as! T }
        return try read(wanted)
    }

    func member(_ value: JSONValue, _ name: String) -> TreeDecoder {
        TreeDecoder(value: value, place: TreePlace(.name(name), in: place, of: owner), decoding: decoding)
    }

    func element(_ value: JSONValue, _ index: Int) -> TreeDecoder {
        TreeDecoder(value: value, place: TreePlace(.index(index), in: place, of: owner), decoding: decoding)
    }

    /// The struct whose field something inside this value belongs to: lists and maps of plain values are no structs.
    private var owner: Any.Type { type == Never.self ? place?.type ?? type : type }
}

// Plain values. Null is the zero value.
extension TreeDecoder {
    func string() throws -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: throw wrongType(String.self)
        }
    }

    func bool() throws -> Bool {
        switch value {
        case .bool(let flag): flag
        case .null: false
        default: throw wrongType(Bool.self)
        }
    }

    func array() throws -> [JSONValue] {
        switch value {
        case .array(let elements): elements
        case .null: []
        default: throw wrongType([JSONValue].self)
        }
    }

    func object() throws -> [String: JSONValue] {
        switch value {
        case .object(let members): members
        case .null: [:]
        default: throw wrongType([String: JSONValue].self)
        }
    }

    func double() throws -> Double {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(number)
        case .null: 0
        default: throw wrongType(Double.self)
        }
    }

    func whole<I: FixedWidthInteger>(_ wanted: I.Type) throws -> I {
        let number: Int64
        switch value {
        case .integer(let whole): number = whole
        case .number(let float):
            guard let whole = Int64(exactly: float) else { throw wrongType(wanted) }
            number = whole
        case .null: return 0
        default: throw wrongType(wanted)
        }
        if wanted == Int.self, Int32(exactly: number) == nil { throw wrongType(wanted) }
        guard let fitting = I(exactly: number) else { throw wrongType(wanted) }
        return fitting
    }

    func wrongType(_ wanted: Any.Type) -> JSONError {
        let found =
            switch value {
            case .null: "null"
            case .bool: "bool"
            case .integer(let number):
                Self.isNumber(wanted) ? "number \(number)" : "number"
            case .number(let number):
                Self.isNumber(wanted) ? "number \(JSONValue.text(of: number))" : "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        return .wrongType(
            found: found, type: place.flatMap(Self.structName) ?? "", path: place?.path.goText ?? "",
            expected: Self.goName(wanted))
    }

    /// A list or a map is no struct; the one it is in is meant.
    private static func structName(_ place: TreePlace) -> String? {
        var here: TreePlace? = place
        while let found = here, found.type is any GoNamed.Type { here = found.parent }
        return here.map { "\($0.type)" }
    }

    private static func isNumber(_ type: Any.Type) -> Bool { type is any Numeric.Type }

    private static func goName(_ type: Any.Type) -> String {
        if type == String.self { return "string" }
        if type == Bool.self { return "bool" }
        if type == Int.self { return "int32" }
        if type == Int64.self { return "int64" }
        if type == Double.self { return "float64" }
        if type is any Numeric.Type { return "\(type)".lowercased() }
        if let list = type as? any GoNamed.Type { return list.goName }
        return "v1.\(type)"
    }
}

/// Arrays and dictionaries, named as Go does.
private protocol GoNamed { static var goName: String { get } }

extension Array: GoNamed {
    static var goName: String { Element.self == String.self ? "[]string" : "[]v1.\(Element.self)" }
}

extension Dictionary: GoNamed {
    static var goName: String { "map[string]\(Value.self == String.self ? "string" : "v1.\(Value.self)")" }
}

extension [JSONPathStep] {
    /// Go's decoder leaves indexes out: `spec.containers.name`.
    fileprivate var goText: String {
        filter { if case .name = $0 { true } else { false } }.text
    }
}
