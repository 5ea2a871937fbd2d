import NIOCore

/// In front of TLS, where bytes are as they came. A client that speaks plain HTTP is told so, in the words of Go's server,
/// which clients show to their users; what else is no TLS fails in the handshake. And the one place from which a
/// connection can be closed without the farewells of TLS, which a silent client would not answer.
final class TLSGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let answer =
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"

    private enum State { case new, encrypted, refused }
    private var state = State.new
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if state == .new { state = opensMethod(unwrapInboundIn(data)) ? .refused : .encrypted }
        guard state == .refused else { return context.fireChannelRead(data) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer)))
            .whenComplete { _ in bound.value.close(promise: nil) }
    }

    /// Call on the event loop.
    func closeAtOnce() { context?.close(promise: nil) }

    /// TLS records begin with a number below 0x20, methods with a letter.
    private func opensMethod(_ bytes: ByteBuffer) -> Bool {
        guard let first = bytes.readableBytesView.first else { return false }
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first)
    }
}

@available(*, unavailable)
extension TLSGate: Sendable {}
