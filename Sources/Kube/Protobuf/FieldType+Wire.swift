extension FieldType {
    /// How one of several packed together is written; nil for what is never packed.
    var packedWireType: WireReader.WireType? {
        switch self {
        case .bool, .int32, .int64: .varint
        case .double: .fixed64
        default: nil
        }
    }

    /// What the field has that nobody set.
    var zero: JSONValue {
        switch self {
        case .bool: false
        case .int32, .int64, .double, .intOrString: 0
        case .string, .bytes: ""
        case .quantity: "0"
        case .duration: "0s"
        case .time, .microTime, .rawExtension, .fieldsV1: .null
        case .list: .array([])
        case .map, .message: .object([:])
        }
    }

    /// Whether JSON leaves the value out of a field that is no pointer. Messages stay, as in Go, also when empty.
    func isZero(_ value: JSONValue) -> Bool {
        if case .message = self { return false }
        return value == zero
    }
}

extension Schema {
    /// What a map's entry without a value has, and what null is for Go.
    func zero(of type: FieldType) -> JSONValue {
        if case .message(let name) = type, let bare = self[name]?.bareField { return bare.type.zero }
        return type.zero
    }
}
