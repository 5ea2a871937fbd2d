import Foundation
import Kube
import Testing

@testable import Server

/// What the server asks of the host: logs and images.
@Suite struct HostServiceTests {
    static func services(
        logs: @escaping @Sendable (Pod, PodLogOptions) -> HostServices.ByteStream = { _, _ in
            AsyncThrowingStream { $0.finish() }
        },
        importing:
            @escaping @Sendable (HostServices.ByteStream, String?) -> AsyncThrowingStream<
                ImageImportMessage, any Error
            > = { _, _ in AsyncThrowingStream { $0.finish() } }
    ) -> HostServices {
        var services = HostServices.none
        services.podLogs = { pod, options throws(Status) in logs(pod, options) }
        services.importImage = importing
        return services
    }

    static func bytes(_ texts: String...) -> HostServices.ByteStream {
        AsyncThrowingStream { stream in
            for text in texts { stream.yield(Array(text.utf8)) }
            stream.finish()
        }
    }

    /// A pod that runs on this host.
    static func makePod(_ server: TestServer) async throws {
        _ = try await server.send("POST", podsPath, Samples.pod("p"))
        _ = try await server.store.modify(Pod.self, ObjectKey(namespace: "default", name: "p")) { pod in
            pod.spec.nodeName = "here"
            let state =
                #"{"containerStatuses":[{"name":"c","image":"i","imageID":"","ready":true,"restartCount":0,"#
                + #""state":{"running":{}}}]}"#
            pod.status = try KubeJSON.decode(PodStatus.self, from: Array(state.utf8))
        }
    }

    @Test(arguments: [("binary.k8s.io", "hello wo"), ("base64.binary.k8s.io", "aGVsbG8gd28="), ("", "hello wo")])
    func `a log goes over a WebSocket too`(name: String, text: String) async throws {
        let services = Self.services(logs: { _, _ in Self.bytes("hello world\n") })
        try await TestServer.run(services: services) { server in
            try await Self.makePod(server)
            let bytes = try await RawClient.connect(server.socket) { client in
                let offer = name.isEmpty ? "" : "Sec-WebSocket-Protocol: \(name)\r\n"
                try await client.send(
                    "GET \(podsPath)/p/log?limitBytes=8 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(offer)\r\n")
                return try await client.readAll()
            }
            let end = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
            #expect(head.hasPrefix("http/1.1 101 switching protocols"))
            #expect(head.contains("sec-websocket-protocol: \(name)") == !name.isEmpty)
            var reader = WebSocketReader(expectsMask: false)
            reader.append(bytes[end.upperBound...])
            let kind: WebSocketFrame.Kind = name.hasPrefix("base64") ? .text : .binary
            #expect(try reader.next() == WebSocketFrame(kind, []))
            #expect(try reader.next() == WebSocketFrame(kind, Array(text.utf8)))
            #expect(try reader.next() == WebSocketFrame(.close, [0x03, 0xe8]))
        }
    }

    @Test func `a log is text, cut at the limit`() async throws {
        let asked = Shared<PodLogOptions?>(nil)
        let services = Self.services(logs: { _, options in
            asked.withLock { $0 = options }
            return Self.bytes("hello ", "world\n")
        })
        try await TestServer.run(services: services) { server in
            try await Self.makePod(server)
            let log = try await server.get("\(podsPath)/p/log?tailLines=5&timestamps=true")
            #expect(log.code == 200)
            #expect(log["content-type"] == "text/plain")
            #expect(log.text == "hello world\n")
            #expect(asked.withLock { $0?.container } == "c")
            #expect(asked.withLock { $0?.tailLines } == 5)
            #expect(try await server.get("\(podsPath)/p/log?limitBytes=8").text == "hello wo")
            #expect(try await server.get("\(podsPath)/p/log?limitBytes=6").text == "hello ")
        }
    }

