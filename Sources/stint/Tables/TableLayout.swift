import Kube

/// How the user wants a table.
struct TableOptions: Equatable, Sendable {
    var isWide = false
    var showsHeaders = true
    var showsNamespace = false
    var showsLabels = false
    var labelColumns: [String] = []
    /// Put before each name: `job.batch/`.
    var kindPrefix: String?
}

/// Prints rows under upper-case headers as kubectl does: columns three spaces apart, the last one not padded. Later
/// rows go under the same headers and never into narrower columns, as a watch needs it.
struct TableLayout {
    private let options: TableOptions
    private var widths: [Int] = []
    private var hasHeaders = false

    init(_ options: TableOptions) { self.options = options }

    mutating func text(_ table: ServerTable) -> String {
        var lines: [[String]] = []
        if !hasHeaders, options.showsHeaders { lines.append(headers(table)) }
        hasHeaders = true
        lines += table.rows.map { cells($0, of: table) }
        return text(lines)
    }

    mutating func text(_ lines: [[String]]) -> String {
        for line in lines {
            for (column, cell) in line.dropLast().enumerated() {
                if column == widths.count { widths.append(Self.minimumWidth) }
                widths[column] = max(widths[column], cell.unicodeScalars.count + Self.padding)
            }
        }
        return lines.map { line in
            let padded = line.dropLast().enumerated().map { column, cell in
                cell + String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
            }
            return padded.joined() + (line.last ?? "") + "\n"
        }.joined()
    }

    private static let padding = 3
    private static let minimumWidth = 6

    private func shown(_ table: ServerTable) -> [Int] {
        table.columns.indices.filter { options.isWide || table.columns[$0].priority == 0 }
    }

    private func headers(_ table: ServerTable) -> [String] {
        (options.showsNamespace ? ["NAMESPACE"] : [])
            + shown(table).map { table.columns[$0].name.uppercased() }
            + options.labelColumns.map { ($0.split(separator: "/").last.map(String.init) ?? $0).uppercased() }
            + (options.showsLabels ? ["LABELS"] : [])
    }

    private func cells(_ row: ServerTable.Row, of table: ServerTable) -> [String] {
        let labels = row.object.at("metadata", "labels")?.object ?? [:]
        var cells = options.showsNamespace ? [row.object.objectNamespace ?? ""] : []
        for index in shown(table) {
            let cell = row.cells.indices.contains(index) ? row.cells[index].cell : "<none>"
            cells.append(table.columns[index].isName ? (options.kindPrefix ?? "") + cell : cell)
        }
        cells += options.labelColumns.map { labels[$0]?.string ?? "" }
        if options.showsLabels {
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.plain)" }
            cells.append(pairs.isEmpty ? "<none>" : pairs.joined(separator: ","))
        }
        return cells
    }
}

extension JSONValue {
    /// One line, whatever the daemon put in: a second line becomes `...`, control characters are shown, not obeyed.
    fileprivate var cell: String {
        guard self != .null else { return "<none>" }
        let text = plain
        let firstLine = text.firstIndex(where: \.isNewline).map { text[..<$0] + "..." } ?? text[...]
        return firstLine.unicodeScalars.map { scalar in
            scalar.value < 32 || scalar.value == 127 ? scalar.escaped(asASCII: true) : String(scalar)
        }.joined()
    }
}
