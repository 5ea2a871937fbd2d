import Foundation
import Kube
import Logging
import NIOCore
import NIOSSL
import Testing

@testable import Server

/// The TLS listener against real clients, honest ones and others.
@Suite struct TLSTests {
    private static func run(
        limits: ConnectionGuard.Limits = ConnectionGuard.Limits(),
        _ body: @escaping @Sendable (TestServer, TLSFront) async throws -> Void
    ) async throws {
        try await TestServer.run(limits: limits, tls: .host) { server in
            try await body(server, try #require(server.tls))
        }
    }

    @Test func `who shows no certificate is told 401, whatever the path`() async throws {
        try await Self.run { _, tls in
            for target in ["/version", "/healthz", "/api", "/apis/batch/v1/jobs", "/metrics", "/nothing", "/%zz"] {
                let reply = try await tls.get(target, as: nil)
                #expect(reply.code == 401, "\(target)")
                #expect(reply.at("kind") == "Status")
                #expect(reply.at("reason") == "Unauthorized")
                #expect(reply.message == "Unauthorized")
            }
            let write = try await tls.send("POST", jobsPath, Samples.job("x"), as: nil)
            #expect(write.code == 401)
        }
    }

    @Test func `the administrator may do everything`() async throws {
        try await Self.run { server, tls in
            let admin = tls.pki.adminLeaf()
            let made = try await tls.send("POST", jobsPath, Samples.job("x"), as: admin)
            #expect(made.code == 201)
            #expect(try await tls.get("\(jobsPath)/x", as: admin).at("metadata.name") == "x")
            #expect(try await tls.get("/apis/stint.dev/v1/images", as: admin).code == 200)
            #expect(try await tls.get("/metrics", as: admin).code == 200)
            #expect(try await tls.send("DELETE", "\(jobsPath)/x", as: admin).code == 200)
        }
    }

    @Test func `a certificate we did not sign, or not for this, or not for now, opens nothing`() async throws {
        try await Self.run { _, tls in
            let now = Date()
            let other = try CertificateAuthority(now: now)
            let directory = tls.pki
            let authority = try Self.authority(of: directory)
            let leaves: [(String, TLSFront.Leaf)] = [
                (
                    "another authority",
                    try other.makeClientLeaf(user: "system:admin", groups: [Identity.masters], now: now)
                ),
                (
                    "expired",
                    try authority.makeClientLeaf(
                        user: "system:admin", groups: [Identity.masters], now: now.addingTimeInterval(-7200),
                        seconds: 3600)
                ),
                (
                    "not yet good",
                    try authority.makeClientLeaf(
                        user: "system:admin", groups: [Identity.masters], now: now.addingTimeInterval(7200))
                ),
                ("a server's", try authority.makeServerLeaf(for: directory.names, now: now)),
            ]
            for (what, leaf) in leaves {
                let reply = try? await tls.get("/version", as: leaf)  // a broken connection is what is wanted
                #expect(reply == nil || reply?.code == 0, "\(what): \(String(describing: reply))")
            }
            let good = try authority.makeClientLeaf(user: "x", groups: [Identity.masters], now: now)
            #expect(try await tls.get("/version", as: good).code == 200)
        }
    }

    private static func authority(of pki: HostPKI) throws -> CertificateAuthority {
        try CertificateAuthority(
            certificatePEM: pki.caCertificatePEM, keyPEM: try #require(try pki.directory.read(.authorityKey)))
    }

    @Test func `a certificate that ends ends the connections that were opened with it`() async throws {
        try await Self.run { _, tls in
            let leaf = try tls.pki.issue(user: "x", groups: [Identity.masters], seconds: 3)
            try await tls.connect(as: leaf) { client in
                var inbound = client.inbound.makeAsyncIterator()
                try await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let first = try await inbound.next().map { String(buffer: $0) } ?? ""
                #expect(first.hasPrefix("HTTP/1.1 200 "))
                try await Task.sleep(for: .seconds(4))
                try await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                var second = ""
                while !second.contains(" 401 "), let more = try await inbound.next() { second += String(buffer: more) }
                #expect(second.contains("HTTP/1.1 401 "))
            }
        }
    }

    @Test func `only our own names are answered`() async throws {
        try await Self.run { _, tls in
            let admin = tls.pki.adminLeaf()
            for host in ["127.0.0.1:\(tls.port)", "localhost", "[::1]:6443", "kubernetes.default.svc", "worker:1"] {
                #expect(try await tls.send("GET", "/version", as: admin, host: host).code == 200, "\(host)")
            }
            for host in ["evil.test", "evil.test:6443", "127.0.0.1.evil.test"] {
                let reply = try await tls.send("GET", "/version", as: admin, host: host)
                #expect(reply.code == 403, "\(host)")
                #expect(reply.at("kind") == "Status")
                #expect(reply.message == "requests from web pages or for other hosts are not answered")
            }
            let page = try await tls.send("GET", "/version", as: admin, headers: ["Origin: https://127.0.0.1:6443"])
            #expect(page.code == 403)
        }
    }

    @Test func `plain HTTP on the TLS port is told so`() async throws {
        try await Self.run { _, tls in
            for text in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /x HTTP/1.0\r\n\r\n"] {
                let bytes = try await tls.plain { client in
                    try await client.send(text)
                    return try await client.readAll()
                }
                #expect(
                    String(decoding: bytes, as: UTF8.self)
                        == "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
            }
            // What is neither TLS nor HTTP is closed, without a word of HTTP.
            let bytes = try? await tls.plain { client in
                try await client.send([0x00, 0x01, 0x02] + [UInt8](repeating: 0xFF, count: 100))
                return try await client.readAll()
            }
            #expect(!String(decoding: bytes ?? [], as: UTF8.self).contains("HTTP"))
            #expect(try await tls.get("/healthz", as: tls.pki.adminLeaf()).text == "ok")
        }
    }

    @Test func `a handshake that does not come to an end is closed`() async throws {
        var limits = ConnectionGuard.Limits()
        limits.handshake = .milliseconds(200)
        try await Self.run(limits: limits) { _, tls in
            // The beginning of a ClientHello that announces more than ever comes.
            for opening in [[], [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]] as [[UInt8]] {
                let start = ContinuousClock.now
                // Nothing comes before the end.
                let bytes = try? await tls.plain { client in
                    if !opening.isEmpty { try await client.send(opening) }
                    return try await client.readAll()
                }
                #expect((bytes ?? []).isEmpty)
                #expect(ContinuousClock.now - start < .seconds(20))
            }
            // Somebody without a certificate who says nothing fares the same.
            let idle = try await tls.connect(as: nil) { try await $0.readAll() }
            #expect(idle.isEmpty)
            // A connection that got through is not touched when that time is over.
            try await tls.connect(as: tls.pki.adminLeaf()) { client in
                try await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                var inbound = client.inbound.makeAsyncIterator()
                _ = try await inbound.next()
                try await Task.sleep(for: .milliseconds(500))
                try await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                var text = ""
                while let more = try await inbound.next() { text += String(buffer: more) }
                #expect(text.hasPrefix("HTTP/1.1 200 ") || text.contains("\r\nHTTP/1.1 200 "))
            }
        }
    }

    @Test(arguments: [
        (TLSVersion.tlsv1, TLSVersion.tlsv11, false), (.tlsv12, .tlsv12, true), (.tlsv13, .tlsv13, true),
    ])
    func `TLS 1.2 and 1.3 are spoken, and nothing older`(_ oldest: TLSVersion, _ newest: TLSVersion, _ isSpoken: Bool)
        async throws
    {
        try await Self.run { _, tls in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.minimumTLSVersion = oldest
            configuration.maximumTLSVersion = newest
            // A handshake that fails is one of the two answers.
            let code = try? await tls.connect(configuration) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return Reply(try await client.readAll()).code
            }
            #expect((code == 401) == isSpoken)
        }
    }

