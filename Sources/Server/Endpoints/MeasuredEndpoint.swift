import Hummingbird
import Kube

/// A kind whose objects are made when somebody asks, such as measurements: they can be got and listed, and nothing else.
struct MeasuredEndpoint<R: FieldSelectable & Tabular>: Endpoint {
    let measure: @Sendable () async -> [R]

    func respond(to call: ResourceCall) async throws(Status) -> Response {
        let form = try Form<R>(call, isStream: false)
        if call.verb == .get {
            guard let object = await measure().first(where: { $0.key == call.key }) else {
                throw Status.notFound(R.type, call.key.name)
            }
            return .bytes(try form.encode(object, with: nil), type: form.contentType)
        }
        let selection = try Selection<R>(try ListOptions(call.query), name: nil)
        let namespace = call.path.namespace ?? selection.namespace
        let objects = await measure().filter { object in
            (namespace == nil || object.metadata.namespace == namespace) && selection.includes(object)
        }
        return try form.list(ListMeta(), objects)
    }
}
