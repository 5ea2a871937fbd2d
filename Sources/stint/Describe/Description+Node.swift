import Kube

extension Description {
    /// `pods` are those that have not ended.
    mutating func node(_ node: HostNode, pods: [Pod]) {
        let (spec, status) = (node.spec, node.status)
        line(0, "Name:\t\(node.name)")
        let roles = (node.metadata.labels ?? [:]).keys.filter { $0.hasPrefix(Self.rolePrefix) }
            .map { $0.dropFirst(Self.rolePrefix.count) }.filter { !$0.isEmpty }.sorted()
        line(0, "Roles:\t\(roles.isEmpty ? "<none>" : roles.joined(separator: ","))")
        labels("Labels", node.metadata.labels)
        annotations("Annotations", node.metadata.annotations)
        line(0, "CreationTimestamp:\t\(printed(node.metadata.creationTimestamp))")
        taints(spec?.taints ?? [])
        line(0, "Unschedulable:\t\(spec?.unschedulable ?? false)")
        conditions(status?.conditions ?? [])
        line(0, "Addresses:")
        for address in status?.addresses ?? [] { line(1, "\(address.type):\t\(address.address)") }
        amounts("Capacity", status?.capacity)
        amounts("Allocatable", status?.allocatable)
        system(status?.nodeInfo ?? NodeSystemInfo())
        if let cidr = spec?.podCIDR, !cidr.isEmpty { line(0, "PodCIDR:\t\(cidr)") }
        if let cidrs = spec?.podCIDRs, !cidrs.isEmpty { line(0, "PodCIDRs:\t\(cidrs.joined(separator: ","))") }
        if let provider = spec?.providerID, !provider.isEmpty { line(0, "ProviderID:\t\(provider)") }
        usage(of: status?.allocatable ?? status?.capacity ?? [:], by: pods)
    }

    private static let rolePrefix = "node-role.kubernetes.io/"

    private mutating func taints(_ taints: [JSONValue]) {
        let texts = taints.map { taint in
            let value = taint["value"]?.string.flatMap { $0.isEmpty ? nil : "=\($0)" } ?? ""
            return "\(taint["key"]?.plain ?? "")\(value):\(taint["effect"]?.plain ?? "")"
        }.sorted()
        if texts.isEmpty { line(0, "Taints:\t<none>") }
        for (index, text) in texts.enumerated() { line(0, "\(index == 0 ? "Taints:" : "")\t\(text)") }
    }

    private mutating func conditions(_ conditions: [HostNodeCondition]) {
        guard !conditions.isEmpty else { return }
        line(0, "Conditions:")
        line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
        line(1, "----\t------\t-----------------\t------------------\t------\t-------")
        for condition in conditions {
            line(
                1,
                "\(condition.type) \t\(condition.status) \t\(printed(condition.lastHeartbeatTime)) \t"
                    + "\(printed(condition.lastTransitionTime)) \t\(condition.reason ?? "") \t\(condition.message ?? "")"
            )
        }
    }

    private mutating func amounts(_ title: String, _ amounts: [String: Quantity]?) {
        guard let amounts, !amounts.isEmpty else { return }
        line(0, "\(title):")
        for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) { line(1, "\(name):\t\(amount.text)") }
    }

    private mutating func system(_ info: NodeSystemInfo) {
        line(0, "System Info:")
        line(1, "Machine ID:\t\(info.machineID)")
        line(1, "System UUID:\t\(info.systemUUID)")
        line(1, "Boot ID:\t\(info.bootID)")
        line(1, "Kernel Version:\t\(info.kernelVersion)")
        line(1, "OS Image:\t\(info.osImage)")
        line(1, "Operating System:\t\(info.operatingSystem)")
        line(1, "Architecture:\t\(info.architecture)")
        line(1, "Container Runtime Version:\t\(info.containerRuntimeVersion)")
        line(1, "Kubelet Version:\t\(info.kubeletVersion)")
    }

    private mutating func usage(of allocatable: [String: Quantity], by pods: [Pod]) {
        line(0, "Non-terminated Pods:\t(\(pods.count) in total)")
        line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
        line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
        func share(_ amount: Quantity, of name: String) -> String {
            let all = Double(allocatable[name]?.milliValue ?? 0)
            return "\(amount.text) (\(all == 0 ? 0 : Int(Double(amount.milliValue) / all * 100))%)"
        }
        let totals = pods.map { PodResources($0.spec) }
        for (pod, total) in zip(pods, totals) {
            let shares = ["cpu", "memory"].flatMap { name in
                [total.requests, total.limits].map { share($0[name] ?? .zero, of: name) }
            }
            let age = age(since: pod.metadata.creationTimestamp?.date)
            line(1, "\(pod.namespace)\t\(pod.name)\t\t\(shares.joined(separator: "\t"))\t\(age)")
        }
        line(0, "Allocated resources:")
        line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
        line(1, "Resource\tRequests\tLimits")
        line(1, "--------\t--------\t------")
        let requests = totals.map(\.requests).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        let limits = totals.map(\.limits).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        for name in ["cpu", "memory", "ephemeral-storage"] {
            line(1, "\(name)\t\(share(requests[name] ?? .zero, of: name))\t\(share(limits[name] ?? .zero, of: name))")
        }
    }
}
