/// Bodies in Kubernetes' protobuf encoding, to and from the trees that JSON bodies become.
///
/// A body is four bytes that say so and an envelope (`runtime.Unknown`) around the object:
///
///     "k8s\0" { 1 { 1 apiVersion, 2 kind }, 2 the object, 3 contentEncoding, 4 contentType }
///
/// The object's own fields are found in the schema, by kind. What a client sends is never trusted: sizes are checked
/// against what is there, nesting is bounded, and the tree is of the order of the body.
public enum KubeProtobuf {
    public static let mediaType = "application/vnd.kubernetes.protobuf"

    static let prefix: [UInt8] = Array("k8s\0".utf8)

    /// As deep as JSON may be.
    static let maximumDepth = JSONParser.maximumDepth

    /// The object's tree, with `apiVersion` and `kind`.
    public static func decode(_ bytes: [UInt8], schema: Schema = .kubernetes) throws(ProtobufError) -> JSONValue {
        guard !bytes.isEmpty else { throw .noBody }
        guard bytes.starts(with: prefix) else { throw .noPrefix }
        guard bytes.count > prefix.count else { throw .noBody }
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(ProtobufError) in
                let body = UnsafeRawBufferPointer(rebasing: buffer.dropFirst(prefix.count))
                return try object(in: ProtobufEnvelope(WireReader(body)), schema)
            }
        }
        return try result.get()
    }

    private static func object(in envelope: ProtobufEnvelope, _ schema: Schema) throws(ProtobufError) -> JSONValue {
        let (apiVersion, kind) = (envelope.apiVersion, envelope.kind)
        guard envelope.contentEncoding.isEmpty else { throw .contentEncoding(envelope.contentEncoding) }
        guard !kind.isEmpty else { throw .missingKind(apiVersion: apiVersion, kind: kind) }
        guard !apiVersion.isEmpty else { throw .missingVersion(apiVersion: apiVersion, kind: kind) }
        var members: [String: JSONValue] = [:]
        switch envelope.contentType {
        case "", mediaType:
            guard let message = message(apiVersion, kind, schema) else {
                throw .unknownKind(apiVersion: apiVersion, kind: kind)
            }
            if let raw = envelope.raw {
                try ProtobufDecoder(schema: schema).decode(raw, message, into: &members, depth: 1)
            }
        case "application/json":
            members = try json(envelope.raw)
        default: throw .contentType(envelope.contentType)
        }
        members["apiVersion"] = .string(apiVersion)
        members["kind"] = .string(kind)
        return .object(members)
    }

    private static func json(_ raw: WireReader?) throws(ProtobufError) -> [String: JSONValue] {
        do {
            guard let members = try KubeJSON.parse(raw?.rest ?? UnsafeBufferPointer(start: nil, count: 0)).object
            else { throw ProtobufError.wrongType(field: "Unknown.raw", expected: "object") }
            return members
        } catch let error as JSONError {
            throw .badValue(field: "Unknown.raw", reason: "\(error)")
        } catch let error as ProtobufError {
            throw error
        } catch {
            throw .badValue(field: "Unknown.raw", reason: "\(error)")
        }
    }

    /// The body for a tree. What the schema does not know is left out.
    public static func encode(_ tree: JSONValue, schema: Schema = .kubernetes) throws(ProtobufError) -> [UInt8] {
        let (apiVersion, kind) = (tree["apiVersion"]?.string ?? "", tree["kind"]?.string ?? "")
        guard !kind.isEmpty else { throw .missingKind(apiVersion: apiVersion, kind: kind) }
        guard !apiVersion.isEmpty else { throw .missingVersion(apiVersion: apiVersion, kind: kind) }
        guard let message = message(apiVersion, kind, schema) else {
            throw .unknownKind(apiVersion: apiVersion, kind: kind)
        }
        var writer = WireWriter()
        try ProtobufEnvelope.write(apiVersion: apiVersion, kind: kind, to: &writer) { (writer) throws(ProtobufError) in
            try ProtobufEncoder(schema: schema).encode(tree, message, to: &writer, depth: 1)
        }
        return prefix + writer.bytes
    }

    /// One event of a watch, as `application/vnd.kubernetes.protobuf;stream=watch` has it: its length in four bytes, most
    /// significant first, and a bare `WatchEvent` whose object is a whole body.
    public static func watchFrame(
        type: String, object: JSONValue, schema: Schema = .kubernetes
    ) throws(ProtobufError) -> [UInt8] { watchFrame(type: type, body: try encode(object, schema: schema)) }

    /// The same, of a body encoded once for many watchers.
    public static func watchFrame(type: String, body: [UInt8]) -> [UInt8] {
        var object = WireWriter()
        object.data(1, body)
        var event = WireWriter()
        event.string(1, type)
        event.data(2, object.bytes)
        let length = withUnsafeBytes(of: UInt32(truncatingIfNeeded: event.bytes.count).bigEndian, Array.init)
        return length + event.bytes
    }

    private static func message(_ apiVersion: String, _ kind: String, _ schema: Schema) -> MessageSchema? {
        let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: return schema.message(group: "", version: parts[0], kind: kind)
        case 2: return schema.message(group: parts[0], version: parts[1], kind: kind)
        default: return nil
        }
    }
}
