import Foundation

extension Secret: Tabular {
    public static let columns: [TableColumn] = [
        .name, TableColumn("Type", "What kind of values there are."), TableColumn("Data", "How many keys there are."),
        .age,
    ]

    public func cells(now: Date) -> [JSONValue] {
        [
            .string(name), .string(type ?? ""), .integer(Int64((data ?? [:]).count)),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
        ]
    }
}
