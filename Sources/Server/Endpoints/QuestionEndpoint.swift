import Hummingbird
import Kube

/// What a client asks by creating an object that is kept nowhere.
struct Question: Sendable {
    /// The object as it came, with `apiVersion` and `kind`.
    let body: JSONValue
    let identity: Identity
}

/// A kind that is only a question, such as SelfSubjectAccessReview: the answer is the object with its status.
struct QuestionEndpoint: Endpoint {
    let type: ResourceType
    let environment: ServerEnvironment
    let answer: @Sendable (Question, ServerEnvironment) throws(Status) -> JSONValue

    func respond(to call: ResourceCall) async throws(Status) -> Response {
        let representation = try Representation(accept: call.accept)
        _ = try WriteOptions(call.query, kind: "CreateOptions")
        let content = try MediaType(contentType: call.contentType).content
        let bytes = try await BodyReader.collect(call.request)
        var body = try ObjectDecoder.parse(bytes, content, kind: type.kind).value
        guard case .object(var members) = body else {
            throw Status.badRequest("the object provided is unrecognized (must be of type \(type.kind)): not an object")
        }
        for (name, wanted) in [("apiVersion", type.apiVersion), ("kind", type.kind)] {
            guard members[name]?.string ?? wanted == wanted else {
                throw Status.badRequest(
                    "the \(name) in the data (\(members[name]?.string ?? "")) does not match the expected one (\(wanted))"
                )
            }
            members[name] = .string(wanted)
        }
        body = .object(members)
        let answer = try answer(Question(body: body, identity: call.identity), environment)
        let json = try Encoding.json(answer)
        switch representation.encoding {
        case .json: return .bytes(json, status: .created)
        case .yaml: return .bytes(try Encoding.yaml(json), type: MediaType.yaml.rawValue, status: .created)
        case .protobuf: return .bytes(try Encoding.protobuf(json), type: MediaType.protobuf.rawValue, status: .created)
        }
    }
}
