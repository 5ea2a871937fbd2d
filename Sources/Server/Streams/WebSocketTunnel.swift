import Kube
import NIOCore

/// Another protocol inside a WebSocket: what its binary messages carry, one after the other (`SPDY/3.1+…` of clients since
/// Kubernetes 1.31).
final class WebSocketTunnel: ByteCarrier {
    private let messages: WebSocketMessages

    init(_ connection: UpgradedConnection) { messages = WebSocketMessages(connection) }

    func next() async -> ByteBuffer? { await messages.next().map { ByteBuffer(bytes: $0) } }

    func send(_ bytes: [UInt8]) async throws { try await messages.send(WebSocketFrame(.binary, bytes)) }

    func close() async {
        // Gone already is as good.
        try? await messages.sayGoodbye()
        await messages.close()
    }
}
