import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL

/// One kind of connection: HTTP/1.1, over TLS when the listener has certificates, and who is at the other end.
struct APIChannel: ServerChildChannel {
    typealias Responder = @Sendable (Request, consuming ResponseWriter, any Channel, PeerIdentity) async throws -> Void

    struct Connection: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let peer: PeerIdentity
        var channel: any Channel { http.channel }
    }

    let listener: Listener
    let responder: Responder
    private let http: HTTP1Channel.Configuration

    init(_ listener: Listener, logger: Logger, responder: @escaping Responder) {
        self.listener = listener
        self.responder = responder
        let (limits, users) = (listener.limits, listener.allowedUsers)
        http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(limits: limits, allowedUsers: users, logger: logger)])
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        let peer = PeerIdentity(listener.identity)
        return channel.eventLoop.makeCompletedFuture {
            guard let pki = listener.pki else { return }
            let (gate, tls) = (TLSGate(), NIOSSLServerHandler(context: pki.context()))
            try channel.pipeline.syncOperations.addHandlers([
                gate, tls, HandshakeGuard(limit: listener.limits.handshake, gate: gate, tls: tls, peer: peer),
            ])
        }.flatMap {
            HTTP1Channel(responder: { _, _, _ in }, configuration: http).setup(channel: channel, logger: logger)
        }.map { Connection(http: $0, peer: peer) }
    }

    func handle(value connection: Connection, logger: Logger) async {
        let (responder, peer) = (responder, connection.peer)
        let channel = HTTP1Channel(
            responder: { try await responder($0, $1, $2, peer) }, configuration: http)
        await channel.handle(value: connection.http, logger: logger)
    }
}
