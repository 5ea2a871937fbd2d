import Foundation
import Kube
import NIOCore
import Synchronization
import Testing

@testable import Server

/// The streams of a command over a connection, byte by byte, with a host that only echoes.
struct ExecWireTests {
    /// A command that says its input again until that ends, and then ends itself.
    private final class Echo: Sendable {
        private let output = AsyncStream<[UInt8]>.makeStream()
        private let over = AsyncStream<Void>.makeStream()
        let sizes = Mutex<[TerminalSize]>([])
        let options = Mutex<PodStreamOptions?>(nil)
        let wasEnded = Mutex(false)

        var stream: PodStream {
            let output = Mutex(output.stream.makeAsyncIterator())
            return PodStream(
                nextOutput: {
                    var iterator = output.withLock { $0 }
                    return await iterator.next()
                },
                nextErrors: { nil },
                write: { self.output.continuation.yield($0) },
                closeInput: { self.finish() },
                resize: { size in self.sizes.withLock { $0.append(size) } },
                wait: {
                    for await _ in self.over.stream {}
                    return Status(code: 200, reason: "", message: "")
                },
                end: {
                    self.wasEnded.withLock { $0 = true }
                    self.finish()
                })
        }

        private func finish() {
            output.continuation.finish()
            over.continuation.finish()
        }
    }

    private func server(_ echo: Echo = Echo(), _ body: @escaping @Sendable (TestServer) async throws -> Void)
        async throws
    {
        var services = HostServices.none
        services.podExec = { _, options in
            echo.options.withLock { $0 = options }
            return echo.stream
        }
        try await TestServer.run(services: services) { server in
            var pod = try KubeJSON.decode(Pod.self, from: Array(Samples.pod("box", containers: ["a", "b"]).utf8))
            pod.metadata.namespace = "default"
            pod.spec.nodeName = "here"
            try await server.store.create(pod)
            try await body(server)
        }
    }

