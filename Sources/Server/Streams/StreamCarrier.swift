import Kube
import NIOCore
import Synchronization

/// Bytes to and from one client.
protocol ByteCarrier: Sendable {
    /// What came next; nil when nothing more will, or the task is cancelled. For one task.
    func next() async -> ByteBuffer?
    /// Returns when the socket has taken it: a client that reads slowly makes its sender wait.
    func send(_ bytes: [UInt8]) async throws
    func close() async
}

/// What a client says to a container.
enum StreamMessage: Equatable, Sendable {
    case input([UInt8])
    case endOfInput
    case size(TerminalSize)
}

/// The streams of one command or program, as one of the protocols carries them. Channels are those of ``StreamChannel``.
protocol StreamCarrier: Sendable {
    /// Returns when both sides are ready.
    func begin() async throws
    /// What the client says next; nil when it says nothing more, or nonsense. For one task.
    func next() async -> StreamMessage?
    func send(_ bytes: [UInt8], on channel: UInt8) async throws
    /// The result, and that nothing follows.
    func finish(_ result: Status) async throws
    /// How long a client is given to close the connection itself, when it has been told everything; nil when it need not.
    var patience: Duration? { get }
    func close() async
}

/// The messages of a WebSocket, on a connection that has become one.
final class WebSocketMessages: Sendable {
    private let connection: UpgradedConnection
    private let reader = Mutex(WebSocketReader(expectsMask: true))

    init(_ connection: UpgradedConnection) { self.connection = connection }

    /// The next one; what WebSocket itself asks is answered on the way. Nil when the client says nothing more, or nonsense.
    /// For one task.
    func next() async -> [UInt8]? {
        while true {
            do {
                while let frame = try reader.withLock({ reader throws(WebSocketError) in try reader.next() }) {
                    switch frame.kind {
                    case .close: return nil
                    case .ping: try await send(WebSocketFrame(.pong, frame.payload))
                    case .pong: continue
                    case .binary, .text, .continuation: return frame.payload
                    }
                }
            } catch {
                return nil
            }
            guard let chunk = await connection.next() else { return nil }
            reader.withLock { $0.append(chunk.readableBytesView) }
        }
    }

    func send(_ frame: WebSocketFrame) async throws { try await connection.send(frame.encoded()) }

    /// Normal closure.
    func sayGoodbye() async throws { try await send(WebSocketFrame(.close, [0x03, 0xe8])) }

    func close() async { await connection.close() }
}

/// One message of a WebSocket is a channel's number and what is said on it.
final class WebSocketCarrier: StreamCarrier {
    private let messages: WebSocketMessages
    private let version: StreamProtocol
    private let options: PodStreamOptions

    let patience: Duration? = nil

    init(_ connection: UpgradedConnection, _ version: StreamProtocol, _ options: PodStreamOptions) {
        messages = WebSocketMessages(connection)
        self.version = version
        self.options = options
    }

    /// Upstream's sign that the connection stands: an empty message on the lowest channel to the client.
    func begin() async throws {
        try await send(
            [], on: options.stdout ? StreamChannel.output : options.stderr ? StreamChannel.errors : StreamChannel.result
        )
    }

    func next() async -> StreamMessage? {
        while let payload = await messages.next() {
            if let message = message(payload) { return message }
        }
        return nil
    }

    private func message(_ payload: [UInt8]) -> StreamMessage? {
        guard let (channel, bytes) = version.message(payload) else { return nil }
        switch channel {
        case StreamChannel.input where !bytes.isEmpty: return .input(bytes)
        // What is no size changes none.
        case StreamChannel.size: return (try? KubeJSON.decode(TerminalSize.self, from: bytes)).map { .size($0) }
        case StreamChannel.close where version == .v5 && bytes == [StreamChannel.input]: return .endOfInput
        default: return nil
        }
    }

    func send(_ bytes: [UInt8], on channel: UInt8) async throws {
        try await messages.send(version.frame(bytes, on: channel))
    }

    func finish(_ result: Status) async throws {
        if let words = try version.result(result) { try await send(words, on: StreamChannel.result) }
        try await messages.sayGoodbye()
    }

    func close() async { await messages.close() }
}
