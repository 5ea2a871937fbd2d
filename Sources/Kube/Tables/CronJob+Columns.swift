import Foundation

extension CronJob: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Schedule", "When Jobs are made."),
        TableColumn("Timezone", "The time zone of the schedule."),
        TableColumn("Suspend", "Whether Jobs are made at all."),
        TableColumn("Active", type: "integer", "How many of its Jobs run now."),
        TableColumn("Last Schedule", "The time since a Job was last made."),
        .age,
        TableColumn("Containers", priority: 1, "Names of each container in the template."),
        TableColumn("Images", priority: 1, "Images referenced by each container in the template."),
        TableColumn("Selector", priority: 1, "The selector of the Jobs, which they get when they are made."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let containers = spec.jobTemplate.spec.template.spec.containers
        let last = status?.lastScheduleTime.map { HumanDuration.since($0, now: now) } ?? "<none>"
        let selector = spec.jobTemplate.spec.selector.map { Selector($0)?.description ?? "<error>" } ?? ""
        return [
            .string(name), .string(spec.schedule), .string(spec.timeZone ?? "<none>"),
            .string(spec.suspend.map { $0 ? "True" : "False" } ?? "<unset>"),
            .integer(Int64(status?.active?.count ?? 0)), .string(last),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
            .string(containers.map(\.name).joined(separator: ",")),
            .string(containers.map { $0.image ?? "" }.joined(separator: ",")),
            .string(selector.isEmpty ? "<none>" : selector),
        ]
    }
}
