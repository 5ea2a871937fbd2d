import NIOCore
import NIOHTTP1

/// Takes a connection over from HTTP: from the moment it is added, what the client sends is another protocol and comes
/// here, and nothing of it reaches the handlers of HTTP, which stay behind it with nothing to do. What they still have to say, the
/// head of the one answer, passes through unchanged.
///
/// It reads from the socket only when what it read before was taken, so it holds one read's worth.
final class StreamHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var chunks: [ByteBuffer] = []
    private var waiter: CheckedContinuation<ByteBuffer?, Never>?
    private var context: ChannelHandlerContext?
    /// Somebody wanted to read while there was enough.
    private var holdsRead = false
    /// The client sends no more.
    private var isOver = false

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        chunks.append(unwrapInboundIn(data))
        deliver()
    }

    func read(context: ChannelHandlerContext) {
        if chunks.isEmpty || isOver { context.read() } else { holdsRead = true }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Half a connection is of no use to a client of these: it could not be told how the command ended.
        if let event = event as? ChannelEvent, event == .inputClosed { end() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.fireErrorCaught(error)
    }

    /// A client that takes its time is not the stalled one that `ConnectionGuard` looks for: people stop their terminals.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.fireChannelWritabilityChanged() }
    }

    // MARK: on the event loop

    func take(_ continuation: CheckedContinuation<ByteBuffer?, Never>) {
        precondition(waiter == nil, "one task reads a connection")
        waiter = continuation
        deliver()
    }

    func stopWaiting() {
        waiter?.resume(returning: nil)
        waiter = nil
    }

    /// Done when the socket has taken it.
    func send(_ bytes: ByteBuffer) -> EventLoopFuture<Void>? { context?.writeAndFlush(wrapOutboundOut(bytes)) }

    private func deliver() {
        guard let waiter else { return }
        if !chunks.isEmpty {
            self.waiter = nil
            waiter.resume(returning: chunks.removeFirst())
        } else if isOver {
            stopWaiting()
        }
        if chunks.isEmpty, holdsRead {
            holdsRead = false
            context?.read()
        }
    }

    private func end() {
        isOver = true
        deliver()
    }
}

@available(*, unavailable)
extension StreamHandler: Sendable {}

/// A connection that is HTTP no longer: bytes in both directions.
final class UpgradedConnection: ByteCarrier {
    private let channel: any Channel
    private let handler: NIOLoopBound<StreamHandler>

    /// Takes the connection over. From here on the request has no body, and only the head of an answer can be sent as
    /// HTTP.
    static func take(over channel: any Channel) async throws -> UpgradedConnection {
        try await channel.eventLoop.submit {
            let handler = StreamHandler()
            let pipeline = channel.pipeline.syncOperations
            // In front of all of HTTP, behind TLS.
            let first = try pipeline.handler(type: HTTPResponseEncoder.self)
            try pipeline.addHandler(handler, position: .before(first))
            return UpgradedConnection(channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
        }.get()
    }

    private init(_ channel: any Channel, _ handler: NIOLoopBound<StreamHandler>) {
        self.channel = channel
        self.handler = handler
    }

    func next() async -> ByteBuffer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = Task.isCancelled
                channel.eventLoop.execute {
                    if isCancelled { return continuation.resume(returning: nil) }
                    self.handler.value.take(continuation)
                }
            }
        } onCancel: {
            channel.eventLoop.execute { self.handler.value.stopWaiting() }
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        let bytes = ByteBuffer(bytes: bytes)
        try await channel.eventLoop.flatSubmit {
            self.handler.value.send(bytes) ?? self.channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }.get()
    }

    func close() async {
        // Closed already is as good.
        try? await channel.close()
    }
}
