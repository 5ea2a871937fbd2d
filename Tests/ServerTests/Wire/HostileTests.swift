import Foundation
import Kube
import Testing

@testable import Server

/// Requests no honest client sends. Each gets an answer or a closed connection, and the server goes on.
@Suite struct HostileTests {
    @Test func `path tricks lead nowhere`() async throws {
        try await TestServer.run { server in
            for target in [
                "//api/v1/pods", "/api//v1/pods", "/api/v1/namespaces/default/pods/..%2f..%2fsecrets",
                "/api/v1/namespaces/%2e%2e/pods", "/api/v1/../v1/pods", "/api/v1/pods%00", "/api/v1/pods/%",
                "/api/v1/namespaces/default/pods/a%0d%0aX-Evil:%201", "*",
            ] {
                let reply = try await server.raw(
                    "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(reply.code == 400, "\(target)")
            }
            for target in ["/nothing", "/api/v2", "/apis/apps/v1", "/api/v1/namespaces/default/endpoints", "/openapi"] {
                let reply = try await server.get(target)
                #expect(reply.code == 404)
                #expect(reply.at("kind") == "Status")
                #expect(reply.message == "the server could not find the requested resource")
            }
        }
    }

    @Test func `bytes that are no HTTP are refused`() async throws {
        try await TestServer.run { server in
            for text in [
                "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET /api HTTP/9.9\r\n\r\n",
                "GET /api HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /api HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "GET /api HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /\u{FF}\u{FE} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /api HTTP/1.1\r\nX: " + String(repeating: "a", count: 200_000) + "\r\n\r\n",
            ] {
                // A closed connection is an answer, too.
                let code = (try? await server.raw(text))?.code ?? 0
                let isRefused = code == 0 || (400..<500).contains(code)
                #expect(isRefused, "\(text.prefix(40)) gave \(code)")
            }
            let alive = try await server.get("/healthz")
            #expect(alive.text == "ok")
        }
    }

    @Test func `a body above the limit is refused before it is read`() async throws {
        try await TestServer.run { server in
            let announced = try await server.raw(
                "POST \(jobsPath) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
            )
            #expect(announced.code == 413)
            #expect(announced.message == "Request entity too large: limit is 3145728")
            #expect(announced["connection"] == "close")

            let chunk = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
            let endless = try await RawClient.connect(server.socket) { client in
                try await client.send(
                    "POST \(jobsPath) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                let sender = Task { while !Task.isCancelled { try await client.send(chunk) } }
                defer { sender.cancel() }
                var bytes: [UInt8] = []
                for try await part in client.inbound {
                    bytes += part.readableBytesView
                    if Reply(bytes).code != 0 { break }
                }
                return Reply(bytes)
            }
            #expect(endless.code == 413)
        }
    }

    @Test func `documents made to hurt are refused`() async throws {
        try await TestServer.run { server in
            let deep = String(repeating: "[", count: 100_000)
            let deepCode = try await server.send("POST", jobsPath, deep).code
            #expect((400..<500).contains(deepCode))
            let bomb = """
                a: &a [x,x,x,x,x,x,x,x,x,x]
                b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
                c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
                e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
                f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
                g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]
                h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]
                i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h,*h]
                """
            let bombCode = try await server.send("POST", jobsPath, bomb, type: "application/yaml").code
            #expect((400..<500).contains(bombCode))
            _ = try await server.send("POST", jobsPath, Samples.job("j"))
            let operation = #"{"op":"add","path":"/metadata/annotations","value":{}}"#
            let many = "[" + Array(repeating: operation, count: 10_001).joined(separator: ",") + "]"
            let patch = try await server.send("PATCH", "\(jobsPath)/j", many, type: "application/json-patch+json")
            #expect(patch.code == 413)
            #expect(try await server.get("/healthz").text == "ok")
        }
    }

    @Test func `names are checked before they are used`() async throws {
        try await TestServer.run { server in
            for name in ["../x", "A", "a_b", "a/b", ".", "", "x\\u0000", String(repeating: "a", count: 254), "ü"] {
                let reply = try await server.send("POST", jobsPath, Samples.job(name))
                #expect((400...422).contains(reply.code), "\(name)")
            }
            #expect(server.store.list(Job.self).count == 0)
        }
    }

    @Test func `pages in a browser get nothing`() async throws {
        try await TestServer.run { server in
            let origin = try await server.send("GET", "/api/v1/pods", headers: ["Origin: http://evil.test"])
            #expect(origin.code == 403)
            #expect(origin["access-control-allow-origin"] == nil)
            let simple = try await server.send("POST", jobsPath, Samples.job("j"), type: "text/plain")
            #expect(simple.code == 415)
            let preflight = try await server.send("OPTIONS", jobsPath)
            #expect(preflight.code == 405)
        }
    }

    @Test func `media types we do not speak are refused`() async throws {
        try await TestServer.run { server in
            #expect(try await server.get(jobsPath, accept: "text/html").code == 406)
            let nothingWritten = try await server.send("POST", jobsPath, Samples.job("j"), accept: "image/png")
            #expect(nothingWritten.code == 406)
            #expect(server.store.list(Job.self).count == 0)
        }
    }

    @Test func `a client that sends its head in drops is closed`() async throws {
        var limits = ConnectionGuard.Limits()
        limits.head = .milliseconds(300)
        try await TestServer.run(limits: limits) { server in
            try await RawClient.connect(server.socket) { client in
                try await client.send("GET /api HTTP/1.1\r\nHost: x\r\n")
                let start = ContinuousClock.now
                let sender = Task {
                    while !Task.isCancelled {
                        try await client.send("X: y\r\n")
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
                _ = try? await client.readAll()
                sender.cancel()
                #expect(ContinuousClock.now - start < .seconds(10))
            }
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        try await TestServer.run { server in
            let one = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            let last = "GET /livez/nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let bytes = try await RawClient.connect(server.socket) { client in
                try await client.send(one + one + last)
                return try await client.readAll()
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            #expect(text.components(separatedBy: "HTTP/1.1 404").count == 2)
        }
    }

    /// Even if the file's mode let them: the kernel says who they are.
    @Test(
        .enabled(
            if: NSUserName() == "root" && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
                && FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"),
            "needs root, setpriv and curl"))
    func `another user of this host gets no answer`() async throws {
        try await TestServer.run { server in
            for (path, mode) in [(server.directory, 0o755), (server.socket, 0o666)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            func curl(as user: String) async throws -> Int32 {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
                process.arguments =
                    ["--reuid", user, "--regid", user, "--clear-groups"]
                    + [
                        "curl", "-sS", "-m", "10", "-o", "/dev/null", "--unix-socket", server.socket,
                        "http://x/version",
                    ]
                process.standardError = FileHandle.nullDevice
                try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                    process.terminationHandler = { _ in done.resume() }
                    do {
                        try process.run()
                    } catch {
                        done.resume(throwing: error)
                    }
                }
                return process.terminationStatus
            }
            #expect(try await curl(as: "0") == 0)
            // 52: nothing came back; 56: the connection was reset; 7: it was closed before curl had looked at it. The modes
            // above let anybody connect, so each of them is the server's doing.
            let other = try await curl(as: "65534")
            #expect([52, 56, 7].contains(other))
        }
    }

    @Test func `the socket belongs to root alone and goes with the server`() async throws {
        let (path, setPath) = AsyncStream<String>.makeStream()
        try await TestServer.run { server in
            let attributes = try FileManager.default.attributesOfItem(atPath: server.socket)
            #expect((attributes[.posixPermissions] as? Int) == 0o600)
            setPath.yield(server.socket)
        }
        setPath.finish()
        for await path in path { #expect(!FileManager.default.fileExists(atPath: path)) }
    }
}
