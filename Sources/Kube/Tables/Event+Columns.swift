import Foundation

extension Event: Tabular {
    public static let columns: [TableColumn] = [
        TableColumn("Last Seen", "The time at which the most recent occurrence of this event was recorded."),
        TableColumn("Type", "Type of this event (Normal, Warning), new types could be added in the future"),
        TableColumn("Reason", "This should be a short, machine understandable string that gives the reason."),
        TableColumn("Object", "The object that this event is about."),
        TableColumn("Subobject", priority: 1, "The part of the object, such as a container."),
        TableColumn("Source", priority: 1, "The component reporting this event."),
        TableColumn("Message", "A human-readable description of the status of this operation."),
        TableColumn(
            "First Seen", priority: 1, "The time at which the event was first recorded."),
        TableColumn("Count", priority: 1, "The number of times this event has occurred."),
        TableColumn("Name", format: "name", priority: 1, TableColumn.name.description),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let first = firstTimestamp ?? eventTime.map { Timestamp($0.date) }
        let last = lastTimestamp ?? first
        let component = source?.component ?? reportingComponent ?? ""
        let host = source?.host ?? reportingInstance ?? ""
        return [
            .string(HumanDuration.since(last, now: now)), .string(type ?? ""), .string(reason ?? ""),
            .string(objectText), .string(involvedObject.fieldPath ?? ""),
            .string([component, host].filter { !$0.isEmpty }.joined(separator: ", ")),
            .string((message ?? "").trimmingCharacters(in: .whitespacesAndNewlines)),
            .string(HumanDuration.since(first, now: now)), .integer(Int64(count ?? 1)), .string(name),
        ]
    }

    /// `job/hello`
    public var objectText: String {
        let kind = (involvedObject.kind ?? "").lowercased()
        let name = involvedObject.name ?? ""
        return name.isEmpty ? kind : "\(kind)/\(name)"
    }
}
