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

/// Chooses the columns that the user wants of the daemon's tables. Several tables may follow one another, as in a
/// watch: the headers are printed once.
struct TableLayout {
    private let options: TableOptions
    private var printed: TextTable?

    init(_ options: TableOptions) { self.options = options }

    mutating func text(_ table: ServerTable) -> String {
        var text = printed ?? TextTable(headers(table), printsHeaders: options.showsHeaders)
        for row in table.rows { text.add(cells(row, of: table)) }
        defer { printed = text }
        return text.takeText()
    }

    private func shown(_ table: ServerTable) -> [Int] {
        table.columns.indices.filter { options.isWide || table.columns[$0].priority == 0 }
    }

    private func headers(_ table: ServerTable) -> [String] {
        (options.showsNamespace ? ["NAMESPACE"] : [])
            + shown(table).map { table.columns[$0].name }
            + options.labelColumns.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            + (options.showsLabels ? ["LABELS"] : [])
    }

    private func cells(_ row: ServerTable.Row, of table: ServerTable) -> [String] {
        let labels = row.object.at("metadata", "labels")?.object ?? [:]
        var cells = options.showsNamespace ? [row.object.objectNamespace ?? ""] : []
        for index in shown(table) {
            let cell = row.cells.indices.contains(index) ? TextTable.text(row.cells[index]) : "<none>"
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
