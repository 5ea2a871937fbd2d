/// A number or a name (`intstr.IntOrString`), such as the port of a container.
public enum IntOrString: Hashable, Sendable {
    case integer(Int)
    case string(String)
}

extension IntOrString: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {  // asks "is it a string?"
            self = .string(text)
        } else {
            self = .integer(try container.decode(Int.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        }
    }
}
