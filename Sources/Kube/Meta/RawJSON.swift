/// A JSON value that is kept as its text, because nobody here looks inside: it takes a tenth of the memory of a tree, and
/// writing it is copying. The text is canonical, so equal values are equal texts.
public struct RawJSON: Hashable, Sendable {
    public let text: String

    /// - Throws: for numbers that JSON cannot write.
    public init(_ value: JSONValue) throws(JSONError) {
        text = String(decoding: try KubeJSON.encode(value), as: UTF8.self)
    }

    public var value: JSONValue {
        get throws(JSONError) { try KubeJSON.parse(text.utf8) }
    }
}

/// `KubeJSON` copies the text; this is for other coders.
extension RawJSON: Codable {
    public init(from decoder: any Decoder) throws { try self.init(try JSONValue(from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