    private static func request(_ target: String, _ headers: [String] = []) -> String {
        (["GET \(podsPath)/\(target) HTTP/1.1", "Host: localhost"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static let upgrade = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io",
    ]

    private static let command = "box/exec?container=a&command=cat&command=-&stdin=true&stdout=true&stderr=true"

    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var target: String
        var code: Int
        var message: String
    }

    @Test(arguments: [
        Refused(
            testDescription: "no such pod", target: "no/exec?command=x&stdout=true", code: 404,
            message: "pods \"no\" not found"),
        Refused(
            testDescription: "no such container", target: "box/exec?container=c&command=x&stdout=true", code: 400,
            message: "container c is not valid for pod box"),
        Refused(
            testDescription: "one of several", target: "box/exec?command=x&stdout=true", code: 400,
            message: "a container name must be specified for pod box, choose one of: [a b]"),
        Refused(
            testDescription: "no stream", target: "box/exec?container=a&command=x&stdout=false&stderr=false", code: 400,
            message: "you must specify at least 1 of stdin, stdout, stderr"),
        Refused(
            testDescription: "no command", target: "box/exec?container=a&stdout=true", code: 400,
            message: "you must specify at least one command for the container"),
        Refused(
            testDescription: "no upgrade", target: "box/exec?container=a&command=x&stdout=true", code: 400,
            message: "Upgrade request required"),
    ])
    func `what is wrong is said before the upgrade`(_ row: Refused) async throws {
        let echo = Echo()
        try await server(echo) { server in
            let headers = row.message.hasPrefix("Upgrade") ? ["Connection: close"] : Self.upgrade
            let reply = try await RawClient.connect(server.socket) { client in
                try await client.send(Self.request(row.target, headers))
                var bytes: [UInt8] = []
                for try await chunk in client.inbound {
                    bytes += chunk.readableBytesView
                    if String(decoding: bytes, as: UTF8.self).contains("\"code\":") { break }
                }
                return Reply(bytes)
            }
            #expect(reply.code == row.code)
            let status = try KubeJSON.decode(Status.self, from: reply.body)
            #expect(status.message == row.message)
        }
        #expect(echo.options.withLock { $0 } == nil)
    }

    /// Reads frames until one is there that will do.
    private static func frames(
        _ client: RawClient, _ iterator: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ reader: inout WebSocketReader, until isEnough: ([WebSocketFrame]) -> Bool
    ) async throws -> [WebSocketFrame] {
        var frames: [WebSocketFrame] = []
        while true {
            while let frame = try reader.next() { frames.append(frame) }
            if isEnough(frames) { return frames }
            guard let chunk = try await iterator.next() else { return frames }
            reader.append(chunk.readableBytesView)
        }
    }

    @Test func `a stream from the handshake to the result`() async throws {
        let echo = Echo()
        try await server(echo) { server in
            try await RawClient.connect(server.socket) { client in
                try await client.send(Self.request(Self.command, Self.upgrade))
                var iterator = client.inbound.makeAsyncIterator()
                let (head, rest) = try await RawClient.readHead(&iterator)
                #expect(head.hasPrefix("http/1.1 101 switching protocols"))
                #expect(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
                #expect(head.contains("sec-websocket-protocol: v5.channel.k8s.io"))
                #expect(!head.contains("transfer-encoding") && !head.contains("content-length"))

                var reader = WebSocketReader(expectsMask: false)
                reader.append(rest)
                let mask: [UInt8] = [1, 2, 3, 4]
                func say(_ bytes: [UInt8], _ kind: WebSocketFrame.Kind = .binary) async throws {
                    try await client.send(WebSocketFrame(kind, bytes).encoded(mask: mask))
                }
                // The sign that the connection stands.
                var found = try await Self.frames(client, &iterator, &reader) { !$0.isEmpty }
                #expect(found == [WebSocketFrame(.binary, [1])])
                try await say([0] + Array("hello".utf8))
                found = try await Self.frames(client, &iterator, &reader) { !$0.isEmpty }
                #expect(found == [WebSocketFrame(.binary, [1] + Array("hello".utf8))])
                try await say(Array("are you there".utf8), .ping)
                found = try await Self.frames(client, &iterator, &reader) { !$0.isEmpty }
                #expect(found == [WebSocketFrame(.pong, Array("are you there".utf8))])
                // Nothing to resize, nothing to close: passed over.
                try await say([4] + Array(#"{"Width":1,"Height":2}"#.utf8))
                try await say([255, 1])
                try await say([])
                try await say([255, 0])
                found = try await Self.frames(client, &iterator, &reader) { $0.contains { $0.kind == .close } }
                #expect(found.count == 2)
                #expect(found[0].payload.first == 3)
                let status = try KubeJSON.decode(Status.self, from: Array(found[0].payload.dropFirst()))
                #expect(status.status == "Success")
                #expect(found[1].payload == [0x03, 0xe8])
                while let more = try await iterator.next() { #expect(more.readableBytes == 0) }
            }
        }
        #expect(echo.sizes.withLock { $0 }.isEmpty)
        let options = echo.options.withLock { $0 }
        #expect(options?.command == ["cat", "-"])
        #expect(options?.container == "a")
    }

    /// What client-go before 1.31 does: opens a stream for each channel, and writes on them.
    @Test func `a stream over SPDY from the handshake to the result`() async throws {
        let echo = Echo()
        try await server(echo) { server in
            try await RawClient.connect(server.socket) { client in
                let head = [
                    "POST \(podsPath)/\(Self.command)&tty=true HTTP/1.1", "Host: localhost", "Content-Length: 0",
                    "Connection: Upgrade", "Upgrade: SPDY/3.1", "X-Stream-Protocol-Version: v4.channel.k8s.io",
                    "X-Stream-Protocol-Version: v3.channel.k8s.io",
                ]
                try await client.send(head.joined(separator: "\r\n") + "\r\n\r\n")
                var iterator = client.inbound.makeAsyncIterator()
                let (answer, rest) = try await RawClient.readHead(&iterator)
                #expect(answer.hasPrefix("http/1.1 101 switching protocols"))
                #expect(answer.contains("upgrade: spdy/3.1"))
                #expect(answer.contains("x-stream-protocol-version: v4.channel.k8s.io"))

                var storer = SPDYStorer()
                var reader = SPDYReader()
                reader.append(rest)
                for (number, name) in ["error", "stdin", "stdout", "resize"].enumerated() {
                    let block = storer.store(SPDYHeaders.encode([(name: "streamType", value: name)]))
                    let frame = SPDYFrame.open(stream: UInt32(number * 2 + 1), headers: block, isLast: false)
                    try await client.send(frame.encoded)
                }
                for frame in [
                    SPDYFrame.data(stream: 7, Array("{\"Width\":9,\"Hei".utf8), isLast: false),
                    .data(stream: 7, Array("ght\":4}\n".utf8), isLast: false), .ping(1),
                    .data(stream: 3, Array("hello".utf8), isLast: false), .data(stream: 3, [], isLast: true),
                ] { try await client.send(frame.encoded) }
                var seen: [SPDYFrame] = []
                while seen.last != .goAway {
                    while let frame = try reader.next() { seen.append(frame) }
                    if seen.last == .goAway { break }
                    reader.append(try #require(try await iterator.next()).readableBytesView)
                }
                let opened = seen.compactMap { if case .reply(let stream, _) = $0 { stream } else { nil } }
                #expect(opened == [1, 3, 5, 7])
                #expect(seen.contains(.ping(1)))
                #expect(seen.contains(.data(stream: 5, Array("hello".utf8), isLast: false)))
                #expect(seen.contains(.data(stream: 5, [], isLast: true)))
                guard case .data(1, let result, true)? = seen.dropLast().last else {
                    Issue.record("\(seen)")
                    return
                }
                #expect(try KubeJSON.decode(Status.self, from: result).status == "Success")
            }
        }
        #expect(echo.sizes.withLock { $0 } == [TerminalSize(width: 9, height: 4)])
        #expect(echo.wasEnded.withLock { $0 })
    }

    @Test(arguments: ["goes", "talks nonsense", "says goodbye"])
    func `a client that goes ends its command`(_ how: String) async throws {
        let echo = Echo()
        try await server(echo) { server in
            try await RawClient.connect(server.socket) { client in
                try await client.send(Self.request(Self.command, Self.upgrade))
                var iterator = client.inbound.makeAsyncIterator()
                _ = try await iterator.next()
                switch how {
                case "talks nonsense": try await client.send([0xff, 0xff, 0xff])
                case "says goodbye": try await client.send(WebSocketFrame(.close, []).encoded(mask: [0, 0, 0, 0]))
                default: client.channel.close(promise: nil)
                }
                while try await iterator.next() != nil {}
            }
            for _ in 0..<200 where !echo.wasEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            #expect(echo.wasEnded.withLock { $0 })
        }
    }

    @Test func `a server that stops ends its streams`() async throws {
        let echo = Echo()
        let (finished, finish) = AsyncStream<Void>.makeStream()
        async let client: Void = {
            for await _ in finished {}
        }()
        try await server(echo) { server in
            let socket = server.socket
            Task {
                try? await RawClient.connect(socket) { client in
                    try await client.send(Self.request(Self.command, Self.upgrade))
                    for try await _ in client.inbound {}
                }
                finish.finish()
            }
            for _ in 0..<200 where echo.options.withLock({ $0 }) == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        await client
        #expect(echo.wasEnded.withLock { $0 })
    }
}
