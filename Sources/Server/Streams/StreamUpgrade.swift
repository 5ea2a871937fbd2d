import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kube

/// Whether a request can become a stream, by its head alone.
enum StreamUpgrade {
    enum Accepted: Equatable {
        /// Of `Sec-WebSocket-Protocol`, nil when the client named none, and of `Sec-WebSocket-Accept`.
        case webSocket(protocol: String?, proof: String)
        /// Of `X-Stream-Protocol-Version`.
        case spdy(protocol: String)
    }

    /// What is carried, and in which versions.
    struct Offer {
        /// Over a WebSocket, in our words.
        var webSocket: [String]
        /// Over SPDY/3.1.
        var spdy: [String]

        /// Who names none speaks the first there was.
        var hasFirst = true

        /// The streams of a command or a program.
        static let command = Offer(
            webSocket: StreamProtocol.allCases.map(\.rawValue), spdy: [StreamProtocol.v4.rawValue])

        /// Connections to ports: SPDY in both.
        static let ports = Offer(
            webSocket: ["SPDY/3.1+portforward.k8s.io"], spdy: ["portforward.k8s.io"], hasFirst: false)

        /// A log. Whoever asks for no WebSocket gets it as it is.
        static let log = Offer(webSocket: LogProtocol.allCases.map(\.rawValue), spdy: [])
    }

    /// In this order, with upstream's words where it has some:
    ///
    /// 1. A request that asks for no upgrade is none (`proxy.UpgradeAwareHandler`).
    /// 2. SPDY is what clients before Kubernetes 1.31 speak (`spdystream.Handshake`).
    /// 3. RFC 6455, section 4.2.1.
    /// 4. A version of the protocol that we know; who names none speaks the first there was.
    static func decide(
        _ method: HTTPRequest.Method, _ headers: HTTPFields, _ offer: Offer = .command
    ) throws(Status) -> Accepted {
        guard asksForUpgrade(headers), let wanted = headers[.upgrade] else {
            throw Status.badRequest("Upgrade request required")
        }
        if wanted.lowercased().hasPrefix("spdy/") {
            guard wanted.lowercased() == "spdy/3.1" else {
                throw Status.badRequest("unable to upgrade: only SPDY/3.1 is spoken")
            }
            let version = try choose(of: headers[values: .streamProtocolVersion], offer.spdy)
            return .spdy(protocol: version)
        }
        guard wanted.lowercased() == "websocket", method == .get else {
            throw Status.badRequest("unable to upgrade: only a GET request can become a WebSocket")
        }
        guard headers[.secWebSocketVersion] == "13" else {
            throw Status.badRequest("unable to upgrade: Sec-WebSocket-Version must be 13")
        }
        guard let key = headers[.secWebSocketKey], Data(base64Encoded: key)?.count == 16 else {
            throw Status.badRequest("unable to upgrade: Sec-WebSocket-Key must be 16 bytes in base64")
        }
        let names = headers[values: .secWebSocketProtocol]
        let version = names.isEmpty && offer.hasFirst ? nil : try choose(of: names, offer.webSocket)
        return .webSocket(protocol: version, proof: proof(of: key))
    }

    /// A request for a WebSocket, whatever else is wrong with it.
    static func asksForWebSocket(_ headers: HTTPFields) -> Bool {
        asksForUpgrade(headers) && headers[.upgrade]?.lowercased() == "websocket"
    }

    private static func asksForUpgrade(_ headers: HTTPFields) -> Bool {
        let connection = headers[values: .connection].joined(separator: ",").lowercased()
        let asks = connection.split(separator: ",").contains {
            $0.trimmingCharacters(in: .whitespaces) == "upgrade"
        }
        return asks && !(headers[.upgrade] ?? "").isEmpty
    }

    /// The first of those that a client offers, in its own order, which we know.
    private static func choose(of values: [String], _ known: [String]) throws(Status) -> String {
        let offers = values.joined(separator: ",")
        for name in offers.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) })
        where known.contains(name) { return name }
        throw Status.badRequest(
            "unable to upgrade: unable to negotiate protocol: client supports [\(offers)], server accepts [\(known.joined(separator: " "))]"
        )
    }

    /// Section 4.2.2: shows that we are no server that merely repeats what it gets.
    static func proof(of key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }
}

extension HTTPField.Name {
    // Constant names, known to be well formed.
    static let upgrade = HTTPField.Name("Upgrade")!
    static let secWebSocketKey = HTTPField.Name("Sec-WebSocket-Key")!
    static let secWebSocketAccept = HTTPField.Name("Sec-WebSocket-Accept")!
    static let secWebSocketVersion = HTTPField.Name("Sec-WebSocket-Version")!
    static let streamProtocolVersion = HTTPField.Name("X-Stream-Protocol-Version")!
    static let secWebSocketProtocol = HTTPField.Name("Sec-WebSocket-Protocol")!
}
