import Hummingbird
import Kube

extension KindEndpoint {
    /// Ends a pod as a drain asks for it (policy/v1 Eviction). There are no disruption budgets here, so it is a delete with
    /// the options that came along.
    func evict(_ call: ResourceCall) async throws(Status) -> Response {
        let content = try MediaType(contentType: call.contentType).content
        let bytes = try await BodyReader.collect(call.request)
        let body = try ObjectDecoder.parse(bytes, content, kind: "Eviction").value
        let name = body["metadata"]?["name"]?.string ?? ""
        guard name.isEmpty || name == call.key.name else {
            throw Status.badRequest("name in URL does not match name in Eviction object")
        }
        var request = try DeleteRequest(tree: body["deleteOptions"] ?? .object([:]))
        let options = try WriteOptions(call.query, kind: "CreateOptions")
        request.dryRun = request.dryRun || options.dryRun
        _ = try await delete(call.key, request)
        var answer = Status(code: 201, reason: "", message: "")
        answer.reason = nil
        answer.message = nil
        return .bytes(try Encoding.json(answer), status: .created)
    }
}
