import Crypto
import Hummingbird
import Kube
import NIOCore
import Synchronization

/// The OpenAPI documents of what is served. Each is made when somebody first asks for it, and kept compressed: a document is
/// large, rarely wanted, and then mostly by clients that take gzip.
final class OpenAPIDocuments: Sendable {
    /// A document in one encoding.
    struct Document: Sendable {
        let compressed: ByteBuffer
        let size: Int
        /// Of its bytes; the same document has the same after a restart, so that clients' caches stay good.
        let hash: String
    }

    private let resources: [OpenAPIResource]
    private let version: String
    private let made = Mutex<[String: Document]>([:])

    init(_ registry: KindRegistry, version: String) {
        resources = registry.kinds.map(OpenAPIResource.init)
        self.version = version
    }

    static let v2ProtobufTypes = [
        "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    ]

    func v2(_ request: Request) throws(Status) -> Response {
        let accept = AcceptClause.parse(request.headers[.accept] ?? "")
        let json = MediaType.json.rawValue
        let wanted = accept.isEmpty ? json : OpenAPIDocuments.chosen(accept, among: [json] + Self.v2ProtobufTypes)
        switch wanted {
        case nil: throw Status.notAcceptable([json, Self.v2ProtobufTypes[0]])
        case json?:
            return try answer(
                try document("v2") { () throws(Status) in try Encoding.json(v2Tree) }, request, type: json)
        default:
            let document = try document("v2.pb") { () throws(Status) in
                do {
                    return ByteBuffer(bytes: try OpenAPI.v2Protobuf(v2Tree))
                } catch {
                    throw Status.internalError("the OpenAPI document cannot be written as protobuf: \(error)")
                }
            }
            return try answer(document, request, type: Self.v2ProtobufTypes[1])
        }
    }

    private var v2Tree: JSONValue { OpenAPI.v2(resources, version: version) }

    func v3Index() throws(Status) -> JSONValue {
        // Hashes first: the index cannot ask for them in the middle.
        var hashes: [String: String] = [:]
        for place in places { hashes[place] = try v3(place).hash }
        return OpenAPI.v3Index(resources) { hashes[$0] ?? "" }
    }

    /// - Parameter place: `api/v1`, `apis/batch/v1`.
    func v3(_ place: String, _ request: Request) throws(Status) -> Response {
        guard places.contains(place) else { throw Status.pathNotFound() }
        return try answer(try v3(place), request, type: MediaType.json.rawValue)
    }

    private func v3(_ place: String) throws(Status) -> Document {
        try document("v3/\(place)") { () throws(Status) in
            let parts = place.split(separator: "/").map(String.init)
            let (group, version) = parts.count == 2 ? ("", parts[1]) : (parts[1], parts[2])
            return try Encoding.json(
                OpenAPI.v3(group: group, version: version, resources, apiVersion: self.version))
        }
    }

    private var places: [String] {
        var seen: Set<String> = []
        return resources.map { resource in
            resource.type.group.isEmpty ? "api/\(resource.type.version)" : "apis/\(resource.type.apiVersion)"
        }.filter { seen.insert($0).inserted }
    }

    private func document(_ name: String, _ make: () throws(Status) -> ByteBuffer) throws(Status) -> Document {
        if let found = made.withLock({ $0[name] }) { return found }
        let bytes = try make()
        let hash = SHA256.hash(data: bytes.readableBytesView).map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
        let document = Document(compressed: try Gzip.compress(bytes), size: bytes.readableBytes, hash: hash)
        made.withLock { $0[name] = document }
        return document
    }

    private func answer(_ document: Document, _ request: Request, type: String) throws(Status) -> Response {
        let tag = "\"\(document.hash)\""
        var response: Response
        if request.headers[.ifNoneMatch] == tag {
            response = Response(status: .notModified)
        } else if Gzip.isAccepted(by: request) {
            response = .bytes(document.compressed, type: type)
            response.markCompressed()
        } else {
            response = .bytes(try Gzip.expand(document.compressed, size: document.size), type: type)
            response.headers[.vary] = "Accept-Encoding"
        }
        response.headers[.eTag] = tag
        return response
    }

    private static func chosen(_ clauses: [AcceptClause], among types: [String]) -> String? {
        for clause in clauses {
            if let type = types.first(where: { clause.matches($0) }) { return type }
        }
        return nil
    }
}

extension OpenAPIResource {
    init(_ kind: KindRegistration) {
        self.init(
            type: kind.type, verbs: Set(kind.verbs.map(\.rawValue)),
            subresources: kind.subresources.sorted { $0.rawValue < $1.rawValue }.map(\.document))
    }
}

extension Subresource {
    fileprivate var document: OpenAPISubresource {
        switch self {
        case .attach: .attach
        case .eviction: .eviction
        case .exec: .exec
        case .log: .log
        case .portforward: .portForward
        case .resize: .resize
        case .status: .status
        }
    }
}
