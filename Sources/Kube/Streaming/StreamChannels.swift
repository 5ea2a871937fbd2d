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

/// A version of that, in the words of `Sec-WebSocket-Protocol`.
public enum StreamProtocol: String, Sendable, CaseIterable {
    /// As v4, and a client can end its input.
    case v5 = "v5.channel.k8s.io"
    /// The result is a Status.
    case v4 = "v4.channel.k8s.io"

    /// The first of those that a client offers, in its own order, which we know.
    public static func choose(_ offers: String) -> StreamProtocol? {
        for offer in offers.split(separator: ",") {
            let name = offer.drop { $0 == " " || $0 == "\t" }
            let trimmed = name.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
            if let known = StreamProtocol(rawValue: String(trimmed)) { return known }
        }
        return nil
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
