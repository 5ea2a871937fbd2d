import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The unix socket on which the daemon serves the API: HTTP/1.1, one connection for each exchange.
///
/// Both directions have back-pressure: a request body is read no faster than the daemon takes it, an answer is
/// received no faster than it is used. One event loop thread, started by the first exchange; a verb that asks
/// nothing of the daemon never starts it.
struct DaemonSocket: Sendable {
    let path: String

    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private typealias HTTPChannel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Sends a request and hands the answer to `read` while it arrives. The connection is closed when `read` returns
    /// or throws, or when the task is cancelled.
    func exchange<Answer: Sendable>(
        _ request: APIRequest, _ read: (inout APIResponse) async throws -> Answer
    ) async throws -> Answer {
        let channel = try await connect()
        let sourceFailure = SourceFailure()
        do {
            return try await channel.executeThenClose { inbound, outbound in
                async let sending: Void = Self.send(request, to: outbound) { error in
                    sourceFailure.error.withLock { $0 = error }
                    channel.channel.close(promise: nil)
                }
                var parts = inbound.makeAsyncIterator()
                guard case .head(let head)? = try await parts.next() else { throw ConnectionError.noAnswer(path) }
                var response = APIResponse(head: head, parts: parts, path: path)
                let answer = try await read(&response)
                channel.channel.close(promise: nil)  // an answer before the end of the body: stop sending
                await sending
                return answer
            }
        } catch {
            try Task.checkCancellation()
            throw sourceFailure.error.withLock { $0 } ?? error
        }
    }

    /// Why the body could not be read, which explains a broken exchange better than anything the socket says.
    private final class SourceFailure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    private func connect() async throws -> HTTPChannel {
        try await Self.explaining(path) {
            try await ClientBootstrap(group: Self.eventLoops).connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try HTTPChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(backPressureStrategy: .init(lowWatermark: 4, highWatermark: 32)))
                }
            }
        }
    }

    /// The same without HTTP, for what becomes something else.
    func connectForBytes() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await Self.explaining(path) {
            try await ClientBootstrap(group: Self.eventLoops).connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(backPressureStrategy: .init(lowWatermark: 4, highWatermark: 32)))
                }
            }
        }
    }

    private static func explaining<T>(_ path: String, _ connect: () async throws -> T) async throws -> T {
        do {
            return try await connect()
        } catch let error as IOError {
            throw ConnectionError.noDaemon(path, errno: error.errnoCode)
        } catch SocketAddressError.unixDomainSocketPathTooLong {
            throw ConnectionError.pathTooLong(path)
        }
    }

    /// A daemon that stops listening is no failure here: what it answers, or that it answers nothing, says more.
    private static func send(
        _ request: APIRequest, to outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>,
        sourceFailed: @Sendable (any Error) -> Void
    ) async {
        do {
            try await outbound.write(.head(request.head))
            switch request.body {
            case .none: break
            case .bytes(let bytes): try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
            case .stream(let source, _):
                while true {
                    let piece: ByteBuffer?
                    do {
                        piece = try await source.next()
                    } catch is CancellationError {
                        return  // the daemon answered before it had read everything: the answer counts
                    } catch {
                        return sourceFailed(error)
                    }
                    guard let piece else { break }
                    try await outbound.write(.body(.byteBuffer(piece)))
                }
            }
            try await outbound.write(.end(nil))
        } catch {
            return
        }
    }
}
