import Foundation
import Hummingbird
import Kube
import NIOCore
import ServiceLifecycle

extension KindEndpoint {
    /// A command in a container: the request becomes a connection that carries its streams.
    ///
    /// 1. What is wrong with the request is answered before anything else, and the connection stays what it was: an
    ///    upgrade that fails leaves nobody anything that the request alone was not allowed (CVE-2018-1002105).
    /// 2. The command is started before the upgrade, so that why it cannot be is an answer like any other.
    /// 3. From the upgrade on the connection belongs to this one stream, and ends with it.
    func exec(_ call: ResourceCall) async throws(Status) -> Response {
        var options = try PodStreamOptions(call.query, needsCommand: true)
        let pod = try streamedPod(call, &options)
        let accepted = try StreamUpgrade.decide(call.request.method, call.request.headers)
        let stream: PodStream
        do {
            stream = try await environment.services.podExec(pod, options)
        } catch {
            throw Status(host: error)
        }
        return try await upgrade(call, accepted, stream, options, asked: options)
    }

    /// What a container's own program writes from now on, and what it reads, in the same manner. What a client sends to a
    /// program without `stdin` is dropped.
    func attach(_ call: ResourceCall) async throws(Status) -> Response {
        var options = try PodStreamOptions(call.query, needsCommand: false)
        let pod = try streamedPod(call, &options)
        // Whether there is a terminal, the pod says and not the client (the kubelet's GetAttach).
        let asked = options
        let container = pod.spec.allContainers.first { $0.name == options.container }
        options.follow(tty: container?.tty == true)
        let accepted = try StreamUpgrade.decide(call.request.method, call.request.headers)
        let stream: PodStream
        do {
            stream = try await environment.services.podAttach(pod, options)
        } catch {
            throw Status(host: error)
        }
        return try await upgrade(call, accepted, stream, options, asked: asked)
    }

    /// Connections to ports of a pod, any number of them over one: SPDY, by itself or inside a WebSocket.
    func forwardPorts(_ call: ResourceCall) async throws(Status) -> Response {
        let pod = try reachablePod(call)
        try requireHost(pod)
        let accepted = try StreamUpgrade.decide(call.request.method, call.request.headers, .ports)
        let connection = try await takeConnection(call)
        let bytes: any ByteCarrier =
            switch accepted {
            case .webSocket: WebSocketTunnel(connection)
            case .spdy: connection
            }
        let session = PortForwardSession(
            connection: SPDYConnection(bytes), pod: pod, connect: environment.services.podConnect)
        return Response(upgrade: accepted, session.run)
    }

    /// The pod, if the caller may have its streams; with the container filled in.
    func streamedPod(_ call: ResourceCall, _ options: inout PodStreamOptions) throws(Status) -> Pod {
        let pod = try reachablePod(call)
        options.container = try PodLogs.container(options.container, in: pod)
        try requireHost(pod)
        return pod
    }

    /// The pod, if the caller may get inside.
    private func reachablePod(_ call: ResourceCall) throws(Status) -> Pod {
        // A WebSocket can only be asked for with GET (SPDY with POST too), but what it does is create (upstream's
        // AuthorizePodWebsocketUpgradeCreatePermission).
        let attributes = Attributes(.create, call.path)
        let decision = Authorizer.decide(call.identity, attributes)
        guard decision.isAllowed else { throw Status.forbidden(call.identity, attributes, reason: decision.reason) }
        guard let pod = store.get(Pod.self, call.key) else { throw Status.notFound(Pod.type, call.key.name) }
        // In a pod that may do more than its user, he would be more than he is: only masters get in there.
        if let refusal = PodSecurityAdmission.refusal(of: pod, for: call.identity) { throw refusal }
        return pod
    }

    private func requireHost(_ pod: Pod) throws(Status) {
        guard (pod.spec.nodeName ?? "").isEmpty else { return }
        throw Status.badRequest("pod \(pod.name) does not have a host assigned")
    }

    /// From here on it is not HTTP's any more.
    func takeConnection(_ call: ResourceCall) async throws(Status) -> UpgradedConnection {
        do {
            return try await UpgradedConnection.take(over: call.channel)
        } catch {
            throw Status.internalError("unable to upgrade: \(error)")
        }
    }

    /// - Parameter asked: as the client did, where that is not what it gets.
    func upgrade(
        _ call: ResourceCall, _ accepted: StreamUpgrade.Accepted, _ stream: PodStream, _ options: PodStreamOptions,
        asked: PodStreamOptions
    ) async throws(Status) -> Response {
        let connection: UpgradedConnection
        do throws(Status) { connection = try await takeConnection(call) } catch {
            stream.end()
            throw error
        }
        let carrier: any StreamCarrier =
            switch accepted {
            case .webSocket(let name, _):
                WebSocketCarrier(connection, name.flatMap(StreamProtocol.init) ?? .v1, options)
            case .spdy: SPDYCarrier(SPDYConnection(connection), asked)
            }
        let session = StreamSession(carrier: carrier, stream: stream, options: options)
        return Response(upgrade: accepted, session.run)
    }
}

extension Response {
    /// The head of the last answer of a connection, and what happens on it from then on.
    ///
    /// - Parameter run: is told how to wait for the daemon's end, which it cancels when the session is over by itself.
    init(
        upgrade accepted: StreamUpgrade.Accepted,
        _ run: @escaping @Sendable (_ untilShutdown: @escaping @Sendable () async -> Void) async -> Void
    ) {
        var headers: HTTPFields = [.connection: "Upgrade"]
        switch accepted {
        case .webSocket(let version, let proof):
            headers[.upgrade] = "websocket"
            headers[.secWebSocketAccept] = proof
            headers[.secWebSocketProtocol] = version
        case .spdy(let version):
            headers[.upgrade] = "SPDY/3.1"
            headers[.streamProtocolVersion] = version
        }
        self.init(
            status: .switchingProtocols, headers: headers,
            body: ResponseBody { _ in await run { try? await gracefulShutdown() } })
    }
}
