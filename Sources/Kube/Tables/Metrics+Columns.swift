import Foundation

extension PodMetrics: Tabular {
    public static var columns: [TableColumn] { [.name] + MetricsColumns.amounts }

    public func cells(now: Date) -> [JSONValue] {
        [.string(name)] + MetricsColumns.cells(MetricsColumns.sum(containers.map(\.usage)), window)
    }
}

extension NodeMetrics: Tabular {
    public static var columns: [TableColumn] { [.name] + MetricsColumns.amounts }

    public func cells(now: Date) -> [JSONValue] { [.string(name)] + MetricsColumns.cells(usage, window) }
}

/// The columns that the metrics server of a cluster has.
private enum MetricsColumns {
    static let amounts = [
        TableColumn("CPU", "Cores in use, on average over the window."),
        TableColumn("Memory", "Bytes of memory in use that the kernel cannot simply take back."),
        TableColumn("Window", "How long was measured."),
    ]

    static func cells(_ usage: [String: Quantity], _ window: String) -> [JSONValue] {
        [.string(usage["cpu"]?.description ?? ""), .string(usage["memory"]?.description ?? ""), .string(window)]
    }

    static func sum(_ usages: [[String: Quantity]]) -> [String: Quantity] {
        usages.reduce(into: [:]) { sum, usage in
            sum.merge(usage) { a, b in a + b }
        }
    }
}
