import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What a server said. Nothing in it is trusted.
struct HTTPAnswer: Equatable, Sendable {
    var status: Int
    var location: String?
    /// As much as is kept of it.
    var body: [UInt8] = []
}

/// Speaks HTTP/1.1 once, over a connection that is there already.
enum HTTPClient {
    /// As much of a body as the kubelet reads (`maxRespBodyLength` of pkg/probe/http).
    static let bodyLimit = 10 << 10

    /// Asks, and reads the head of the answer and the beginning of its body. Cancelling the task closes the connection.
    ///
    /// - Parameter socket: not blocking; closed in any case.
    static func ask(_ check: HTTPCheck, over socket: Int32) async throws -> HTTPAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let answer = loop.makePromise(of: HTTPAnswer.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if check.isSecure {
                            // An address is no name that a server could choose a certificate by.
                            let name = isAddress(check.host) ? nil : check.host
                            try pipeline.addHandler(
                                NIOSSLClientHandler(context: anyCertificate.get(), serverHostname: name))
                        }
                        try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                        try pipeline.addHandler(AnswerReader(check, answer))
                    }
                }
                .withConnectedSocket(socket).get()
        } catch {
            answer.fail(error)
            throw error
        }
        return try await withTaskCancellationHandler {
            defer { channel.close(promise: nil) }
            return try await answer.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    /// A check asks whether the server is well, and not who it is.
    private static let anyCertificate = Result { () throws -> NIOSSLContext in
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.trustRoots = .certificates([])
        return try NIOSSLContext(configuration: configuration)
    }
}

/// The server closed the connection before it answered.
struct HTTPConnectionClosed: Error {}

/// Sends the request when it may, and fulfils a promise with the answer.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let check: HTTPCheck
    private let promise: EventLoopPromise<HTTPAnswer>
    private var answer: HTTPAnswer?
    private var isOver = false

    init(_ check: HTTPCheck, _ promise: EventLoopPromise<HTTPAnswer>) {
        self.check = check
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers = HTTPHeaders(check.headers.map { ($0.name, $0.value) })
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: check.path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenFailure { [promise] in promise.fail($0) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 100 and its like come before the answer.
            guard head.status.code >= 200 else { return }
            answer = HTTPAnswer(status: Int(head.status.code), location: head.headers.first(name: "location"))
        case .body(let bytes):
            guard var answer else { return }
            answer.body += bytes.readableBytesView.prefix(HTTPClient.bodyLimit - answer.body.count)
            self.answer = answer
            if answer.body.count >= HTTPClient.bodyLimit { finish(.success(answer), context) }
        case .end:
            if let answer { finish(.success(answer), context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Many servers close a TLS connection without the proper words.
        if let answer, case NIOSSLError.uncleanShutdown = error { return finish(.success(answer), context) }
        finish(.failure(error), context)
    }

    func channelInactive(context: ChannelHandlerContext) { finish(.failure(HTTPConnectionClosed()), context) }

    private func finish(_ result: Result<HTTPAnswer, any Error>, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        promise.completeWith(result)
        context.close(promise: nil)
    }
}
