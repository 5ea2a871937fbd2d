import Kube

extension Description {
    mutating func pod(_ pod: Pod) {
        let (spec, status) = (pod.spec, pod.status)
        line(0, "Name:\t\(pod.name)")
        line(0, "Namespace:\t\(pod.namespace)")
        if let priority = spec.priority { line(0, "Priority:\t\(priority)") }
        optional("Priority Class Name", spec.priorityClassName)
        optional("Runtime Class Name", spec.runtimeClassName)
        optional("Service Account", spec.serviceAccountName)
        if let node = spec.nodeName, !node.isEmpty {
            line(0, "Node:\t\(node)/\(status?.hostIP ?? "")")
        } else {
            line(0, "Node:\t<none>")
        }
        if let start = status?.startTime { line(0, "Start Time:\t\(printed(start))") }
        labels("Labels", pod.metadata.labels)
        annotations("Annotations", pod.metadata.annotations?.filter { $0.key != Receipt.annotation })
        phase(of: pod)
        optional("Reason", status?.reason)
        optional("Message", status?.message)
        if let profile = spec.securityContext?.seccompProfile { seccomp(0, profile) }
        line(0, "IP:\t\(status?.podIP ?? "")")
        let addresses = (status?.podIPs ?? []).compactMap { $0["ip"]?.string }
        line(0, addresses.isEmpty ? "IPs:\t<none>" : "IPs:")
        for address in addresses { line(1, "IP:\t\(address)") }
        if let owner = pod.controllerReference { line(0, "Controlled By:\t\(owner.kind)/\(owner.name)") }
        optional("NominatedNodeName", status?.nominatedNodeName)
        if let resources = spec.resources {
            line(0, "Resources:")
            self.resources(1, resources)
        }
        if let inits = spec.initContainers, !inits.isEmpty {
            containers("Init Containers", inits, statuses: status?.initContainerStatuses ?? [], of: pod)
        }
        containers("Containers", spec.containers, statuses: status?.containerStatuses ?? [], of: pod)
        if let conditions = status?.conditions, !conditions.isEmpty {
            line(0, "Conditions:")
            line(1, "Type\tStatus")
            for condition in conditions { line(1, "\(condition.type) \t\(condition.status) ") }
        }
        volumes(spec.volumes, isTemplate: false)
        line(0, "QoS Class:\t\(status?.qosClass ?? "")")
        labels("Node-Selectors", spec.nodeSelector)
        tolerations("Tolerations", spec.tolerations)
        if let text = pod.metadata.annotations?[Receipt.annotation] { receipt(Receipt(parsing: text)) }
    }

    /// What was asked for against what the kernel holds; kubectl shows the same as an annotation.
    private mutating func receipt(_ receipt: Receipt) {
        guard !receipt.sections.isEmpty else { return }
        flush()
        line(0, "Receipt:")
        line(1, "Group\tAsked\tKernel")
        line(1, "-----\t-----\t------")
        for section in receipt.sections {
            for item in section.items { line(1, "\(section.group)\t\(item.asked)\t\(item.kernel)") }
        }
        flush()
    }

    private mutating func optional(_ title: String, _ value: String?) {
        if let value, !value.isEmpty { line(0, "\(title):\t\(value)") }
    }

    private mutating func phase(of pod: Pod) {
        let phase = pod.status?.phase ?? ""
        guard let deletion = pod.metadata.deletionTimestamp, phase != "Failed", phase != "Succeeded" else {
            return line(0, "Status:\t\(phase)")
        }
        line(0, "Status:\tTerminating (lasts \(age(since: deletion.date)))")
        line(0, "Termination Grace Period:\t\(pod.metadata.deletionGracePeriodSeconds ?? 0)s")
    }

    mutating func seccomp(_ level: Int, _ profile: SeccompProfile) {
        line(level, "SeccompProfile:\t\(profile.type)")
        if profile.type == "Localhost" {
            line(level == 0 ? 0 : level + 1, "LocalhostProfile:\t\(profile.localhostProfile ?? "")")
        }
    }

    mutating func resources(_ level: Int, _ resources: ResourceRequirements) {
        for (title, list) in [("Limits", resources.limits), ("Requests", resources.requests)] {
            guard let list, !list.isEmpty else { continue }
            line(level, "\(title):")
            for (name, quantity) in list.sorted(by: { $0.key < $1.key }) {
                line(level + 1, "\(name):\t\(quantity.text)")
            }
        }
    }
}
