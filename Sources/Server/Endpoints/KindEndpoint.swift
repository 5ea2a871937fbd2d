import Hummingbird
import Kube
import Store

/// The verbs of one kind over the store. Each verb is an extension in a file of its own.
struct KindEndpoint<R: ServedKind>: Endpoint {
    let environment: ServerEnvironment
    let rules: KindRules
    let verbs: Set<Verb>
    /// Nil when the kind is served as it is stored.
    var view: KindView?

    var store: Store { environment.store }
    /// What clients of this endpoint see.
    var type: ResourceType { view?.type ?? R.type }

    /// - Throws: 406, before anything is read or written.
    func form(_ call: ResourceCall, isStream: Bool = false) throws(Status) -> Form<R> {
        try Form(call, isStream: isStream, view: view)
    }

    func respond(to call: ResourceCall) async throws(Status) -> Response {
        switch (call.verb, call.path.subresource.flatMap(Subresource.init)) {
        case (.get, .log): try await log(call)
        case (.create, .eviction): try await evict(call)
        case (.get, .exec), (.create, .exec): try await exec(call)
        case (.get, .attach), (.create, .attach): try await attach(call)
        case (.get, .portforward), (.create, .portforward): try await forwardPorts(call)
        case (.get, _): try get(call)
        case (.list, _): try list(call)
        case (.watch, _): try watch(call)
        case (.create, _): try await create(call)
        case (.update, let part): try await update(call, isStatus: part == .status)
        case (.patch, let part): try await patch(call, isStatus: part == .status)
        case (.delete, _): try await delete(call)
        case (.deletecollection, _): try await deleteCollection(call)
        }
    }

    /// One object as the answer, in the form the client asked for.
    ///
    /// - Parameter isStored: false of a rehearsal, whose object has the version of the one that stays.
    func reply(
        _ object: R, _ call: ResourceCall, isStored: Bool = true, status: HTTPResponse.Status = .ok,
        warnings: [String] = []
    ) throws(Status) -> Response {
        let form = try form(call)
        return .bytes(
            try form.encode(object, with: isStored ? environment.encoded : nil), type: form.contentType, status: status,
            warnings: warnings)
    }

    func get(_ call: ResourceCall) throws(Status) -> Response {
        let asked = try ListOptions(call.query).resourceVersion ?? 0
        let current = store.revision
        if asked > current { throw Status.tooLargeResourceVersion(asked, current: current) }
        guard let object = store.get(R.self, call.key) else { throw Status.notFound(type, call.key.name) }
        return try reply(object, call)
    }
}
