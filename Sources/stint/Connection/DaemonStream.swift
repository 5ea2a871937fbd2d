import Foundation
import Kube
import NIOCore
import NIOPosix

/// A connection that has become a WebSocket with numbered channels, as `kubectl exec` has it.
struct DaemonStream: Sendable {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Asks for the stream and hands it over, with what comes on it: whole messages, and pings answered.
    ///
    /// - Parameter read: gets each message with its channel's number; false ends it.
    static func run(
        _ request: APIRequest, on socket: DaemonSocket, begin: @Sendable (DaemonStream) -> Void,
        read: (UInt8, ArraySlice<UInt8>) throws -> Bool
    ) async throws {
        let channel = try await socket.connectForBytes()
        try await channel.executeThenClose { inbound, outbound in
            let key = Data((0..<16).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
            let head = [
                "GET \(request.target) HTTP/1.1", "Host: stint", "User-Agent: stint/\(StintVersion.current)",
                "Accept: application/json", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Protocol: \(StreamProtocol.v5.rawValue)",
            ]
            try await outbound.write(ByteBuffer(string: head.joined(separator: "\r\n") + "\r\n\r\n"))
            var chunks = inbound.makeAsyncIterator()
            var reader = WebSocketReader(expectsMask: false)
            reader.append(try await readHead(&chunks, socket.path))
            let stream = DaemonStream(outbound: outbound)
            begin(stream)
            while true {
                while let frame = try reader.next() {
                    switch frame.kind {
                    case .close: return
                    case .ping: try await stream.send(WebSocketFrame(.pong, frame.payload))
                    case .pong: continue
                    case .binary, .text, .continuation:
                        guard let number = frame.payload.first else { continue }
                        if try !read(number, frame.payload.dropFirst()) { return }
                    }
                }
                guard let chunk = try await chunks.next() else { throw ConnectionError.cut(socket.path) }
                reader.append(chunk.readableBytesView)
            }
        }
    }

    func send(_ bytes: some Sequence<UInt8>, on channel: UInt8) async throws {
        try await send(WebSocketFrame(.binary, [channel] + bytes))
    }

    private func send(_ frame: WebSocketFrame) async throws {
        let mask = (0..<4).map { _ in UInt8.random(in: 0...255) }
        try await outbound.write(ByteBuffer(bytes: frame.encoded(mask: mask)))
    }

    /// What came after the head. Anything but an upgrade is the Status that says why not.
    private static func readHead(
        _ chunks: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, _ path: String
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        func more() async throws -> Bool {
            guard let chunk = try await chunks.next() else { return false }
            bytes += chunk.readableBytesView
            return true
        }
        while bytes.firstRange(of: end) == nil {
            guard bytes.count < 65_536, try await more() else { throw ConnectionError.noAnswer(path) }
        }
        guard let range = bytes.firstRange(of: end) else { throw ConnectionError.noAnswer(path) }
        let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let code = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        if code == 101 { return Array(bytes[range.upperBound...]) }
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
            Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces))
        }
        while bytes.count - range.upperBound < min(length ?? 0, 1 << 20) {
            guard try await more() else { break }
        }
        throw failureStatus(.init(statusCode: code), body: Array(bytes[range.upperBound...]))
    }
}
