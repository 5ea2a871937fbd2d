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
            "SPDY is refused by name", .post, ["Upgrade": "SPDY/3.1"],
            message:
                "SPDY is not supported: use kubectl 1.31 or newer, kubectl 1.29 or 1.30 with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true, or stint exec"
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
        Row("who names no protocol speaks the first", .get, ["Sec-WebSocket-Protocol": nil]),
    ])
    func `a request becomes a stream, or is told why not`(_ row: Row) throws {
        var headers = HTTPFields()
        for (name, value) in Self.good.merging(row.change, uniquingKeysWith: { $1 }) {
            if let value { headers[try #require(HTTPField.Name(name))] = value }
        }
        let protocolName = try #require(HTTPField.Name("Sec-WebSocket-Protocol"))
        do throws(Status) {
            let accepted = try StreamUpgrade.decide(row.method, headers)
            #expect(row.message == nil)
            // The example of RFC 6455, section 1.3.
            #expect(accepted.proof == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            let named = headers[protocolName]
            #expect(accepted.version == (named == nil ? .v1 : .v5))
            #expect(accepted.headers[protocolName] == named)
        } catch {
            #expect(error.message == row.message)
            #expect(error.code == 400)
            #expect(error.reason == "BadRequest")
        }
    }

    @Test func `the client's order decides between versions`() {
        #expect(StreamProtocol.choose("v4.channel.k8s.io, v5.channel.k8s.io") == .v4)
        #expect(StreamProtocol.choose("v9, v5.channel.k8s.io ,v4.channel.k8s.io") == .v5)
        #expect(StreamProtocol.choose("v3.channel.k8s.io") == nil)
        #expect(StreamProtocol.choose("base64.channel.k8s.io") == .v1Base64)
    }

    @Test(arguments: [
        ("a plain request", [:], nil, nil),
        ("another protocol than WebSocket", ["Connection": "Upgrade", "Upgrade": "h2c"], nil, nil),
        ("no name", good.merging(["Sec-WebSocket-Protocol": nil]) { $1 }, .binary, nil),
        ("in base64", good.merging(["Sec-WebSocket-Protocol": "base64.binary.k8s.io"]) { $1 }, .base64, nil),
        (
            "not with channels", good, nil,
            "unable to upgrade: unable to negotiate protocol: client supports [v5.channel.k8s.io], server accepts [binary.k8s.io base64.binary.k8s.io]"
        ),
    ] as [(String, [String: String?], LogProtocol?, String?)])
    func `a log is a stream only when that is asked for`(
        what: String, fields: [String: String?], version: LogProtocol?, message: String?
    ) throws {
        var headers = HTTPFields()
        for (name, value) in fields {
            if let value { headers[try #require(HTTPField.Name(name))] = value }
        }
        do throws(Status) {
            let accepted = try StreamUpgrade.decideForLog(.get, headers)
            #expect(accepted?.version == version)
            #expect(message == nil)
        } catch {
            #expect(error.message == message)
        }
    }
}
