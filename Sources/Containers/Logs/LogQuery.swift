public import Foundation

/// What part of a container's log is wanted.
public struct LogQuery: Sendable, Equatable {
    /// The last so many lines; nil is all.
    public var tailLines: Int?
    public var since: Date?
    /// Ends after so many bytes.
    public var limitBytes: Int?
    /// Puts the time before every line.
    public var showsTimestamps = false
    /// `stdout` or `stderr` alone; nil is both. `tailLines` counts both all the same.
    public var stream: String?
    /// Goes on until the container has ended.
    public var follows = false

    public init() {}
}

/// Turns the entries of a log into what the reader asked for: a value that remembers where in a line it is.
struct LogFilter: Sendable {
    private let query: LogQuery
    private let since: [UInt8]?
    private var unfinished: [UInt8] = []
    private var isInsideLine = false
    private var left: Int?

    init(_ query: LogQuery) {
        self.query = query
        self.left = query.limitBytes
        since = query.since.map { Array(LogFilter.format($0).utf8) }
    }

    /// True when `limitBytes` is used up.
    var isFull: Bool { left == 0 }

    /// Takes bytes of the log as they come and returns the text to send.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if unfinished.isEmpty {
                add(rest[..<end], to: &output)
            } else {
                unfinished += rest[..<end]
                add(unfinished[...], to: &output)
                unfinished.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
            if isFull { return output }
        }
        unfinished += rest
        return output
    }

    private mutating func add(_ line: ArraySlice<UInt8>, to output: inout [UInt8]) {
        guard let entry = CRILine(line) else { return }
        if let stream = query.stream, !entry.stream.elementsEqual(stream.utf8) { return }
        if let since, entry.time.lexicographicallyPrecedes(since) { return }
        var piece: [UInt8] = []
        if query.showsTimestamps, !isInsideLine { piece += entry.time + [UInt8(ascii: " ")] }
        piece += entry.text
        isInsideLine = entry.isPartial
        if !entry.isPartial { piece.append(UInt8(ascii: "\n")) }
        if let limit = left {
            piece.removeLast(max(0, piece.count - limit))
            left = limit - piece.count
        }
        output += piece
    }

    /// As the supervisor writes times, cut to whole seconds: comparing text then compares times.
    private static func format(_ date: Date) -> String {
        var style = Date.ISO8601FormatStyle()
        style.timeZone = .gmt
        return String(date.formatted(style).dropLast())
    }
}
