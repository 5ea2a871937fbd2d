/// One thing wrong with one field, worded as upstream does (apimachinery `field.Error`).
public struct FieldError: Hashable, Sendable, Error {
    /// The raw value is the machine-readable reason in `Status.details.causes`.
    public enum Reason: String, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case duplicate = "FieldValueDuplicate"
        case notFound = "FieldValueNotFound"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case typeInvalid = "FieldValueTypeInvalid"

        var words: String {
            switch self {
            case .required: "Required value"
            case .invalid, .typeInvalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .duplicate: "Duplicate value"
            case .notFound: "Not found"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            }
        }
    }

    public let reason: Reason
    public let field: String
    /// What the user wrote; nil where upstream does not repeat it.
    public let value: JSONValue?
    public let detail: String

    public static func required(_ field: FieldPath, _ detail: String = "") -> FieldError {
        FieldError(reason: .required, field: field.description, value: nil, detail: detail)
    }

    public static func invalid(_ field: FieldPath, _ value: JSONValue?, _ detail: String) -> FieldError {
        FieldError(reason: .invalid, field: field.description, value: value, detail: detail)
    }

    public static func notSupported(_ field: FieldPath, _ value: JSONValue?, _ supported: [String]) -> FieldError {
        let list = supported.map(\.goQuoted).joined(separator: ", ")
        return FieldError(
            reason: .notSupported, field: field.description, value: value,
            detail: list.isEmpty ? "" : "supported values: \(list)")
    }

    public static func forbidden(_ field: FieldPath, _ detail: String) -> FieldError {
        FieldError(reason: .forbidden, field: field.description, value: nil, detail: detail)
    }

    public static func duplicate(_ field: FieldPath, _ value: JSONValue) -> FieldError {
        FieldError(reason: .duplicate, field: field.description, value: value, detail: "")
    }

    public static func notFound(_ field: FieldPath, _ value: JSONValue) -> FieldError {
        FieldError(reason: .notFound, field: field.description, value: value, detail: "")
    }

    public static func tooLong(_ field: FieldPath, maximum: Int) -> FieldError {
        FieldError(
            reason: .tooLong, field: field.description, value: nil, detail: "may not be more than \(maximum) bytes")
    }

    public static func tooMany(_ field: FieldPath, _ count: Int, maximum: Int) -> FieldError {
        FieldError(
            reason: .tooMany, field: field.description, value: .integer(Int64(count)),
            detail: "must have at most \(maximum) items")
    }

    /// Without the field's name.
    public var body: String {
        var text = reason.words
        switch value {
        case .string(let value)?: text += ": \(value.goQuoted)"
        case .some(let value):
            // A value that came from JSON can be written as JSON.
            text += ": \(String(decoding: (try? KubeJSON.encode(value)) ?? [], as: UTF8.self))"
        case nil: break
        }
        return detail.isEmpty ? text : "\(text): \(detail)"
    }

    public var message: String { "\(field): \(body)" }
}

extension [FieldError] {
    /// Each once, where it is first.
    func withoutRepeats() -> [FieldError] {
        var seen: Set<FieldError> = []
        return filter { seen.insert($0).inserted }
    }
}

extension FieldError: CustomStringConvertible {
    public var description: String { message }
}

extension String {
    /// As Go's `%q` writes it.
    public var goQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{7}": text += "\\a"
            case "\u{8}": text += "\\b"
            case "\u{B}": text += "\\v"
            case "\u{C}": text += "\\f"
            case ..<" ", "\u{7F}":
                let hex = String(scalar.value, radix: 16)
                text += "\\x\(hex.count == 1 ? "0" : "")\(hex)"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
