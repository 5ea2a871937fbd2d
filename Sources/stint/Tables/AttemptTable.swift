import Foundation
import Kube

/// The ledger as a table, one attempt on a line, in the order in which they ended.
///
/// Some columns are there only when they tell attempts apart: the Job when none was named, its uid when several Jobs had
/// one name, the index of an Indexed Job, the container of a pod that has several.
struct AttemptTable {
    let isWide: Bool
    let showsNamespace: Bool
    let showsJobs: Bool

    private struct Column: Sendable {
        let header: String
        let cell: @Sendable (AttemptHistory.Attempt) -> String

        init(_ header: String, _ cell: @escaping @Sendable (AttemptHistory.Attempt) -> String) {
            self.header = header
            self.cell = cell
        }
    }

    func text(_ attempts: [AttemptHistory.Attempt], showsHeaders: Bool = true) -> String {
        let columns = columns(for: attempts)
        var table = TextTable(columns.map(\.header), printsHeaders: showsHeaders)
        for attempt in attempts { table.add(columns.map { $0.cell(attempt) }) }
        return table.text
    }

    private func columns(for attempts: [AttemptHistory.Attempt]) -> [Column] {
        let records = attempts.map(\.record)
        let owners = Dictionary(grouping: attempts) {
            "\($0.record.namespace)/\($0.record.jobName ?? $0.record.podName)"
        }
        let hasNamesakes = owners.values.contains { Set($0.map(\.owner)).count > 1 }
        let hasSeveralContainers = Dictionary(grouping: records, by: \.podUID).values.contains {
            Set($0.map(\.container)).count > 1
        }
        var columns: [Column] = []
        if showsNamespace { columns.append(Column("NAMESPACE") { $0.record.namespace }) }
        if showsJobs { columns.append(Column("JOB") { $0.record.jobName ?? Self.none }) }
        if hasNamesakes { columns.append(Column("UID") { $0.owner }) }
        columns.append(Column("TRY") { "\($0.number)" })
        if records.contains(where: { $0.completionIndex != nil }) {
            columns.append(Column("INDEX") { $0.record.completionIndex.map(String.init) ?? Self.none })
        }
        columns.append(Column("POD") { $0.record.podName })
        if hasSeveralContainers || isWide { columns.append(Column("CONTAINER") { $0.record.container }) }
        return columns + Self.outcome + (isWide ? Self.more : [])
    }

    private static let outcome = [
        Column("RESTARTS") { "\($0.record.attempt)" },
        Column("STARTED") { $0.record.startedAt.map { RFC3339.format($0.date, fractionDigits: 0) } ?? none },
        Column("DURATION") { $0.record.duration.map(seconds) ?? none },
        Column("EXIT") { $0.record.signal.map(SignalName.text) ?? "\($0.record.exitCode)" },
        Column("REASON") { $0.record.reason },
        Column("LIMIT") { $0.record.limitThatFired?.rawValue ?? none },
        Column("PEAK MEMORY") { $0.record.memoryPeakBytes.map(ByteCount.text) ?? none },
        Column("CPU") { attempt in
            attempt.record.cpuUserMicroseconds.map { seconds($0 + (attempt.record.cpuSystemMicroseconds ?? 0)) } ?? none
        },
        Column("THROTTLED") { $0.record.throttledMicroseconds.map(seconds) ?? none },
    ]

    private static let more = [
        Column("MEMORY LIMIT") { $0.record.memoryLimitBytes.map { Quantity(bytes: $0).text } ?? none },
        Column("CPU LIMIT") { $0.record.cpuLimitMillis.map { Quantity(milli: $0).text } ?? none },
        Column("OOM KILLS") { $0.record.oomKills.map(String.init) ?? none },
        Column("LOG") { $0.record.logBytes.map { ByteCount.text(Int64($0)) } ?? none },
        Column("IMAGE") { $0.record.image },
        Column("POD UID") { $0.record.podUID },
        Column("MESSAGE") { $0.record.message.flatMap { $0.isEmpty ? nil : $0 } ?? none },
    ]

    private static let none = "<none>"

    private static func seconds(_ microseconds: Int64) -> String { seconds(Double(microseconds) / 1e6) }

    /// Short times exactly, long ones as tables show them.
    private static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case 0: "0s"
        case ..<1: "\(Int((seconds * 1000).rounded()))ms"
        case ..<10: "\((seconds * 100).rounded() / 100)s"
        default: HumanDuration.text(seconds)
        }
    }
}

extension AttemptRecord {
    fileprivate var duration: Double? { startedAt.map { finishedAt.date.timeIntervalSince($0.date) } }

    /// Records that are older than the field tell by their reason.
    fileprivate var limitThatFired: AttemptLimit? {
        limit ?? AttemptLimit(reason: reason, oomKills: oomKills, pidLimitHits: nil)
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
