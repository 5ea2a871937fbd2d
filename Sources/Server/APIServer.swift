import Foundation
import Hummingbird
import Kube
import Logging
import NIOPosix
import ServiceLifecycle
import Store

/// The Kubernetes API of this host, over the store. Owned by the daemon; holds no state of its own but the JSON of objects
/// that were asked for lately.
public struct APIServer: Sendable {
    private let environment: ServerEnvironment
    private let registry: KindRegistry
    private let logger: Logger
    private let limits: ConnectionGuard.Limits

    /// - Parameter registry: the kinds to offer; the store must know their types.
    public init(
        store: Store, registry: [KindRegistration] = KindRegistration.all, services: HostServices, logger: Logger
    ) {
        self.init(
            store: store, registry: registry, services: services, logger: logger, limits: ConnectionGuard.Limits())
    }

    /// - Parameter limits: shorter in tests, which do not want to wait for slow clients as long as we do.
    init(
        store: Store, registry: [KindRegistration] = KindRegistration.all, services: HostServices, logger: Logger,
        limits: ConnectionGuard.Limits
    ) {
        self.registry = KindRegistry(registry)
        environment = ServerEnvironment(
            store: store, services: services, encoded: EncodedObjects(),
            documents: OpenAPIDocuments(self.registry, version: VersionInfo(stint: services.version).gitVersion),
            requests: RequestCounters())
        self.logger = logger
        self.limits = limits
    }

    /// Serves on a unix socket until graceful shutdown: then no new requests, running ones end, streams are closed.
    ///
    /// - Parameters:
    ///   - socketPath: made with mode 0600, replaced if it is there, removed at the end.
    ///   - onListening: called once, when clients can connect.
    public func run(socketPath: String, onListening: @escaping @Sendable () async -> Void = {}) async throws {
        defer { try? FileManager.default.removeItem(atPath: socketPath) }  // a daemon that ends leaves no dead socket
        var listener = Listener.unixSocket(path: socketPath)
        listener.limits = limits
        try await serve(listener) {
            do {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: socketPath)
            } catch {
                logger.warning("the socket kept its mode", metadata: ["path": "\(socketPath)", "error": "\(error)"])
            }
            await onListening()
        }
    }

    /// The same as a service of the daemon.
    public func service(
        socketPath: String, onListening: @escaping @Sendable () async -> Void = {}
    ) -> some Service {
        APIService(server: self, socketPath: socketPath, onListening: onListening)
    }

    func serve(_ listener: Listener, onListening: @escaping @Sendable () async -> Void) async throws {
        // Hummingbird says at info what the daemon says better.
        var quiet = logger
        if quiet.logLevel > .debug { quiet.logLevel = max(quiet.logLevel, .notice) }
        let dispatcher = Dispatcher(registry: registry, environment: environment, listener: listener)
        // Not Hummingbird's `Application`: that one wakes the daemon every second to keep a date for its headers.
        let server = try listener.server(logger: quiet).buildServer(
            configuration: listener.configuration(logger: quiet),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet
        ) { [quiet] request, writer, channel in
            var response = await dispatcher.respond(
                to: request, context: ConnectionContext(channel: channel, logger: quiet))
            response.headers[.date] = HTTPDate.text(Date())
            try await writer.write(response: response.head, body: response.body)
        } onServerRunning: { _ in
            await onListening()
        }
        try await server.run()
    }
}

private struct APIService: Service {
    let server: APIServer
    let socketPath: String
    let onListening: @Sendable () async -> Void

    func run() async throws { try await server.run(socketPath: socketPath, onListening: onListening) }
}
