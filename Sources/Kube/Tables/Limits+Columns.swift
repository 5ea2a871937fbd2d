import Foundation

extension LimitRange: Tabular {
    public static let columns: [TableColumn] = [
        .name, TableColumn("Created At", type: "date", TableColumn.age.description),
    ]

    public func cells(now: Date) -> [JSONValue] {
        [.string(name), .string(metadata.creationTimestamp.map { RFC3339.format($0.date, fractionDigits: 0) } ?? "")]
    }
}

extension ResourceQuota: Tabular {
    public static let columns: [TableColumn] = [
        .name, .age,
        TableColumn("Request", "What is used and what may be used, of everything but limits."),
        TableColumn("Limit", "The same of limits."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let entries = (status?.hard ?? [:]).sorted { $0.key < $1.key }.map { name, bound in
            (name, "\(name): \(status?.used?[name] ?? .zero)/\(bound)")
        }
        func list(_ isOfLimits: Bool) -> JSONValue {
            .string(
                entries.filter { $0.0.hasPrefix("limits.") == isOfLimits }.map(\.1).joined(separator: ", "))
        }
        return [
            .string(name), .string(HumanDuration.since(metadata.creationTimestamp, now: now)), list(false), list(true),
        ]
    }
}

extension PriorityClass: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Value", type: "integer", "Larger is more important."),
        TableColumn("Global-Default", type: "boolean", "Whether it is the class of pods that name none."),
        .age,
        TableColumn("PreemptionPolicy", "Whether such pods may push out less important ones."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        [
            .string(name), .integer(Int64(value)), .bool(isGlobalDefault),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
            .string(preemptionPolicy ?? PodSpec.preemptLowerPriority),
        ]
    }
}
