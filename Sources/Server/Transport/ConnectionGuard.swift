import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes

/// Sits in every connection's pipeline and carries out what `ConnectionState` decides: who may connect, how long we wait
/// for a client that says nothing, and how long for one that reads nothing.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Sent down the pipeline by an answer that streams until its client goes away.
    enum Signal: Sendable { case streamingBegan }

    struct Limits: Sendable {
        var head: TimeAmount = .seconds(90)
        var stall: TimeAmount = .seconds(30)
        /// From the connection to the end of the TLS handshake.
        var handshake: TimeAmount = .seconds(10)
        /// Between half-closing and closing, so that the client can read the answer while it still sends.
        var linger: TimeAmount = .seconds(1)
    }

    private let limits: Limits
    /// User ids that may connect, by peer credentials; nil for listeners that authenticate otherwise.
    private let allowedUsers: Set<UInt32>?
    private let logger: Logger
    private var state = ConnectionState()
    private var headTimer: Scheduled<Void>?
    private var stallTimer: Scheduled<Void>?
    private var isKnown = false

    init(limits: Limits, allowedUsers: Set<UInt32>?, logger: Logger) {
        self.limits = limits
        self.allowedUsers = allowedUsers
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { welcome(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        welcome(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelTimers()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelTimers() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            let expects = head.headerFields[.expect]?.lowercased() == "100-continue"
            perform(state.receivedHead(expectsContinue: expects), context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind != .informational:
            perform(state.sentHead(asksToClose: head.headerFields[.connection] == "close"), context)
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            perform(state.sentEnd(), context)
        default: context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        perform(state.writabilityChanged(context.channel.isWritable), context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { perform(state.inputClosed(), context) }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard event is Signal else { return context.triggerUserOutboundEvent(event, promise: promise) }
        perform(state.streamingBegan(), context)
        promise?.succeed()
    }

    private func welcome(_ context: ChannelHandlerContext) {
        guard !isKnown else { return }
        isKnown = true
        if let allowedUsers, let user = PeerCredentials.user(of: context.channel), !allowedUsers.contains(user) {
            logger.info("refused a connection of another user", metadata: ["peer.uid": "\(user)"])
            context.close(promise: nil)
            return
        }
        perform(state.connected(), context)
    }

    private func perform(_ actions: [ConnectionState.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .startHeadTimer:
                headTimer?.cancel()
                headTimer = schedule(limits.head, context) { $0.state.headTimerFired() }
            case .cancelHeadTimer: headTimer?.cancel()
            case .startStallTimer:
                stallTimer?.cancel()
                stallTimer = schedule(limits.stall, context) { $0.state.stallTimerFired() }
            case .cancelStallTimer: stallTimer?.cancel()
            case .sendContinue:
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            case .closeGently:
                context.flush()
                context.close(mode: .output, promise: nil)
                _ = schedule(limits.linger, context) { _ in [.close] }
            case .close: context.close(promise: nil)
            }
        }
    }

    private func schedule(
        _ time: TimeAmount, _ context: ChannelHandlerContext,
        _ decide: @escaping (ConnectionGuard) -> [ConnectionState.Action]
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.perform(decide(self), context)
        }
    }

    private func cancelTimers() {
        headTimer?.cancel()
        stallTimer?.cancel()
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
