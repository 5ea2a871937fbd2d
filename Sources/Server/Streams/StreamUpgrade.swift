import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kube

/// Whether a request can become a stream, by its head alone.
enum StreamUpgrade {
    struct Accepted<Version: Equatable & Sendable>: Equatable, Sendable {
        var version: Version
        /// Of `Sec-WebSocket-Protocol` in the answer; nil when the client named none.
        var name: String?
        /// Of `Sec-WebSocket-Accept`.
        var proof: String

        var headers: HTTPFields {
            var headers: HTTPFields = [
                .upgrade: "websocket", .connection: "Upgrade", .secWebSocketAccept: proof,
            ]
            if let name { headers[.secWebSocketProtocol] = name }
            return headers
        }
    }

    /// Of commands and attachments.
    static func decide(
        _ method: HTTPRequest.Method, _ headers: HTTPFields
    ) throws(Status) -> Accepted<StreamProtocol> {
        try decide(method, headers, unnamed: .v1, choose: StreamProtocol.choose)
    }

    /// Of a log; nil when it is a plain request, which is answered as usual.
    static func decideForLog(
        _ method: HTTPRequest.Method, _ headers: HTTPFields
    ) throws(Status) -> Accepted<LogProtocol>? {
        guard asksForUpgrade(headers), headers[.upgrade]?.lowercased() == "websocket" else { return nil }
        return try decide(method, headers, unnamed: .binary, choose: LogProtocol.choose)
    }

    private static func asksForUpgrade(_ headers: HTTPFields) -> Bool {
        let connection = headers[values: .connection].joined(separator: ",").lowercased()
        let asks = connection.split(separator: ",").contains {
            $0.trimmingCharacters(in: .whitespaces) == "upgrade"
        }
        return asks && !(headers[.upgrade] ?? "").isEmpty
    }

    /// In this order, with upstream's words where it has some:
    ///
    /// 1. A request that asks for no upgrade is none (`proxy.UpgradeAwareHandler`).
    /// 2. SPDY is what clients before Kubernetes 1.31 speak; it is not spoken here.
    /// 3. RFC 6455, section 4.2.1.
    /// 4. A version of the protocol that we know; who names none speaks the first one.
    private static func decide<Version: RawRepresentable<String> & CaseIterable>(
        _ method: HTTPRequest.Method, _ headers: HTTPFields, unnamed: Version, choose: (String) -> Version?
    ) throws(Status) -> Accepted<Version> {
        guard asksForUpgrade(headers) else { throw Status.badRequest("Upgrade request required") }
        let wanted = headers[.upgrade] ?? ""
        if wanted.lowercased().hasPrefix("spdy/") {
            throw Status.badRequest(
                "SPDY is not supported: use kubectl 1.31 or newer, kubectl 1.29 or 1.30 with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true, or stint exec"
            )
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
        let offers = headers[values: .secWebSocketProtocol].joined(separator: ",")
        if offers.isEmpty { return Accepted(version: unnamed, name: nil, proof: proof(of: key)) }
        guard let version = choose(offers) else {
            let known = Version.allCases.map(\.rawValue).joined(separator: " ")
            throw Status.badRequest(
                "unable to upgrade: unable to negotiate protocol: client supports [\(offers)], server accepts [\(known)]"
            )
        }
        return Accepted(version: version, name: version.rawValue, proof: proof(of: key))
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
    static let secWebSocketProtocol = HTTPField.Name("Sec-WebSocket-Protocol")!
}
