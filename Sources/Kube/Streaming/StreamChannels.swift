import Foundation

/// How commands and their streams go over one WebSocket: each message is the number of a channel and then its bytes
/// (`k8s.io/apimachinery/pkg/util/remotecommand/constants.go`, `k8s.io/streaming`).
public enum StreamChannel {
    public static let input: UInt8 = 0
    public static let output: UInt8 = 1
    public static let errors: UInt8 = 2
    /// A Status, once, at the end.
    public static let result: UInt8 = 3
    /// The size of a terminal.
    public static let size: UInt8 = 4
    /// Of v5: the one byte after it is the number of a channel that its sender will send no more of.
    public static let close: UInt8 = 255
}

/// A version of that, in the words of `Sec-WebSocket-Protocol` (and of `X-Stream-Protocol-Version`, for SPDY).
///
/// Those in base64 are for clients that can only send text: the number of the channel is a digit, and the bytes are base64.
public enum StreamProtocol: String, Sendable, CaseIterable {
    /// As v4, and a client can end its input.
    case v5 = "v5.channel.k8s.io"
    /// The result is a Status.
    case v4 = "v4.channel.k8s.io"
    case v4Base64 = "base64.v4.channel.k8s.io"
    /// The result is its message, and nothing after a success. Also what a client speaks that names no protocol.
    case v1 = "channel.k8s.io"
    case v1Base64 = "base64.channel.k8s.io"

    public var isBase64: Bool { self == .v4Base64 || self == .v1Base64 }

    /// What the error channel says of how a command ended; nil for nothing.
    public func result(_ status: Status) throws -> [UInt8]? {
        switch self {
        case .v5, .v4, .v4Base64: try KubeJSON.encode(status)
        case .v1, .v1Base64: status.status == "Success" ? nil : Array((status.message ?? "").utf8)
        }
    }

    public func frame(_ bytes: [UInt8], on channel: UInt8) -> WebSocketFrame {
        guard isBase64 else { return WebSocketFrame(.binary, [channel] + bytes) }
        return WebSocketFrame(.text, [UInt8(ascii: "0") + channel] + Array(Data(bytes).base64EncodedData()))
    }

    /// Nil for what is no message of this protocol; what is sent without a channel is one of them.
    public func message(_ payload: [UInt8]) -> (channel: UInt8, bytes: [UInt8])? {
        guard let first = payload.first else { return nil }
        guard isBase64 else { return (first, Array(payload.dropFirst())) }
        guard first >= UInt8(ascii: "0"), let bytes = Data(base64Encoded: Data(payload.dropFirst())) else { return nil }
        return (first - UInt8(ascii: "0"), Array(bytes))
    }
}

/// How a log goes over a WebSocket: its bytes as they are, or in base64 (apimachinery `wsstream.Reader`).
public enum LogProtocol: String, Sendable, CaseIterable {
    case binary = "binary.k8s.io"
    case base64 = "base64.binary.k8s.io"

    public func frame(_ bytes: [UInt8]) -> WebSocketFrame {
        switch self {
        case .binary: WebSocketFrame(.binary, bytes)
        case .base64: WebSocketFrame(.text, Array(Data(bytes).base64EncodedData()))
        }
    }
}

/// What a client says of its terminal (client-go `remotecommand.TerminalSize`).
public struct TerminalSize: Codable, Hashable, Sendable {
    public var width: UInt16
    public var height: UInt16

    public init(width: UInt16, height: UInt16) {
        self.width = width
        self.height = height
    }

    private enum CodingKeys: String, CodingKey {
        case width = "Width"
        case height = "Height"
    }
}