    @Test func `no log yet, no such container, no such pod`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("POST", podsPath, Samples.pod("q"))
            let unplaced = try await server.get("\(podsPath)/q/log")
            #expect(unplaced.code == 200)
            #expect(unplaced.text == "")
            let container = try await server.get("\(podsPath)/q/log?container=x")
            #expect(container.code == 400)
            #expect(container.message == "container x is not valid for pod q")
            let missing = try await server.get("\(podsPath)/r/log")
            #expect(missing.code == 404)
            #expect(missing.message == "pods \"r\" not found")
        }
    }

    @Test func `following ends when the reader leaves`() async throws {
        let (ended, hasEnded) = AsyncStream<Void>.makeStream()
        let services = Self.services(logs: { _, options in
            #expect(options.follow)
            return AsyncThrowingStream { stream in
                stream.yield(Array("first\n".utf8))
                stream.onTermination = { _ in hasEnded.finish() }
            }
        })
        try await TestServer.run(services: services) { server in
            try await Self.makePod(server)
            try await RawClient.connect(server.socket) { client in
                try await client.send("GET \(podsPath)/p/log?follow=1 HTTP/1.1\r\nHost: x\r\n\r\n")
                var bytes: [UInt8] = []
                for try await chunk in client.inbound {
                    bytes += chunk.readableBytesView
                    if String(decoding: bytes, as: UTF8.self).contains("first\n") { break }
                }
            }
            for await _ in ended {}
        }
    }

    @Test func `an archive of any size is read as it is used`() async throws {
        let total = 64 * 1024 * 1024
        let held = Shared((taken: 0, largest: 0))
        let services = Self.services(importing: { body, name in
            AsyncThrowingStream { stream in
                Task {
                    do {
                        for try await chunk in body {
                            held.withLock {
                                $0.taken += chunk.count
                                $0.largest = max($0.largest, chunk.count)
                            }
                        }
                        let taken = held.withLock(\.taken)
                        stream.yield(
                            ImageImportMessage(
                                progress: ImageImportProgress(stage: "syncing", doneBytes: Int64(taken))))
                        let image = ImageSummary(
                            id: "sha256:x", names: [name ?? ""], sizeBytes: 1,
                            importedAt: Timestamp(Date(timeIntervalSince1970: 0)), architecture: "amd64", os: "linux")
                        stream.yield(ImageImportMessage(images: [image]))
                        stream.finish()
                    } catch {
                        stream.finish(throwing: error)
                    }
                }
            }
        })
        try await TestServer.run(services: services) { server in
            let reply = try await RawClient.connect(server.socket) { client in
                try await client.send(
                    "POST /apis/stint.dev/v1/images?name=busybox HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        + "Content-Type: application/x-tar\r\nContent-Length: \(total)\r\n\r\n")
                let chunk = [UInt8](repeating: 7, count: 1024 * 1024)
                for _ in 0..<(total / chunk.count) { try await client.send(chunk) }
                return Reply(try await client.readAll())
            }
            #expect(reply.code == 200)
            #expect(reply.lines.first?.at("progress.doneBytes").integer == Int64(total))
            #expect(reply.lines.last?.at("images.0.names.0") == "busybox")
            #expect(held.withLock(\.largest) <= 1024 * 1024)
        }
    }

    @Test func `a sender is held back by a reader that does not read`() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let services = Self.services(importing: { body, _ in
            AsyncThrowingStream { stream in
                Task {
                    for await _ in gate {}
                    for try await _ in body {}
                    stream.finish()
                }
            }
        })
        let sent = Shared(0)
        try await TestServer.run(services: services) { server in
            try await RawClient.connect(server.socket) { client in
                try await client.send(
                    "POST /apis/stint.dev/v1/images HTTP/1.1\r\nHost: x\r\nContent-Length: 268435456\r\n\r\n")
                let chunk = [UInt8](repeating: 7, count: 1024 * 1024)
                let sender = Task {
                    for _ in 0..<256 {
                        try await client.send(chunk)
                        sent.withLock { $0 += 1 }
                    }
                }
                try await Task.sleep(for: .seconds(1))
                // What is under way fits into buffers, however the machine is loaded; most of it does not.
                #expect(sent.withLock { $0 } < 64)
                open.finish()
                try await sender.value
                _ = try await client.readAll()
                #expect(sent.withLock { $0 } == 256)
            }
        }
    }

    @Test func `a refused archive need not be sent to its end`() async throws {
        let services = Self.services(importing: { _, _ in
            AsyncThrowingStream { stream in
                stream.yield(ImageImportMessage(status: .badRequest("this is no archive")))
                stream.finish()
            }
        })
        try await TestServer.run(services: services) { server in
            let reply = try await RawClient.connect(server.socket) { client in
                try await client.send(
                    "POST /apis/stint.dev/v1/images HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc")
                return Reply(try await client.readAll())
            }
            #expect(reply.lines.last?.at("status.message") == "this is no archive")
        }
    }

    @Test func `an archive that breaks off is an error to who reads it`() async throws {
        let (failed, hasFailed) = AsyncStream<Bool>.makeStream()
        let services = Self.services(importing: { body, _ in
            AsyncThrowingStream { stream in
                Task {
                    do {
                        for try await _ in body {}
                        hasFailed.yield(false)
                    } catch {
                        hasFailed.yield(true)
                    }
                    hasFailed.finish()
                    stream.finish()
                }
            }
        })
        try await TestServer.run(services: services) { server in
            try await RawClient.connect(server.socket) { client in
                try await client.send(
                    "POST /apis/stint.dev/v1/images HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc")
            }
            for await wasError in failed { #expect(wasError) }
        }
    }

    @Test func `images, the host and the ledger can be asked about`() async throws {
        var services = HostServices.none
        services.hostReport = { HostReport(checks: [HostCheck("seccomp", .ok, found: "yes")]) }
        services.removeImage = { name, force throws(Status) in
            if !force { throw Status(code: 409, reason: "Conflict", message: "image \(name) is in use") }
        }
        try await TestServer.run(services: services) { server in
            #expect(try await server.get("/apis/stint.dev/v1/check").at("checks.0.name") == "seccomp")
            #expect(try await server.get("/apis/stint.dev/v1/images").at("items").array == [])
            #expect(try await server.get("/apis/stint.dev/v1/images/inspect?name=x").code == 404)
            #expect(try await server.get("/apis/stint.dev/v1/images/inspect").code == 400)
            #expect(try await server.send("DELETE", "/apis/stint.dev/v1/images?name=x").code == 409)
            #expect(try await server.send("DELETE", "/apis/stint.dev/v1/images?name=x&force=true").code == 200)
            #expect(try await server.send("PUT", "/apis/stint.dev/v1/images").code == 405)
            #expect(try await server.get("/apis/stint.dev/v1/nothing").code == 404)
            let record = AttemptRecord(
                namespace: "default", podName: "p", podUID: "u", container: "c", attempt: 0, image: "i",
                finishedAt: MicroTimestamp(Date(timeIntervalSince1970: 1)), exitCode: 3, reason: "Error")
            try await server.store.record(record)
            let attempts = try await server.get("/apis/stint.dev/v1/attempts?namespace=default&pod=p")
            #expect(attempts.at("items.0.exitCode") == 3)
            #expect(try await server.get("/apis/stint.dev/v1/attempts?pod=q").at("items").array == [])
            #expect(try await server.get("/apis/stint.dev/v1/attempts/log?id=u/c/0").code == 404)
            #expect(try await server.get("/apis/stint.dev/v1/attempts/log").code == 400)
            #expect(try await server.send("POST", "/apis/stint.dev/v1/attempts/log?id=u/c/0").code == 405)
            var other = record
            other.id = "u/c/1"
            try await server.store.record(other, log: Data("2026-01-02T03:04:05Z stdout F hello\n".utf8))
            let log = try await server.get("/apis/stint.dev/v1/attempts/log?id=u%2Fc%2F1")
            #expect((log.code, log.text) == (200, "2026-01-02T03:04:05Z stdout F hello\n"))
        }
    }

    @Test func `the server says what it is`() async throws {
        try await TestServer.run { server in
            let version = try await server.get("/version")
            #expect(version.at("gitVersion") == "v1.35.0+stint.0.0.1")
            #expect(version.at("minor") == "35")
            for probe in ["healthz", "livez", "readyz"] {
                #expect(try await server.get("/\(probe)").text == "ok")
            }
            #expect(try await server.get("/readyz?verbose").text == "[+]ping ok\nreadyz check passed\n")
            #expect(try await server.get("/api").at("versions.0") == "v1")
            #expect(try await server.get("/apis").at("groups.0.name") == "batch")
            #expect(try await server.get("/apis/batch").at("kind") == "APIGroup")
            #expect(try await server.get("/api/v1").at("kind") == "APIResourceList")
            #expect(try await server.send("POST", "/version").code == 405)
            let head = try await server.send("HEAD", "/version")
            #expect(head.code == 200)
            #expect(head.body.isEmpty)
        }
    }
}
