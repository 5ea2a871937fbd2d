/// Why a body is no protobuf of ours, or a tree cannot become one. Words follow Go's where Go has any, because clients
/// show them. Fields are named as `JobSpec.parallelism`.
public enum ProtobufError: Error, Hashable, Sendable {
    case noBody
    /// Without the four bytes that every body starts with.
    case noPrefix
    /// A length or a number that goes on behind the end.
    case truncated
    case overlongNumber
    case illegalTag(message: String, number: UInt64, wireType: UInt64)
    case wrongWireType(field: String, wireType: UInt64)
    case notUTF8(field: String)
    case badValue(field: String, reason: String)
    case tooDeep
    case missingKind(apiVersion: String, kind: String)
    case missingVersion(apiVersion: String, kind: String)
    case unknownKind(apiVersion: String, kind: String)
    /// `contentEncoding` of the envelope.
    case contentEncoding(String)
    /// `contentType` of the envelope.
    case contentType(String)
    /// A tree whose value at a field is of another type.
    case wrongType(field: String, expected: String)
}

extension ProtobufError {
    /// Where it happened, added by whoever knows: the inside of a value has no name for itself.
    func named(_ name: @autoclosure () -> String) -> ProtobufError {
        switch self {
        case .wrongWireType("", let wireType): .wrongWireType(field: name(), wireType: wireType)
        case .notUTF8(""): .notUTF8(field: name())
        case .badValue("", let reason): .badValue(field: name(), reason: reason)
        case .wrongType("", let expected): .wrongType(field: name(), expected: expected)
        default: self
        }
    }
}

extension ProtobufError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noBody: "empty body"
        case .noPrefix:
            "provided data does not appear to be a protobuf message, expected prefix \(KubeProtobuf.prefix)"
        case .truncated: "unexpected EOF"
        case .overlongNumber: "proto: integer overflow"
        case .illegalTag(let message, let number, let wireType):
            "proto: \(message): illegal tag \(number) (wire type \(wireType))"
        case .wrongWireType(let field, let wireType): "proto: wrong wireType = \(wireType) for field \(field)"
        case .notUTF8(let field): "proto: field \(field) contains invalid UTF-8"
        case .badValue(let field, let reason): "proto: field \(field): \(reason)"
        case .tooDeep: "proto: nested deeper than \(KubeProtobuf.maximumDepth) levels"
        case .missingKind(let apiVersion, let kind):
            "Object 'Kind' is missing in 'runtime.TypeMeta{APIVersion:\"\(apiVersion)\", Kind:\"\(kind)\"}'"
        case .missingVersion(let apiVersion, let kind):
            "Object 'apiVersion' is missing in 'runtime.TypeMeta{APIVersion:\"\(apiVersion)\", Kind:\"\(kind)\"}'"
        case .unknownKind(let apiVersion, let kind): "no kind \"\(kind)\" is registered for version \"\(apiVersion)\""
        case .contentEncoding(let encoding): "unsupported contentEncoding \"\(encoding)\""
        case .contentType(let type): "unsupported contentType \"\(type)\""
        case .wrongType(let field, let expected): "field \(field) is not of type \(expected)"
        }
    }
}
