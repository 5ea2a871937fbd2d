import Foundation
import Hummingbird
import HummingbirdCore
import Kube
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Store
import SystemPackage

/// The Kubernetes API of this host, over the store. Owned by the daemon; holds no state of its own but the JSON of objects
/// that were asked for lately.
public struct APIServer: Sendable {
    private let environment: ServerEnvironment
    private let registry: KindRegistry
    private let logger: Logger
    private let limits: ConnectionGuard.Limits
    private let bound = BoundAddresses()

    /// - Parameters:
    ///   - registry: the kinds to offer; the store must know their types.
    ///   - pki: issues kubeconfigs; without it there are none.
    public init(
        store: Store, registry: [KindRegistration] = KindRegistration.all, services: HostServices, pki: HostPKI? = nil,
        logger: Logger
    ) {
        self.init(
            store: store, registry: registry, services: services, pki: pki, logger: logger,
            limits: ConnectionGuard.Limits())
    }

    /// - Parameter limits: shorter in tests, which do not want to wait for slow clients as long as we do.
    init(
        store: Store, registry: [KindRegistration] = KindRegistration.all, services: HostServices, pki: HostPKI? = nil,
        logger: Logger, limits: ConnectionGuard.Limits
    ) {
        self.registry = KindRegistry(registry)
        environment = ServerEnvironment(
            store: store, services: services, encoded: EncodedObjects(),
            documents: OpenAPIDocuments(self.registry, version: VersionInfo(stint: services.version).gitVersion),
            requests: RequestCounters(),
            kubeconfigs: pki.map { [bound] in KubeconfigIssuer(pki: $0, store: store, bound: bound) })
        self.logger = logger
        self.limits = limits
    }

    /// Serves until graceful shutdown: then no new requests, running ones end, streams are closed. A listener that cannot
    /// listen ends them all.
    ///
    /// - Parameter onListening: called once, when clients can connect to every listener, with the addresses that are TCP's.
    public func run(
        _ listeners: [Listener], onListening: @escaping @Sendable ([TCPAddress]) async -> Void = { _ in }
    ) async throws {
        let (reports, report) = AsyncStream<(place: Int, address: TCPAddress?)>.makeStream()
        // The socket comes last: when an address is taken, nobody has connected yet.
        let (tcp, tcpIsBound) = AsyncStream<Void>.makeStream()
        let tcpCount = listeners.filter { $0.pki != nil }.count
        if tcpCount == 0 { tcpIsBound.finish() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { report.finish() }
                try await withThrowingTaskGroup(of: Void.self) { servers in
                    for (place, listener) in listeners.enumerated() {
                        servers.addTask {
                            if listener.pki == nil { for await _ in tcp {} }
                            try Task.checkCancellation()
                            try await serve(listener) { report.yield((place, $0)) }
                            // Shut down before it listened: then nobody else would say so.
                            if listener.pki != nil { tcpIsBound.finish() }
                        }
                    }
                    // Not `waitForAll`, which would let the others go on when one has failed.
                    while try await servers.next() != nil {}
                }
            }
            group.addTask {
                var found: [Int: TCPAddress] = [:]
                var waiting = listeners.count
                for await report in reports {
                    found[report.place] = report.address
                    if found.count == tcpCount { tcpIsBound.finish() }
                    waiting -= 1
                    if waiting == 0 { break }
                }
                guard waiting == 0 else { return }
                // In the order they were asked for: the first is the one in kubeconfigs.
                let addresses = found.sorted { $0.key < $1.key }.map(\.value)
                bound.addresses = addresses
                await onListening(addresses)
            }
            while try await group.next() != nil {}
        }
    }

    /// The same as a service of the daemon.
    public func service(
        _ listeners: [Listener], onListening: @escaping @Sendable ([TCPAddress]) async -> Void = { _ in }
    ) -> some Service {
        APIService(server: self, listeners: listeners, onListening: onListening)
    }

    private func serve(_ listener: Listener, onListening: @escaping @Sendable (TCPAddress?) -> Void) async throws {
        switch listener.address {
        case .tcp(let host, let port):
            do {
                try await accept(listener) { address in
                    onListening(TCPAddress(host: host, port: address?.port ?? port))
                }
            } catch let error as IOError {
                throw ListenError(address: TCPAddress(host: host, port: port), errno: Errno(rawValue: error.errnoCode))
            }
        case .unixSocket(let path):
            defer { try? FileManager.default.removeItem(atPath: path) }  // a daemon that ends leaves no dead socket
            try await accept(listener) { _ in
                do {
                    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
                } catch {
                    logger.warning("the socket kept its mode", metadata: ["path": "\(path)", "error": "\(error)"])
                }
                onListening(nil)
            }
        }
    }

    private func accept(
        _ listener: Listener, onListening: @escaping @Sendable (NIOCore.SocketAddress?) -> Void
    ) async throws {
        var listener = listener
        listener.limits = limits
        // Hummingbird says at info what the daemon says better.
        var quiet = logger
        if quiet.logLevel > .debug { quiet.logLevel = max(quiet.logLevel, .notice) }
        let dispatcher = Dispatcher(registry: registry, environment: environment, listener: listener)
        // Not Hummingbird's `Application`: that one wakes the daemon every second to keep a date for its headers.
        let server = APIChannel(listener, logger: quiet) { [quiet] request, writer, channel, peer in
            var response = await dispatcher.respond(
                to: request, context: ConnectionContext(channel: channel, identity: peer.current, logger: quiet))
            response.headers[.date] = HTTPDate.text(Date())
            try await writer.write(response: response.head, body: response.body)
        }.server(
            configuration: listener.configuration(logger: quiet),
            onServerRunning: { onListening($0.localAddress) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        try await server.run()
    }
}

/// A TCP address that cannot be listened on.
struct ListenError: Error, CustomStringConvertible {
    let address: TCPAddress
    let errno: Errno

    var description: String {
        let way = "choose another address with --listen HOST:PORT, or do without TCP with --listen none"
        return errno == .addressInUse
            ? "\(address) is in use by another program: \(way)" : "cannot listen on \(address): \(errno): \(way)"
    }
}

private struct APIService: Service {
    let server: APIServer
    let listeners: [Listener]
    let onListening: @Sendable ([TCPAddress]) async -> Void

    func run() async throws { try await server.run(listeners, onListening: onListening) }
}
