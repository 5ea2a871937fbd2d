import Foundation

extension Job: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Status", "Status of the job."),
        TableColumn(
            "Completions",
            "Completions specifies the desired number of successfully finished pods the job should be run with."),
        TableColumn("Duration", "Time required to complete the job."),
        .age,
        TableColumn("Containers", priority: 1, "Names of each container in the template."),
        TableColumn("Images", priority: 1, "Images referenced by each container in the template."),
        TableColumn("Selector", priority: 1, "selector is a label query over pods that should match the pod count."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let containers = spec.template.spec.containers
        return [
            .string(name), .string(statusText), .string(completionsText), .string(durationText(now: now)),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
            .string(containers.map(\.name).joined(separator: ",")),
            .string(containers.map { $0.image ?? "" }.joined(separator: ",")),
            .string(selectorText),
        ]
    }

    /// 1. what is final; 2. being deleted; 3. suspended; 4. on the way to the end; 5. running.
    public var statusText: String {
        if isComplete { return "Complete" }
        if isFailed { return "Failed" }
        if metadata.deletionTimestamp != nil { return "Terminating" }
        for type in ["Suspended", "FailureTarget", "SuccessCriteriaMet"] where status?.trueCondition(type) != nil {
            return type
        }
        return "Running"
    }

    public var completionsText: String {
        let succeeded = status?.succeeded ?? 0
        if let completions = spec.completions { return "\(succeeded)/\(completions)" }
        let parallelism = spec.parallelism ?? 0
        return parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
    }

    /// Empty until the Job starts.
    public func durationText(now: Date) -> String {
        guard let start = status?.startTime else { return "" }
        let end = status?.completionTime?.date ?? now
        return HumanDuration.text(end.timeIntervalSince(start.date))
    }

    private var selectorText: String {
        guard let selector = spec.selector else { return "<none>" }
        let text = Selector(selector)?.description ?? "<error>"
        return text.isEmpty ? "<none>" : text
    }
}
