import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

@testable import Server

/// The TLS side of a test server, and what clients of it do.
struct TLSFront: Sendable {
    let pki: HostPKI
    let port: Int

    /// What a client shows.
    typealias Leaf = CertificateAuthority.Leaf

    /// A certificate as `stint kubeconfig --user` gives it.
    func leaf(_ user: String, namespace: String, isReadOnly: Bool = false) throws -> Leaf {
        let groups = [Identity.group(ofNamespace: namespace)] + (isReadOnly ? [Identity.readOnly] : [])
        return try pki.issue(user: user, groups: groups, seconds: 3600)
    }

    /// One request on a connection of its own; throws when the connection breaks before there is an answer.
    func send(
        _ method: String, _ target: String, _ body: String? = nil, type: String = "application/json", as leaf: Leaf?,
        host: String? = "127.0.0.1:6443", headers: [String] = []
    ) async throws -> Reply {
        var head = "\(method) \(target) HTTP/1.1\r\nConnection: close\r\n"
        if let host { head += "Host: \(host)\r\n" }
        for header in headers { head += header + "\r\n" }
        if let body { head += "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n" }
        let text = head + "\r\n" + (body ?? "")
        return try await connect(as: leaf) { client in
            try await client.send(text)
            return Reply(try await client.readAll())
        }
    }

    func get(_ target: String, as leaf: Leaf?) async throws -> Reply { try await send("GET", target, as: leaf) }

    /// A handshake, then whatever the body does. The server must prove that it is the one the authority vouches for.
    func connect<T: Sendable>(
        as leaf: Leaf?, _ body: @escaping @Sendable (RawClient) async throws -> T
    ) async throws -> T {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: Array(pki.caCertificatePEM.utf8), format: .pem)
        ])
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if let leaf {
            configuration.certificateChain = [
                .certificate(try NIOSSLCertificate(bytes: Array(leaf.certificatePEM.utf8), format: .pem))
            ]
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(leaf.keyPEM.utf8), format: .pem))
        }
        return try await connect(configuration, body)
    }

    func connect<T: Sendable>(
        _ configuration: TLSConfiguration, negotiated: @escaping @Sendable (String?) -> Void = { _ in },
        _ body: @escaping @Sendable (RawClient) async throws -> T
    ) async throws -> T {
        let context = try NIOSSLContext(configuration: configuration)
        return try await plain(
            { channel in
                try channel.pipeline.syncOperations.addHandlers([
                    try NIOSSLClientHandler(context: context, serverHostname: nil), Farewell(negotiated),
                ])
            }, body)
    }

    /// TCP without TLS.
    func plain<T: Sendable>(
        _ setUp: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        _ body: @escaping @Sendable (RawClient) async throws -> T
    ) async throws -> T {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try setUp(channel)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound: inbound, outbound: outbound, channel: channel.channel))
        }
    }
}

/// Tells which protocol was agreed on. How a connection ends is not what these tests are about.
private final class Farewell: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let negotiated: @Sendable (String?) -> Void

    init(_ negotiated: @escaping @Sendable (String?) -> Void) { self.negotiated = negotiated }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let name)? = event as? TLSUserEvent { negotiated(name) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.fireErrorCaught(error)
    }
}

/// A clock that stands still until the test moves it.
final class TestClock: Sendable {
    private struct State {
        var now: Date
        var sleepers: [(until: Date, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Shared<State>

    init(_ now: Date) { state = Shared(State(now: now)) }

    var wall: WallClock {
        WallClock(
            now: { self.state.withLock { $0.now } },
            sleep: { date in
                await withCheckedContinuation { wake in
                    let isDue = self.state.withLock { state in
                        if date > state.now { state.sleepers.append((date, wake)) }
                        return date <= state.now
                    }
                    if isDue { wake.resume() }
                }
            })
    }

    /// Wakes whoever waits for a time that has come. Others wait on, also when their task was cancelled.
    func move(to date: Date) {
        let due = state.withLock { state in
            state.now = date
            let due = state.sleepers.filter { $0.until <= date }.map(\.wake)
            state.sleepers.removeAll { $0.until <= date }
            return due
        }
        for wake in due { wake.resume() }
    }

    /// Lets everybody go, so that nothing is left waiting when the test ends.
    func end() { move(to: .distantFuture) }
}
