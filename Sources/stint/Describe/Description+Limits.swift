import Kube

extension Description {
    mutating func quota(_ quota: ResourceQuota) {
        line(0, "Name:\t\(quota.name)")
        line(0, "Namespace:\t\(quota.namespace)")
        usage(of: quota, 0)
    }

    private mutating func usage(of quota: ResourceQuota, _ indent: Int) {
        let scopes = (quota.spec?.scopes ?? []).sorted()
        if !scopes.isEmpty {
            line(indent, "Scopes:\t\(scopes.joined(separator: ", "))")
            // Inside a namespace it is one space less, as with kubectl.
            let mark = indent == 0 ? " * " : "* "
            for scope in scopes { if let words = Self.meanings[scope] { line(indent, mark + words) } }
        }
        line(indent, "Resource\tUsed\tHard")
        line(indent, "--------\t\(indent == 0 ? "----\t----" : "---\t---")")
        for (name, bound) in (quota.status?.hard ?? [:]).sorted(by: { $0.key < $1.key }) {
            line(indent, "\(name)\t\(quota.status?.used?[name] ?? .zero)\t\(bound)")
        }
    }

    /// kubectl's words.
    private static let meanings = [
        "Terminating":
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being "
            + "actively terminated by the system.",
        "NotTerminating":
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose "
            + "container command is not expected to terminate.",
        "BestEffort":
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of "
            + "service.",
        "NotBestEffort":
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed "
            + "quality of service.",
    ]

    private static let limitColumns = [
        "Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio",
    ]

    mutating func limitRange(_ range: LimitRange) {
        line(0, "Name:\t\(range.name)")
        line(0, "Namespace:\t\(range.namespace)")
        limits([range], margin: "")
    }

    private mutating func limits(_ ranges: [LimitRange], margin: String) {
        line(0, margin + Self.limitColumns.joined(separator: "\t"))
        line(0, margin + Self.limitColumns.map { String(repeating: "-", count: $0.count) }.joined(separator: "\t"))
        for item in ranges.flatMap({ $0.spec?.limits ?? [] }) {
            let columns = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio]
            for name in Set(columns.flatMap { $0?.keys.map(\.self) ?? [] }).sorted() {
                let cells = [item.type, name] + columns.map { $0?[name]?.text ?? "-" }
                line(0, margin + cells.joined(separator: "\t"))
            }
        }
    }

    mutating func priorityClass(_ priorityClass: PriorityClass) {
        line(0, "Name:\t\(priorityClass.name)")
        line(0, "Value:\t\(priorityClass.value)")
        line(0, "GlobalDefault:\t\(priorityClass.isGlobalDefault)")
        line(0, "PreemptionPolicy:\t\(priorityClass.preemptionPolicy ?? "")")
        line(0, "Description:\t\(priorityClass.description ?? "")")
        annotations("Annotations", priorityClass.metadata.annotations)
    }

    /// Below a namespace.
    mutating func quotas(_ quotas: [ResourceQuota]) {
        line(0, "")
        if quotas.isEmpty { return line(0, "No resource quota.") }
        line(0, "Resource Quotas")
        for quota in quotas {
            line(1, "Name:\t\(quota.name)")
            usage(of: quota, 1)
        }
    }

    mutating func limitRanges(_ ranges: [LimitRange]) {
        line(0, "")
        if ranges.isEmpty { return line(0, "No LimitRange resource.") }
        line(0, "Resource Limits")
        limits(ranges, margin: " ")
    }
}
