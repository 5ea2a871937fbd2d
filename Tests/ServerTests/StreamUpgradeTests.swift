import HTTPTypes
import Kube
import Testing

@testable import Server

struct StreamUpgradeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = HTTPRequest.Method.get
        var change: [String: String?]
        /// Nil: accepted.
        var message: String?

        init(
            _ what: String, _ method: HTTPRequest.Method = .get, _ change: [String: String?] = [:],
            message: String? = nil
        ) {
            testDescription = what
            self.method = method
            self.change = change
            self.message = message
        }
    }

    private static let good: [String: String?] = [
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "v5.channel.k8s.io",
    ]

    @Test(arguments: [
        Row("what kubectl sends is accepted"),
        Row("words are compared without case", .get, ["Connection": "keep-alive, upgrade", "Upgrade": "WebSocket"]),
        Row("a plain request is none", .get, ["Connection": nil, "Upgrade": nil], message: "Upgrade request required"),
        Row("nor is a plain POST", .post, ["Connection": nil, "Upgrade": nil], message: "Upgrade request required"),
        Row(
            "Upgrade without Connection is a plain request", .get, ["Connection": nil],
            message: "Upgrade request required"),
        Row(
            "SPDY is asked for with POST or GET", .post,
            ["Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": "v9, v4.channel.k8s.io, channel.k8s.io"]),
        Row(
            "one version of SPDY is spoken", .post, ["Upgrade": "spdy/2"],
            message: "unable to upgrade: only SPDY/3.1 is spoken"),
        Row(
            "and one of what it carries", .post,
            ["Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": "v3.channel.k8s.io"],
            message:
                "unable to upgrade: unable to negotiate protocol: client supports [v3.channel.k8s.io], server accepts [v4.channel.k8s.io]"
        ),
        Row(
            "a WebSocket is asked for with GET", .post,
            message: "unable to upgrade: only a GET request can become a WebSocket"),
        Row(
            "HTTP/2 is no WebSocket", .get, ["Upgrade": "h2c"],
            message: "unable to upgrade: only a GET request can become a WebSocket"),
        Row(
            "other versions are not", .get, ["Sec-WebSocket-Version": "8"],
            message: "unable to upgrade: Sec-WebSocket-Version must be 13"),
        Row(
            "a key has sixteen bytes", .get, ["Sec-WebSocket-Key": "c2hvcnQ="],
            message: "unable to upgrade: Sec-WebSocket-Key must be 16 bytes in base64"),
        Row(
            "there is a key", .get, ["Sec-WebSocket-Key": nil],
            message: "unable to upgrade: Sec-WebSocket-Key must be 16 bytes in base64"),
        Row(
            "a protocol that is unknown", .get, ["Sec-WebSocket-Protocol": "v9.channel.k8s.io"],
            message:
                "unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v5.channel.k8s.io v4.channel.k8s.io base64.v4.channel.k8s.io channel.k8s.io base64.channel.k8s.io]"
        ),
        Row("who names no protocol speaks the first there was", .get, ["Sec-WebSocket-Protocol": nil]),
    ])
    func `a request becomes a stream, or is told why not`(_ row: Row) throws {
        var headers = HTTPFields()
        for (name, value) in Self.good.merging(row.change, uniquingKeysWith: { $1 }) {
            if let value { headers[try #require(HTTPField.Name(name))] = value }
        }
        let named = headers[try #require(HTTPField.Name("Sec-WebSocket-Protocol"))]
        do throws(Status) {
            let accepted = try StreamUpgrade.decide(row.method, headers)
            #expect(row.message == nil)
            switch accepted {
            case .webSocket(let version, let proof):
                #expect(version == named)
                // The example of RFC 6455, section 1.3.
                #expect(proof == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            case .spdy(let version): #expect(version == "v4.channel.k8s.io")
            }
        } catch {
            #expect(error.message == row.message)
            #expect(error.code == 400)
            #expect(error.reason == "BadRequest")
        }
    }

    @Test func `the client's order decides between versions`() throws {
        for (offer, chosen) in [
            ("v4.channel.k8s.io, v5.channel.k8s.io", "v4.channel.k8s.io"),
            ("v9, v5.channel.k8s.io ,v4.channel.k8s.io", "v5.channel.k8s.io"),
        ] {
            var headers = HTTPFields()
            for (name, value) in Self.good { headers[try #require(HTTPField.Name(name))] = value }
            headers[try #require(HTTPField.Name("Sec-WebSocket-Protocol"))] = offer
            guard case .webSocket(let version, _) = try StreamUpgrade.decide(.get, headers) else {
                Issue.record("no WebSocket")
                return
            }
            #expect(version == chosen)
        }
    }

    @Test func `a log is a stream only when that is asked for`() throws {
        func headers(_ change: [String: String?]) throws -> HTTPFields {
            var headers = HTTPFields()
            for (name, value) in Self.good.merging(change, uniquingKeysWith: { $1 }) {
                if let value { headers[try #require(HTTPField.Name(name))] = value }
            }
            return headers
        }
        #expect(!StreamUpgrade.asksForWebSocket([:]))
        #expect(!StreamUpgrade.asksForWebSocket(try headers(["Connection": nil])))
        #expect(!StreamUpgrade.asksForWebSocket(try headers(["Upgrade": "h2c"])))
        let asked = try headers(["Sec-WebSocket-Protocol": "base64.binary.k8s.io"])
        #expect(StreamUpgrade.asksForWebSocket(asked))
        let accepted = try StreamUpgrade.decide(.get, asked, .log)
        #expect(accepted == .webSocket(protocol: "base64.binary.k8s.io", proof: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        let wrong = try headers([:])
        let error = #expect(throws: Status.self) { try StreamUpgrade.decide(.get, wrong, .log) }
        #expect(
            error?.message
                == "unable to upgrade: unable to negotiate protocol: client supports [v5.channel.k8s.io], server accepts [binary.k8s.io base64.binary.k8s.io]"
        )
    }
}
