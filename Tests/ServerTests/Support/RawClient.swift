import Foundation
import Kube
import NIOCore
import NIOPosix
import Testing

/// One connection to a unix socket, byte by byte: requests can be as wrong as a test wants them.
struct RawClient {
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    let channel: any Channel

    /// - Parameter reads: false for a client that never takes anything off the wire.
    static func connect<T: Sendable>(
        _ path: String, reads: Bool = true, _ body: @escaping @Sendable (RawClient) async throws -> T
    ) async throws -> T {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.autoRead, value: reads)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound: inbound, outbound: outbound, channel: channel.channel))
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// What came before the blank line, in small letters, and what came behind it with the same reads.
    static func readHead(
        _ iterator: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) async throws -> (head: String, rest: [UInt8]) {
        var bytes: [UInt8] = []
        while true {
            bytes += try #require(try await iterator.next()).readableBytesView
            guard let range = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).lowercased()
            return (head, Array(bytes[range.upperBound...]))
        }
    }

    /// Everything until the server closes.
    func readAll() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in inbound { bytes += chunk.readableBytesView }
        return bytes
    }
}

/// An answer, taken apart.
struct Reply: CustomStringConvertible {
    var code = 0
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(_ bytes: [UInt8]) {
        var (head, rest) = Reply.split(bytes)
        while head.hasPrefix("HTTP/1.1 100") { (head, rest) = Reply.split(rest) }
        let lines = head.components(separatedBy: "\r\n")
        code = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        body = self["transfer-encoding"] == "chunked" ? Reply.dechunk(rest) : rest
    }

    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
    func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { (try? KubeJSON.parse(body)) ?? .null }
    /// Each line of a stream.
    var lines: [JSONValue] {
        text.split(separator: "\n").map { (try? KubeJSON.parse(Array($0.utf8))) ?? .null }
    }
    var message: String? { at("message").string }
    func at(_ path: String) -> JSONValue { json.at(path) }
    var description: String { "\(code) \(text)" }

    private static func split(_ bytes: [UInt8]) -> (String, [UInt8]) {
        guard let range = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return ("", bytes) }
        return (String(decoding: bytes[..<range.lowerBound], as: UTF8.self), Array(bytes[range.upperBound...]))
    }

    static func dechunk(_ bytes: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        var rest = bytes[...]
        while let end = rest.firstRange(of: Array("\r\n".utf8)) {
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16) ?? 0
            if size == 0 { break }
            body += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return body
    }
}

extension JSONValue {
    /// What lies at a path like `items.0.metadata.name`; null when there is nothing.
    func at(_ path: String) -> JSONValue {
        path.split(separator: ".").reduce(self) { value, step in
            switch value {
            case .object(let members): members[String(step)] ?? .null
            case .array(let items): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil } ?? .null
            default: .null
            }
        }
    }
}
