import Kube

extension Description {
    mutating func job(_ job: Job) {
        let (spec, status) = (job.spec, job.status)
        line(0, "Name:\t\(job.name)")
        line(0, "Namespace:\t\(job.namespace)")
        line(0, "Selector:\t\(spec.selector?.printed ?? "")")
        labels("Labels", job.metadata.labels)
        annotations("Annotations", job.metadata.annotations)
        if let owner = job.controllerReference { line(0, "Controlled By:\t\(owner.kind)/\(owner.name)") }
        if let parallelism = spec.parallelism { line(0, "Parallelism:\t\(parallelism)") }
        line(0, "Completions:\t\(spec.completions.map(String.init) ?? "<unset>")")
        if let mode = spec.completionMode { line(0, "Completion Mode:\t\(mode)") }
        if let suspend = spec.suspend { line(0, "Suspend:\t\(suspend)") }
        if let limit = spec.backoffLimit { line(0, "Backoff Limit:\t\(limit)") }
        if let ttl = spec.ttlSecondsAfterFinished { line(0, "TTL Seconds After Finished:\t\(ttl)") }
        if let start = status?.startTime { line(0, "Start Time:\t\(printed(start))") }
        if let end = status?.completionTime { line(0, "Completed At:\t\(printed(end))") }
        if let start = status?.startTime, let end = status?.completionTime {
            line(0, "Duration:\t\(HumanDuration.text(end.date.timeIntervalSince(start.date)))")
        }
        if let deadline = spec.activeDeadlineSeconds { line(0, "Active Deadline Seconds:\t\(deadline)s") }
        let ready = status?.ready.map { " (\($0) Ready)" } ?? ""
        line(
            0,
            "Pods Statuses:\t\(status?.active ?? 0) Active\(ready) / \(status?.succeeded ?? 0) Succeeded / "
                + "\(status?.failed ?? 0) Failed")
        if spec.completionMode == "Indexed" { line(0, "Completed Indexes:\t\(Self.capped(status?.completedIndexes))") }
        template(spec.template)
    }

    /// Cut at the first comma after 50 characters.
    private static func capped(_ indexes: String?) -> String {
        guard let indexes, !indexes.isEmpty else { return "<none>" }
        guard indexes.count > 50 else { return indexes }
        let limit = indexes.index(indexes.startIndex, offsetBy: 50)
        guard let comma = indexes[limit...].firstIndex(of: ",") else { return indexes }
        return indexes[...comma] + "..."
    }

    mutating func template(_ template: PodTemplateSpec) {
        line(0, "Pod Template:")
        labels("  Labels", template.metadata?.labels)
        if let annotations = template.metadata?.annotations, !annotations.isEmpty {
            self.annotations("  Annotations", annotations)
        }
        if let account = template.spec.serviceAccountName, !account.isEmpty { line(1, "Service Account:\t\(account)") }
        if let inits = template.spec.initContainers, !inits.isEmpty {
            containers("Init Containers", inits, statuses: nil, of: nil)
        }
        containers("Containers", template.spec.containers, statuses: nil, of: nil)
        volumes(template.spec.volumes, isTemplate: true)
        if let priority = template.spec.priorityClassName, !priority.isEmpty {
            line(1, "Priority Class Name:\t\(priority)")
        }
        labels("  Node-Selectors", template.spec.nodeSelector)
        tolerations("  Tolerations", template.spec.tolerations)
    }
}

extension LabelSelector {
    /// The selector as text: sorted by key, as upstream writes it.
    var printed: String {
        let equal = (matchLabels ?? [:]).map { ($0.key, "\($0.key)=\($0.value)") }
        let others = (matchExpressions ?? []).map { requirement in
            let values = (requirement.values ?? []).sorted().joined(separator: ",")
            let text =
                switch requirement.operator {
                case "In": "\(requirement.key) in (\(values))"
                case "NotIn": "\(requirement.key) notin (\(values))"
                case "Exists": requirement.key
                default: "!\(requirement.key)"
                }
            return (requirement.key, text)
        }
        return (equal + others).sorted { $0.0 < $1.0 }.map(\.1).joined(separator: ",")
    }
}
