/// Reads a request body as one object of a known kind, once, and says what in it was not understood.
public enum ObjectDecoder {
    public enum ContentType: Sendable {
        case json
        case yaml
        case protobuf
    }

    /// A body as a tree, whatever it was written in, and the paths of names it gave twice.
    public struct Body: Sendable {
        public var value: JSONValue
        public var duplicates: [String]

        public init(_ value: JSONValue, duplicates: [String] = []) {
            self.value = value
            self.duplicates = duplicates
        }
    }

    public static func decode<R: Resource>(
        _ type: R.Type, from bytes: some Sequence<UInt8>, contentType: ContentType = .json
    ) throws(Status) -> DecodedObject<R> {
        let body = try parse(bytes, contentType, kind: R.type.kind)
        return try decode(type, from: body.value, duplicates: body.duplicates)
    }

    /// - Parameter kind: what the body should be, for messages.
    public static func parse(
        _ bytes: some Sequence<UInt8>, _ contentType: ContentType, kind: String
    ) throws(Status) -> Body {
        do {
            switch contentType {
            case .json:
                let (value, duplicates) = try JSONParser.parse(Array(bytes))
                return Body(value, duplicates: duplicates)
            case .yaml:
                let (value, duplicates) = try YAMLReader.readDocument(Array(bytes))
                return Body(value, duplicates: duplicates)
            case .protobuf: return Body(try KubeProtobuf.decode(Array(bytes)))
            }
        } catch let error as JSONError {
            if case .tooLarge(let message) = error { throw .tooLarge(message) }
            throw .badRequest("the object provided is unrecognized (must be of type \(kind)): \(error)")
        } catch {
            throw .badRequest("the object provided is unrecognized (must be of type \(kind)): \(error)")
        }
    }

    /// The same from a tree, such as a patched object.
    public static func decode<R: Resource>(
        _ type: R.Type, from value: JSONValue, duplicates: [String] = []
    ) throws(Status) -> DecodedObject<R> {
        guard case .object(let members) = value else {
            throw .badRequest("the object provided is unrecognized (must be of type \(R.type.kind)): not an object")
        }
        let kind = members["kind"]?.string ?? R.type.kind
        if let version = members["apiVersion"]?.string, !version.isEmpty, version != R.type.apiVersion {
            throw .badRequest(
                "the API version in the data (\(version)) does not match the expected API version "
                    + "(\(R.type.apiVersion))")
        }
        let subject = "\(kind) in version \(R.type.version.goQuoted) cannot be handled as a \(R.type.kind)"
        if kind != R.type.kind, !kind.isEmpty {
            throw .badRequest(
                "\(subject): no kind \(kind.goQuoted) is registered for version \(R.type.apiVersion.goQuoted) here")
        }
        do {
            var (object, unknown) = try TreeDecoding.decode(
                type, from: named(members, R.type), findsUnknownFields: true)
            if object.metadata.labels?.isEmpty == true { object.metadata.labels = nil }
            return DecodedObject(object: object, unknownFields: unknown, duplicateFields: duplicates)
        } catch {
            throw .badRequest("\(subject): \(error)")
        }
    }

    private static func named(_ members: [String: JSONValue], _ type: ResourceType) -> JSONValue {
        var members = members
        members["apiVersion"] = .string(type.apiVersion)
        members["kind"] = .string(type.kind)
        return .object(members)
    }
}

/// An object and what its text had beside it.
public struct DecodedObject<R: Resource>: Sendable {
    public var object: R
    /// Paths the type does not know: `spec.template.spec.containers[0].imagee`.
    public let unknownFields: [String]
    /// Paths given more than once.
    public let duplicateFields: [String]

    /// One sentence for each: `unknown field "spec.foo"`. With `fieldValidation=Warn` these are warnings.
    public var strictProblems: [String] {
        duplicateFields.map { "duplicate field \($0.goQuoted)" } + unknownFields.map { "unknown field \($0.goQuoted)" }
    }

    /// With `fieldValidation=Strict` they refuse the request.
    public func requireStrict() throws(Status) {
        if strictProblems.isEmpty { return }
        throw .badRequest(
            "\(R.type.kind) in version \(R.type.version.goQuoted) cannot be handled as a \(R.type.kind): "
                + "strict decoding error: \(strictProblems.joined(separator: ", "))")
    }
}
