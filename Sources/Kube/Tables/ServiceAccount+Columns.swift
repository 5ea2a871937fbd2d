import Foundation

extension ServiceAccount: Tabular {
    /// Since 1.35 without the number of Secrets.
    public static let columns: [TableColumn] = [.name, .age]

    public func cells(now: Date) -> [JSONValue] {
        [.string(name), .string(HumanDuration.since(metadata.creationTimestamp, now: now))]
    }
}
