import NIOCore
import NIOSSL
import NIOTLS

/// Behind TLS: ends a handshake that takes too long, and notes who the client is when it is done, before any request of
/// the connection can arrive. Who turns out to be nobody has what is left of that time to ask and be told 401, so that
/// strangers cannot keep the connections that others need.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let limit: TimeAmount
    private let gate: TLSGate
    private let tls: NIOSSLServerHandler
    private let peer: PeerIdentity
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount, gate: TLSGate, tls: NIOSSLServerHandler, peer: PeerIdentity) {
        self.limit = limit
        self.gate = gate
        self.tls = tls
        self.peer = peer
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { self.gate.closeAtOnce() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            let identity = tls.peerCertificate.flatMap { Identity(certificate: $0) }
            peer.current = identity
            if identity != nil { timer?.cancel() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// A client that ends its side without the farewell of TLS is one that ended its side: HTTP knows what is missing.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.fireErrorCaught(error)
    }
}

@available(*, unavailable)
extension HandshakeGuard: Sendable {}
