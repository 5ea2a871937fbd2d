/// The one printer of tables for people, as kubectl prints them: upper-case headers, columns as wide as their widest
/// cell and three spaces between.
public struct TextTable {
    public static let gap = 3

    private var headers: [String]
    private var rows: [[String]] = []
    private let printsHeaders: Bool

    public init(_ headers: [String], printsHeaders: Bool = true) {
        self.headers = headers.map { $0.uppercased() }
        self.printsHeaders = printsHeaders
    }

    /// A table from the server; wide shows the columns of lower rank too.
    public init(_ table: Table, isWide: Bool = false, printsHeaders: Bool = true) {
        let shown = table.columnDefinitions.indices.filter { isWide || table.columnDefinitions[$0].priority == 0 }
        self.init(shown.map { table.columnDefinitions[$0].name }, printsHeaders: printsHeaders)
        for row in table.rows { add(shown.map { $0 < row.cells.count ? Self.text(row.cells[$0]) : "" }) }
    }

    public mutating func add(_ cells: [String]) { rows.append(cells.map(Self.printable)) }

    /// A column in front: kubectl's NAMESPACE with `-A`.
    public mutating func prepend(_ header: String, _ cells: [String]) {
        headers.insert(header.uppercased(), at: 0)
        for index in rows.indices { rows[index].insert(index < cells.count ? Self.printable(cells[index]) : "", at: 0) }
    }

    /// All lines, each ended by a newline; nothing when there are no rows and no headers.
    public var text: String {
        let lines = (printsHeaders ? [headers] : []) + rows
        var widths = [Int](repeating: 0, count: lines.map(\.count).max() ?? 0)
        for line in lines {
            for (column, cell) in line.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        return lines.map { line in
            var text = ""
            for (column, cell) in line.enumerated() {
                text += cell
                if column < line.count - 1 {
                    text += String(repeating: " ", count: widths[column] - cell.count + Self.gap)
                }
            }
            return text + "\n"
        }.joined()
    }

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

    /// One line, and nothing a terminal would obey: cells hold what containers and images said.
    private static func printable(_ cell: String) -> String {
        let line = cell.prefix { $0 != "\n" && $0 != "\r\n" && $0 != "\r" }
        let text = line.count < cell.count ? line + "..." : line
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