    @Test(arguments: [(["h2", "http/1.1"], "http/1.1"), (["h2"], nil)] as [([String], String?)])
    func `HTTP 2 is not offered to who would like it`(_ offered: [String], _ chosen: String?) async throws {
        try await Self.run { _, tls in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.applicationProtocols = offered
            let seen = Shared<String?>("nothing yet")
            try await tls.connect(configuration, negotiated: { seen.store($0) }) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(Reply(try await client.readAll()).code == 401)
            }
            #expect(seen.withLock { $0 } == chosen)
        }
    }

    @Test func `a certificate that was renewed is shown to whoever connects then`() async throws {
        // Made 300 days ago, so that old and new are good today.
        let today = Date()
        let clock = TestClock(today.addingTimeInterval(-300 * 86_400))
        defer { clock.end() }
        try await TestServer.run(tls: clock.wall) { server in
            let tls = try #require(server.tls)
            let before = try await Self.shown(tls)
            #expect(try await Self.shown(tls) == before)
            try await tls.connect(as: tls.pki.adminLeaf()) { client in
                var inbound = client.inbound.makeAsyncIterator()
                try await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                _ = try await inbound.next()
                clock.move(to: today)
                // The service was woken; a connection that comes before it is done still sees the old one.
                var after = try await Self.shown(tls)
                for _ in 0..<100 where after == before {
                    try await Task.sleep(for: .milliseconds(20))
                    after = try await Self.shown(tls)
                }
                #expect(after != before)
                // Who was there before goes on.
                try await client.send("GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                var text = ""
                while let more = try await inbound.next() { text += String(buffer: more) }
                #expect(text.contains("gitVersion"))
            }
        }
    }

    /// The certificate a new connection gets to see.
    private static func shown(_ tls: TLSFront) async throws -> [UInt8] {
        try await tls.connect(as: nil) { client in
            var inbound = client.inbound.makeAsyncIterator()
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try await inbound.next()
            return try await client.channel.nioSSL_peerCertificate().get()?.toDERBytes() ?? []
        }
    }

    @Test func `a connection that finds the certificates late wakes their service`() async throws {
        let now = Shared(Date().addingTimeInterval(-300 * 86_400))
        let clock = WallClock(
            now: { now.withLock { $0 } }, sleep: { _ in try await Task.sleep(for: .seconds(3600)) })
        try await TestServer.run(tls: clock) { server in
            let tls = try #require(server.tls)
            let before = try await Self.shown(tls)
            now.withLock { $0 = Date() }
            var after = try await Self.shown(tls)
            for _ in 0..<100 where after == before {
                try await Task.sleep(for: .milliseconds(20))
                after = try await Self.shown(tls)
            }
            #expect(after != before)
        }
    }

    @Test func `a port that is taken is said in one sentence`() async throws {
        try await Self.run { server, tls in
            let second = APIServer(
                store: server.store, services: .none, logger: Logger(label: "test"), limits: ConnectionGuard.Limits())
            let socket = server.directory + "/second.sock"
            do {
                try await second.run([
                    .unixSocket(path: socket), .tls(TCPAddress(host: "127.0.0.1", port: tls.port), tls.pki),
                ])
                Issue.record("two servers on one port")
            } catch {
                #expect(
                    "\(error)"
                        == "127.0.0.1:\(tls.port) is in use by another program: choose another address with --listen "
                        + "HOST:PORT, or do without TCP with --listen none")
            }
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }
}
