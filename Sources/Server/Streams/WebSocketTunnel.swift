import Kube
import NIOCore
import Synchronization

/// Another protocol inside a WebSocket: what its binary messages carry, one after the other (`SPDY/3.1+…` of clients since
/// Kubernetes 1.31).
final class WebSocketTunnel: ByteCarrier {
    private let connection: UpgradedConnection
    private let reader = Mutex(WebSocketReader(expectsMask: true))

    init(_ connection: UpgradedConnection) { self.connection = connection }

    func next() async -> ByteBuffer? {
        while true {
            do {
                while let frame = try reader.withLock({ reader throws(WebSocketError) in try reader.next() }) {
                    switch frame.kind {
                    case .close: return nil
                    case .ping: try await connection.send(WebSocketFrame(.pong, frame.payload).encoded())
                    case .pong: continue
                    case .binary, .text, .continuation: return ByteBuffer(bytes: frame.payload)
                    }
                }
            } catch {
                return nil
            }
            guard let chunk = await connection.next() else { return nil }
            reader.withLock { $0.append(chunk.readableBytesView) }
        }
    }

    func send(_ bytes: [UInt8]) async throws { try await connection.send(WebSocketFrame(.binary, bytes).encoded()) }

    func close() async {
        // Normal closure; gone already is as good.
        try? await connection.send(WebSocketFrame(.close, [0x03, 0xe8]).encoded())
        await connection.close()
    }
}
