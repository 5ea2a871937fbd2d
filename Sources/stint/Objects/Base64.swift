import Foundation

/// RFC 4648, as `data` of a Secret is written.
enum Base64 {
    static func text(of bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// Nil when the text is none.
    static func bytes(of text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}
