/// Rules that many fields share.
enum Rules {
    static func nonnegative<I: BinaryInteger>(_ value: I?, _ path: FieldPath) -> [FieldError] {
        guard let value, value < 0 else { return [] }
        return [.invalid(path, .integer(Int64(value)), "must be greater than or equal to 0")]
    }

    static func immutable<T: Codable & Equatable>(_ new: T?, _ old: T?, _ path: FieldPath) -> [FieldError] {
        if new == old { return [] }
        return [.invalid(path, tree(new), "field is immutable")]
    }

    /// How a value of ours is shown in a message.
    static func tree(_ value: (some Encodable)?) -> JSONValue {
        guard let value else { return .null }
        // Our own types always encode; a message without its value would still be a message.
        return (try? KubeJSON.tree(of: value)) ?? .null
    }

    static func oneOf(_ value: String?, _ supported: [String], _ path: FieldPath) -> [FieldError] {
        guard let value, !supported.contains(value) else { return [] }
        return [.notSupported(path, .string(value), supported)]
    }

    /// User and group ids.
    static func id(_ value: Int64?, _ path: FieldPath) -> [FieldError] {
        guard let value, !(0...Int64(Int32.max)).contains(value) else { return [] }
        return [.invalid(path, .integer(value), "must be between 0 and \(Int32.max), inclusive")]
    }
}
