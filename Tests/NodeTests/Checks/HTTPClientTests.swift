import Foundation
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import Node

/// One request over a connection, against a server that says what the test says.
struct HTTPClientTests {
    /// Answers the first request of each connection with these bytes, and closes it; nothing is no answer at all.
    private final class Server: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: String
        private let seen: @Sendable (String) -> Void
        private var request = ""

        init(_ answer: String, _ seen: @escaping @Sendable (String) -> Void) {
            self.answer = answer
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            request += String(buffer: unwrapInboundIn(data))
            guard request.hasSuffix("\r\n\r\n"), !answer.isEmpty else { return }
            seen(request)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    private func ask(
        _ check: HTTPCheck, _ answer: String, _ seen: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> HTTPAnswer {
        let isSecure = check.isSecure
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if isSecure {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: Self.identity()))
                    }
                    try channel.pipeline.syncOperations.addHandler(Server(answer, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { server.close(promise: nil) }
        return try await HTTPClient.ask(check, over: connect(UInt16(server.localAddress?.port ?? 0)))
    }

    private func connect(_ port: UInt16) throws -> Int32 {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        _ = fcntl(raw, F_SETFL, O_NONBLOCK)
        return raw
    }

    private let plain = HTTPCheck(
        host: "127.0.0.1", port: 80, path: "/a?b",
        headers: [.init(name: "Host", value: "h"), .init(name: "X", value: "y")])

    @Test func `what is sent is what was written, and nothing else`() async throws {
        let seen = Mutex("")
        let answer = try await ask(plain, "HTTP/1.1 204 No Content\r\n\r\n") { text in seen.withLock { $0 = text } }
        #expect(answer == HTTPAnswer(status: 204))
        #expect(seen.withLock { $0 } == "GET /a?b HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n")
    }

    @Test func `a body without a length ends with the connection`() async throws {
        let answer = try await ask(plain, "HTTP/1.0 500 Oh\r\nLocation: /b\r\n\r\nbody")
        #expect(answer == HTTPAnswer(status: 500, location: "/b", body: Array("body".utf8)))
    }

    @Test func `no more than ten kilobytes of a body are read`() async throws {
        let body = String(repeating: "x", count: 100_000)
        let answer = try await ask(plain, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n\(body)")
        #expect(answer.body.count == 10_240)
    }

    @Test func `what comes before the answer is passed over`() async throws {
        let answer = try await ask(plain, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == 200)
    }

    @Test func `a server that is not one is an error`() async throws {
        await #expect(throws: (any Error).self) { _ = try await ask(plain, "SSH-2.0-OpenSSH\r\n") }
    }

    @Test func `a header line that would be two is not sent`() async throws {
        var check = plain
        check.headers.append(.init(name: "X", value: "a\r\nY: b"))
        await #expect(throws: (any Error).self) {
            _ = try await ask(check, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
    }

    @Test func `a server that never answers is left when the task is cancelled`() async throws {
        let task = Task { try await ask(plain, "") }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: (any Error).self) { _ = try await task.value }
    }

    @Test func `a certificate of nobody will do`() async throws {
        var check = plain
        check.isSecure = true
        let answer = try await ask(check, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        #expect(answer == HTTPAnswer(status: 200, body: Array("hi".utf8)))
    }

    /// Made for this test, and good for nothing else.
    private static func identity() throws -> NIOSSLContext {
        let certificate = """
            -----BEGIN CERTIFICATE-----
            MIIBdDCCARugAwIBAgIUXOjui21QBpadCbuWlOHg8MGeEv4wCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEdGVzdDAgFw0yNjEyMDExNTE0MjhaGA8yMTI2MTEwNzE1MTQy
            OFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBD7
            sLN59kBSxC0Ls3VssWXJAh0i4uRhRHlqqofN9DzLz1nhjzNT5tRTC0RWACdpyDBv
            mniJxw+oJ0q3MbqYzZmjUzBRMB0GA1UdDgQWBBTaXRKtmZ8Oi13O2FnNEd8YTubq
            5TAfBgNVHSMEGDAWgBTaXRKtmZ8Oi13O2FnNEd8YTubq5TAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0cAMEQCIFt5CIGFR6Np4NSCHPnyKx6wyMSVatgduaju
            qdL1hx0gAiApKHsbOdxLMu9KXSNmAXf3+8X14aThyFtNmGZAsJLwvQ==
            -----END CERTIFICATE-----
            """
        let key = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgav7GtkhIoyE+Ty4c
            5epxGaX4R0jkGuAGeyTsP7/i/xShRANCAAQQ+7CzefZAUsQtC7N1bLFlyQIdIuLk
            YUR5aqqHzfQ8y89Z4Y8zU+bUUwtEVgAnacgwb5p4iccPqCdKtzG6mM2Z
            -----END PRIVATE KEY-----
            """
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
                privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
    }
}
