import Foundation

/// A moment as Kubernetes writes it in most fields: RFC 3339, UTC, whole seconds (`metav1.Time`).
///
/// The fraction is cut when the value is made, so that a value equals itself after a trip through JSON.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    public let date: Date

    public init(_ date: Date) {
        self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.date < b.date }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = RFC3339.parse(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "parsing time \"\(text)\": not an RFC 3339 time")
        }
        self.init(date)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(RFC3339.format(date, fractionDigits: 0))
    }
}

/// A moment with microseconds (`metav1.MicroTime`), used by Events and Leases.
public struct MicroTimestamp: Hashable, Comparable, Sendable, Codable {
    public let date: Date

    public init(_ date: Date) {
        self.date = Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1e6).rounded(.down) / 1e6)
    }

    public static func < (a: MicroTimestamp, b: MicroTimestamp) -> Bool { a.date < b.date }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = RFC3339.parse(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "parsing time \"\(text)\": not an RFC 3339 time")
        }
        self.init(date)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(RFC3339.format(date, fractionDigits: 6))
    }
}
