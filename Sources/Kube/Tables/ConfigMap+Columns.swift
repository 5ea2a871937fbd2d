import Foundation

extension ConfigMap: Tabular {
    public static let columns: [TableColumn] = [
        .name, TableColumn("Data", "How many keys there are, those of binary values among them."), .age,
    ]

    public func cells(now: Date) -> [JSONValue] {
        [
            .string(name), .integer(Int64((data ?? [:]).count + (binaryData ?? [:]).count)),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
        ]
    }
}
