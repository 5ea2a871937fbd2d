import Kube

/// How far an import is: while the archive goes out, what was sent; then what the daemon says.
struct ImportProgress: Equatable, Sendable {
    private(set) var stage = "sending"
    private(set) var done: Int64 = 0
    private(set) var total: Int64?
    private var shown: Int64 = 0

    init(total: Int64?) { self.total = total }

    /// True when enough was sent since the last time to show it.
    mutating func sent(_ count: Int) -> Bool {
        guard stage == "sending" else { return false }
        done += Int64(count)
        guard done - shown >= 1 << 20 || done == total else { return false }
        shown = done
        return true
    }

    mutating func told(_ report: ImageImportProgress) -> ImportProgress {
        // What the daemon received is what we sent: only its later stages say more.
        guard report.stage != "receiving" else { return self }
        stage = report.stage
        done = report.doneBytes
        total = report.totalBytes
        return self
    }

    /// `sending    [=====>    ]  52%  41.8 MiB / 80 MiB`.
    var line: String {
        let name = stage + String(repeating: " ", count: max(0, 10 - stage.count))
        guard let total, total > 0 else { return "\(name) \(ByteCount.text(done))" }
        let share = min(max(Double(done) / Double(total), 0), 1)
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "=", count: filled) + (filled < Self.width ? ">" : "")
        let padded = bar + String(repeating: " ", count: Self.width - bar.count)
        let percent = "\(Int(share * 100))%"
        return "\(name) [\(padded)] \(String(repeating: " ", count: 4 - percent.count))\(percent)  "
            + "\(ByteCount.text(done)) / \(ByteCount.text(total))"
    }

    private static let width = 30
}
