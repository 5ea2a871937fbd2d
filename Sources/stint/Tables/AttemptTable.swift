import Foundation
import Kube

/// The ledger as a table, one attempt on a line, oldest first.
struct AttemptTable {
    let isWide: Bool
    let showsNamespace: Bool
    let console: Console

    func text(_ records: [AttemptRecord], showsHeaders: Bool = true) -> String {
        let sorted = records.sorted { ($0.startedAt ?? $0.finishedAt, $0.id) < ($1.startedAt ?? $1.finishedAt, $1.id) }
        var table = TextTable(headers, printsHeaders: showsHeaders)
        var tries: [String: Int] = [:]
        for record in sorted {
            // Pods that are made anew and containers restarted in place: to whoever asks, the Job tried again.
            let number = tries[record.jobUID ?? record.podUID, default: 0] + 1
            tries[record.jobUID ?? record.podUID] = number
            table.add(cells(record, number))
        }
        return table.text
    }

    private var headers: [String] {
        (showsNamespace ? ["NAMESPACE"] : []) + [
            "JOB", "POD", "TRY", "RESULT", "EXIT", "DURATION", "AGE", "MEMORY", "CPU", "LIMITS HIT",
        ]
            + (isWide ? ["THROTTLED", "OOM KILLS", "CONTAINER", "IMAGE", "MESSAGE"] : [])
    }

    private func cells(_ record: AttemptRecord, _ number: Int) -> [String] {
        let duration = record.startedAt.map { record.finishedAt.date.timeIntervalSince($0.date) }
        let exit = record.signal.map { "\(record.exitCode) (signal \($0))" } ?? "\(record.exitCode)"
        let cpu = record.cpuUserMicroseconds.map { $0 + (record.cpuSystemMicroseconds ?? 0) }
        var cells = showsNamespace ? [record.namespace] : []
        cells += [
            record.jobName ?? "<none>", record.podName, "\(number)", record.reason, exit,
            duration.map(Self.seconds) ?? "<none>",
            HumanDuration.text(console.now().timeIntervalSince(record.finishedAt.date)),
            record.memoryPeakBytes.map(ByteCount.text) ?? "<none>",
            cpu.map { Self.seconds(Double($0) / 1e6) } ?? "<none>", Self.limits(hitBy: record),
        ]
        guard isWide else { return cells }
        return cells + [
            record.throttledMicroseconds.map { Self.seconds(Double($0) / 1e6) } ?? "<none>",
            record.oomKills.map(String.init) ?? "<none>", record.container, record.image,
            record.message.flatMap { $0.isEmpty ? nil : $0 } ?? "<none>",
        ]
    }

    /// What it would have used more of: `cpu (waited 3.2s)`, `memory`, `deadline`.
    private static func limits(hitBy record: AttemptRecord) -> String {
        var hit: [String] = []
        if let waited = record.throttledMicroseconds, waited >= 100_000 {
            hit.append("cpu (waited \(seconds(Double(waited) / 1e6)))")
        }
        if (record.oomKills ?? 0) > 0 || record.reason == "OOMKilled" { hit.append("memory") }
        if record.reason == "DeadlineExceeded" { hit.append("deadline") }
        return hit.isEmpty ? "<none>" : hit.joined(separator: ", ")
    }

    /// Short times exactly, long ones as tables show them.
    private static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "\(Int((seconds * 1000).rounded()))ms"
        case ..<10: "\((seconds * 100).rounded() / 100)s"
        default: HumanDuration.text(seconds)
        }
    }
}

/// Bytes for people: `1.4 MiB`.
enum ByteCount {
    static func text(_ bytes: Int64) -> String {
        var (value, unit) = (Double(bytes), "B")
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        if unit == "B" { return "\(bytes) B" }
        return value < 100 ? "\((value * 10).rounded() / 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
    }
}
