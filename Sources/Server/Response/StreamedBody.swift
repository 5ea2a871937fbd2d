import Hummingbird
import NIOCore
import ServiceLifecycle

/// Answers that are written as they happen: watches, followed logs, progress.
enum StreamedBody {
    /// Runs `produce` until it returns, its client goes away, the time is over or the server shuts down; the last two
    /// end the answer properly, so that the client sees a complete stream.
    ///
    /// - Parameter endsWithInput: a client that closes its side has gone; false while its side still carries a body.
    static func make(
        on channel: any Channel, lasting time: Duration? = nil, endsWithInput: Bool = true,
        _ produce: @escaping @Sendable (StreamWriter) async throws -> Void
    ) -> ResponseBody {
        ResponseBody { writer in
            if endsWithInput {
                channel.triggerUserOutboundEvent(ConnectionGuard.Signal.streamingBegan, promise: nil)
            }
            let stream = StreamWriter(writer)
            let (closed, source) = AsyncStream<Void>.makeStream()
            channel.closeFuture.whenComplete { _ in source.finish() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await produce(stream) }
                group.addTask {
                    for await _ in closed {}
                    try Task.checkCancellation()
                    throw ChannelError.ioOnClosedChannel
                }
                group.addTask { try await gracefulShutdown() }
                if let time { group.addTask { try await Task.sleep(for: time) } }
                defer { group.cancelAll() }
                try await group.next()
            }
            try await writer.finish(nil)
        }
    }
}

/// The body of an answer in progress. Each write returns when the channel has taken it, which is the back-pressure.
/// One task at a time may use it.
final class StreamWriter: @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ buffer: ByteBuffer) async throws {
        var writer = writer
        try await writer.write(buffer)
        self.writer = writer
    }
}
