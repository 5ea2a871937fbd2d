/// Lines of tab-terminated cells made into columns, as Go's text/tabwriter does and so kubectl's output looks: a
/// column is as wide as its widest cell among neighbouring lines that have the column, plus padding; what stands
/// after a line's last tab belongs to no column.
struct TabbedText {
    var padding = 2
    var minimumWidth = 0
    private var lines: [[Substring]] = []
    private var finished = ""
    private var open = ""

    init(padding: Int = 2, minimumWidth: Int = 0) {
        self.padding = padding
        self.minimumWidth = minimumWidth
    }

    /// Adds text, in which newlines end lines.
    mutating func write(_ text: String) { open += text }

    /// A line at a level of indentation, two spaces each.
    mutating func line(_ level: Int = 0, _ text: String) {
        open += String(repeating: "  ", count: level) + text + "\n"
    }

    /// Lines after this one make columns of their own.
    mutating func flush() {
        var lines = open.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        let endsWithNewline = open.hasSuffix("\n")
        if endsWithNewline || open.isEmpty { lines.removeLast() }
        open = ""
        var result = ""
        lay(lines[...], widths: [], into: &result)
        if !endsWithNewline, result.hasSuffix("\n") { result.removeLast() }
        finished += result
    }

    /// Everything so far, laid out.
    var text: String {
        var copy = self
        copy.flush()
        return copy.finished
    }

    private func lay(_ lines: ArraySlice<[Substring]>, widths: [Int], into result: inout String) {
        let column = widths.count
        var index = lines.startIndex
        while index < lines.endIndex {
            guard lines[index].count - 1 > column else {
                put(lines[index], widths: widths, into: &result)
                index += 1
                continue
            }
            let end = lines[index...].firstIndex { $0.count - 1 <= column } ?? lines.endIndex
            let block = lines[index..<end]
            let widest = block.map { $0[column].unicodeScalars.count + padding }.max() ?? 0
            lay(block, widths: widths + [max(widest, minimumWidth)], into: &result)
            index = end
        }
    }

    private func put(_ cells: [Substring], widths: [Int], into result: inout String) {
        for (index, cell) in cells.enumerated() {
            result += cell
            if index < widths.count {
                result += String(repeating: " ", count: widths[index] - cell.unicodeScalars.count)
            }
        }
        result += "\n"
    }
}
