import Foundation
import Hummingbird
import Kube
import Logging
import Store

/// From a request to its answer: reads the head, finds who is responsible, and turns every error into a Status.
/// What the head means is decided by pure types (`RequestTarget`, `APIPath`, `KindRegistry`); nothing here knows a kind.
struct Dispatcher: Sendable {
    let registry: KindRegistry
    let endpoints: [ResourceType: any Endpoint]
    let stint: StintAPI
    let version: VersionInfo
    let listener: Listener
    let documents: OpenAPIDocuments
    let requests: RequestCounters
    let store: Store

    init(registry: KindRegistry, environment: ServerEnvironment, listener: Listener) {
        self.registry = registry
        self.listener = listener
        endpoints = Dictionary(
            registry.kinds.map { ($0.type, $0.makeEndpoint(environment)) }, uniquingKeysWith: { first, _ in first })
        stint = StintAPI(
            store: environment.store, services: environment.services, kubeconfigs: environment.kubeconfigs)
        version = VersionInfo(stint: environment.services.version)
        documents = environment.documents
        requests = environment.requests
        store = environment.store
    }

    func respond(to request: Request, context: ConnectionContext) async -> Response {
        let start = ContinuousClock.now
        var kind = RequestCounters.Kind(verb: request.method.rawValue)
        var response: Response
        do throws(Status) {
            response = try await answer(request, context, &kind)
        } catch {
            response = .failure(error)
        }
        let duration = ContinuousClock.now - start
        requests.count(kind, code: response.status.code, seconds: duration / .seconds(1))
        if request.method == .head { response = response.createHeadResponse() }
        context.logger.debug(
            "answered",
            metadata: [
                "http.method": "\(request.method)", "http.target": "\(request.head.path ?? "")",
                "http.status": "\(response.status.code)", "duration": "\(duration)",
            ])
        return response
    }

    /// - Parameter kind: becomes what the request turned out to be, for counting.
    private func answer(
        _ request: Request, _ context: ConnectionContext, _ kind: inout RequestCounters.Kind
    ) async throws(Status) -> Response {
        guard listener.admits(host: request.head.authority, origin: request.headers[.origin]) else {
            throw Status(
                code: 403, reason: "Forbidden", message: "requests from web pages or for other hosts are not answered")
        }
        let identity = try authenticate(request, context)
        let target = try RequestTarget(request.head.path ?? "")
        let path = APIPath(target.segments)
        switch path {
        case .resource(let path): return try await resource(path, target.query, request, identity, context, &kind)
        case .stint(let path):
            try authorize(identity, StintAPI.attributes(of: path, request.method))
            return try await stint.respond(path, target.query, request, identity, on: context.channel)
        default:
            try authorize(
                identity,
                Attributes(
                    verb: request.method.rawValue.lowercased(), path: "/" + target.segments.joined(separator: "/")))
            guard request.method == .get || request.method == .head else {
                throw path == .unknown ? Status.pathNotFound() : Status.methodNotAllowed
            }
            return try describe(path, target.query, request)
        }
    }

    /// Who the request is from: whoever the connection proved, or whom a master says to be.
    private func authenticate(_ request: Request, _ context: ConnectionContext) throws(Status) -> Identity {
        guard let identity = context.identity, identity.isValid(at: Date()) else { throw Status.unauthorized() }
        return try Impersonation.decide(identity, request.headers)
    }

    private func authorize(_ identity: Identity, _ attributes: Attributes) throws(Status) {
        let decision = Authorizer.decide(identity, attributes)
        if !decision.isAllowed { throw Status.forbidden(identity, attributes, reason: decision.reason) }
    }

    private func resource(
        _ path: ResourcePath, _ query: Query, _ request: Request, _ identity: Identity, _ context: ConnectionContext,
        _ counted: inout RequestCounters.Kind
    ) async throws(Status) -> Response {
        let (kind, verb) = try registry.decide(request.method, path, watch: query.flag("watch") ?? false)
        counted = RequestCounters.Kind(
            verb: verb.rawValue.uppercased(), group: path.group, version: path.version, resource: path.resource,
            subresource: path.subresource ?? "")
        try authorize(identity, Attributes(verb, path))
        guard let endpoint = endpoints[kind.type] else { throw Status.pathNotFound() }
        return try await endpoint.respond(
            to: ResourceCall(
                verb: verb, path: path, query: query, request: request, identity: identity, channel: context.channel,
                now: Date()))
    }

    /// What the server says about itself.
    private func describe(_ path: APIPath, _ query: Query, _ request: Request) throws(Status) -> Response {
        let discovery = Discovery(registry: registry)
        if path == .coreVersions || path == .groups,
            let version = Representation.aggregatedDiscovery(accept: request.headers[.accept])
        {
            let list = discovery.aggregated(isCore: path == .coreVersions, version: version)
            return .bytes(try Encoding.json(list), type: Discovery.aggregatedType(version))
        }
        switch path {
        case .root: return try .json(["paths": discovery.paths])
        case .version: return try .json(version)
        case .health(let probe, let check): return try health(probe, check, verbose: query["verbose"] != nil)
        case .coreVersions: return try .json(discovery.coreVersions)
        case .groups: return try .json(discovery.groups)
        case .group(let name):
            guard let group = discovery.group(name) else { throw Status.pathNotFound() }
            return try .json(group)
        case .resources(let group, let version):
            guard let list = discovery.resources(group: group, version: version) else { throw Status.pathNotFound() }
            return try .json(list)
        case .openAPIv2: return try documents.v2(request)
        case .openAPIv3: return try .json(try documents.v3Index())
        case .openAPIv3Group(let place): return try documents.v3(place, request)
        case .metrics:
            let page = MetricsPage(store: store, requests: requests, version: version).text()
            return .bytes(ByteBuffer(string: page), type: PrometheusText.contentType)
        case .resource, .stint, .unknown: throw Status.pathNotFound()
        }
    }

    /// A server that answers is healthy: there is nothing behind it that could be down while it is up.
    private func health(_ probe: String, _ check: String?, verbose: Bool) throws(Status) -> Response {
        guard check == nil || check == "ping" else { throw Status.pathNotFound() }
        return .text(verbose ? "[+]ping ok\n\(probe) check passed\n" : "ok")
    }
}
