import Foundation

/// A table as a client prints it: a header, and rows whose cells stand below the header's words.
struct PrintedTable {
    let columns: [String]
    let rows: [[String: String]]

    /// Nil when the text has no header.
    init?(_ text: some StringProtocol) {
        let lines = text.split(separator: "\n").map { Array($0) }
        guard let header = lines.first else { return nil }
        // A column begins where a word does after two spaces: its name may have one inside, as LAST SEEN.
        let starts = header.indices.filter { index in
            header[index] != " " && (index == 0 || index > 1 && header[index - 1] == " " && header[index - 2] == " ")
        }
        func cells(_ line: [Character]) -> [String] {
            starts.enumerated().map { number, start in
                let end = number + 1 < starts.count ? min(starts[number + 1], line.count) : line.count
                return start < end ? String(line[start..<end]).trimmingCharacters(in: .whitespaces) : ""
            }
        }
        let columns = cells(header)
        self.columns = columns
        rows = lines.dropFirst().map { line in Dictionary(zip(columns, cells(line)), uniquingKeysWith: { $1 }) }
    }

    /// Several kinds in one answer are tables with an empty line between.
    static func all(_ text: String) -> [PrintedTable] {
        text.components(separatedBy: "\n\n").compactMap { PrintedTable($0) }
    }

    func column(_ name: String) -> [String] { rows.map { $0[name] ?? "" } }
    var names: [String] { column("NAME") }

    /// The row of an object; empty when it has none.
    func row(_ name: String) -> [String: String] { rows.first { $0["NAME"] == name } ?? [:] }
}

/// The lines `-w` prints are not all as wide as the header: their cells are told apart by the spaces between.
func watchedCells(_ line: String) -> [String] {
    line.split(separator: /\ {2,}/).map { $0.trimmingCharacters(in: .whitespaces) }
}
