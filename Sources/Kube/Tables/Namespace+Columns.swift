import Foundation

extension Namespace: Tabular {
    public static let columns: [TableColumn] = [
        .name, TableColumn("Status", "The status of the namespace"), .age,
    ]

    public func cells(now: Date) -> [JSONValue] {
        [
            .string(name), .string(status?.phase ?? ""),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
        ]
    }
}
