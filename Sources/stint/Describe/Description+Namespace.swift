import Kube

extension Description {
    mutating func namespace(_ namespace: Namespace) {
        line(0, "Name:\t\(namespace.name)")
        labels("Labels", namespace.metadata.labels)
        annotations("Annotations", namespace.metadata.annotations)
        line(0, "Status:\t\(namespace.status?.phase ?? "")")
        if let conditions = namespace.status?.conditions, !conditions.isEmpty {
            line(0, "Conditions:")
            line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
            line(1, "----\t------\t------------------\t------\t-------")
            for condition in conditions {
                let time = condition["lastTransitionTime"]?.string.flatMap { RFC3339.parse($0) }.map { Timestamp($0) }
                line(
                    1,
                    "\(condition["type"]?.plain ?? "")\t\(condition["status"]?.plain ?? "")\t\(printed(time))\t"
                        + "\(condition["reason"]?.plain ?? "")\t\(condition["message"]?.plain ?? "")")
            }
        }
    }
}
