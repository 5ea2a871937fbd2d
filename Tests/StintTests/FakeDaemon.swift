import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A daemon with canned answers on a unix socket of its own, for the time of one test. What it was asked is kept.
///
/// It stands in for the real one only where the contract fixes the answer; decisions it does not have.
final class FakeDaemon: Sendable {
    struct Question: Sendable, Equatable {
        var method: String
        var target: String
        var accept: String
        var contentType: String
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Answer: Sendable {
        case json(String, status: Int = 200, headers: [(String, String)] = [])
        /// Each piece is sent by itself, after so many milliseconds; the connection ends after the last.
        case stream([String], pause: Int = 0)
        /// Sent, then left open.
        case open([String])
        /// The connection is closed in the middle of the answer.
        case cut(String)
    }

    typealias Script = @Sendable (Question) -> Answer

    let path: String
    private let channel: any Channel
    private let asked = Mutex<[Question]>([])

    var questions: [Question] { asked.withLock { $0 } }

    private init(path: String, channel: any Channel) {
        self.path = path
        self.channel = channel
    }

    /// Runs `body` with a daemon that answers as the script says.
    static func with<R: Sendable>(
        _ script: @escaping Script, _ body: (FakeDaemon) async throws -> R
    ) async throws -> R {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("stint-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("s").path
        let recorder = Recorder()
        let channel = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(Handler(script: script, recorder: recorder))
                }
            }
            .bind(unixDomainSocketPath: path).get()
        let daemon = FakeDaemon(path: path, channel: channel)
        recorder.daemon.withLock { $0 = daemon }
        do {
            let result = try await body(daemon)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Recorder: Sendable {
        let daemon = Mutex<FakeDaemon?>(nil)
        func record(_ question: Question) { daemon.withLock { $0 }?.asked.withLock { $0.append(question) } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let script: Script
        private let recorder: Recorder
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(script: @escaping Script, recorder: Recorder) {
            self.script = script
            self.recorder = recorder
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(let piece): body += Array(piece.readableBytesView)
            case .end:
                guard let head else { return }
                let question = Question(
                    method: head.method.rawValue, target: head.uri, accept: head.headers["Accept"].first ?? "",
                    contentType: head.headers["Content-Type"].first ?? "", body: body)
                recorder.record(question)
                answer(script(question), context)
            }
        }

        private func answer(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .json(let text, let status, let extra):
                var headers = HTTPHeaders([
                    ("Content-Type", "application/json"), ("Content-Length", "\(text.utf8.count)"),
                ])
                for (name, value) in extra { headers.add(name: name, value: value) }
                send(.init(version: .http1_1, status: .init(statusCode: status), headers: headers), context)
                write(text, context)
                end(context)
            case .stream(let pieces, let pause):
                send(.init(version: .http1_1, status: .ok, headers: ["Transfer-Encoding": "chunked"]), context)
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                for (index, piece) in pieces.enumerated() {
                    context.eventLoop.scheduleTask(in: .milliseconds(Int64(pause * index))) {
                        bound.value.0.write(piece, bound.value.1)
                        if index == pieces.count - 1 { bound.value.0.end(bound.value.1) }
                    }
                }
                if pieces.isEmpty { end(context) }
            case .open(let pieces):
                send(.init(version: .http1_1, status: .ok, headers: ["Transfer-Encoding": "chunked"]), context)
                for piece in pieces { write(piece, context) }
            case .cut(let text):
                let headers: HTTPHeaders = ["Content-Length": "\(text.utf8.count + 100)"]
                send(.init(version: .http1_1, status: .ok, headers: headers), context)
                write(text, context)
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: .milliseconds(20)) { bound.value.close(promise: nil) }
            }
        }

        private func send(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }

        private func end(_ context: ChannelHandlerContext) {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
        }
    }
}
