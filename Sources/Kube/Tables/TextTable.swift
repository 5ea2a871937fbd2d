/// The one printer of tables for people, as kubectl prints them: upper-case headers, columns as wide as their widest
/// cell and three spaces between, never narrower than six; the last column is not padded.
///
/// Lines can be taken while more are still to come, as a watch needs it: later lines stand under the same headers and
/// never in narrower columns.
public struct TextTable: Sendable {
    private static let gap = 3
    private static let minimumWidth = 6

    private var lines: [[String]] = []
    private var widths: [Int] = []

    public init(_ headers: [String], printsHeaders: Bool = true) {
        if printsHeaders { add(headers.map { $0.uppercased() }) }
    }

    public mutating func add(_ cells: [String]) { lines.append(cells.map(Self.printable)) }

    /// The lines added since the last time, each ended by a newline.
    public mutating func takeText() -> String {
        for line in lines {
            for (column, cell) in line.dropLast().enumerated() {
                if column == widths.count { widths.append(Self.minimumWidth) }
                widths[column] = max(widths[column], cell.unicodeScalars.count + Self.gap)
            }
        }
        defer { lines = [] }
        return lines.map { line in
            let padded = line.dropLast().enumerated().map { column, cell in
                cell + String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
            }
            return padded.joined() + (line.last ?? "") + "\n"
        }.joined()
    }

    /// All lines at once.
    public var text: String {
        var copy = self
        return copy.takeText()
    }

    /// What a cell of the server's Table reads as.
    public static func text(_ cell: JSONValue) -> String {
        switch cell {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): JSONValue.text(of: number)
        case .bool(let flag): flag ? "true" : "false"
        case .null: "<none>"
        case .array, .object: (try? KubeJSON.encode(cell)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    /// One line, and nothing a terminal would obey: cells hold what containers and images said. A second line
    /// becomes `...`; control characters are shown as a terminal echoes them, `^[`.
    private static func printable(_ cell: String) -> String {
        let line = cell.prefix { !$0.isNewline }
        let text = line.count < cell.count ? line + "..." : line
        guard text.unicodeScalars.contains(where: isControl) else { return String(text) }
        return text.unicodeScalars.map { scalar in
            guard isControl(scalar) else { return String(scalar) }
            // ^@ to ^_, ^?; what Unicode has besides (U+0080 to U+009F) has no such sign.
            return scalar.value < 0x80 ? "^" + String(UnicodeScalar(UInt8(scalar.value ^ 0x40))) : "\u{FFFD}"
        }.joined()
    }

    private static func isControl(_ scalar: UnicodeScalar) -> Bool { scalar.properties.generalCategory == .control }
}
