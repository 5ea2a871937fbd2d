/// What an object takes of quotas, by the names that quotas have for it (upstream `pkg/quota/v1/evaluator/core`).
public enum QuotaUsage {
    static let claimSuffix = ".storageclass.storage.k8s.io/persistentvolumeclaims"
    static let storageSuffix = ".storageclass.storage.k8s.io/requests.storage"

    /// Everything it takes, whether there is a quota for it or not.
    public static func of(_ object: any Resource) -> [String: Quantity] {
        let type = Swift.type(of: object).type
        var usage: [String: Quantity] = ["count/\(type.qualifiedName)": one]
        switch object {
        case let pod as Pod: usage.merge(of(pod)) { $1 }
        case let claim as PersistentVolumeClaim: usage.merge(of(claim)) { $1 }
        case let service as ClusterService: usage.merge(of(service)) { $1 }
        default: if type.group.isEmpty, ResourceNames.objects.contains(type.plural) { usage[type.plural] = one }
        }
        return usage
    }

    /// Whether objects of this type can take anything under this name.
    public static func concerns(_ name: String, _ type: ResourceType) -> Bool {
        if name == "count/\(type.qualifiedName)" { return true }
        guard type.group.isEmpty else { return false }
        switch type.plural {
        case "pods":
            return !name.hasPrefix("count/") && !name.contains("storage.k8s.io/") && name != "requests.storage"
                && (name == "pods" || !ResourceNames.objects.contains(name))
        case "persistentvolumeclaims":
            return name == type.plural || name == "requests.storage" || name.hasSuffix(claimSuffix)
                || name.hasSuffix(storageSuffix)
        case "services": return name == type.plural || name.hasPrefix("services.")
        default: return name == type.plural && ResourceNames.objects.contains(name)
        }
    }

    private static let one = Quantity(value: 1)

    /// A pod that ended runs nothing: it counts as an object only.
    private static func of(_ pod: Pod) -> [String: Quantity] {
        if pod.hasEnded { return [:] }
        let resources = PodResources(pod.spec)
        return compute(requests: resources.requests, limits: resources.limits).merging(["pods": one]) { $1 }
    }

    private static func compute(requests: [String: Quantity], limits: [String: Quantity]) -> [String: Quantity] {
        var usage: [String: Quantity] = [:]
        for name in ["cpu", "memory", "ephemeral-storage"] {
            if let request = requests[name] {
                usage[name] = request
                usage["requests.\(name)"] = request
            }
            usage["limits.\(name)"] = limits[name]
        }
        return usage
    }

    private static func of(_ claim: PersistentVolumeClaim) -> [String: Quantity] {
        let storage = claim.requestedStorage
        var usage = ["persistentvolumeclaims": one, "requests.storage": storage]
        if let name = claim.className, !name.isEmpty {
            usage[name + claimSuffix] = one
            usage[name + storageSuffix] = storage
        }
        return usage
    }

    private static func of(_ service: ClusterService) -> [String: Quantity] {
        let isLoadBalancer = service.spec.type == "LoadBalancer"
        let hasPorts = isLoadBalancer || service.spec.type == "NodePort"
        return [
            "services": one, "services.loadbalancers": isLoadBalancer ? one : .zero,
            "services.nodeports": hasPorts ? Quantity(value: Int64(service.spec.ports?.count ?? 0)) : .zero,
        ]
    }

    // MARK: - What a quota makes of it

    /// A quota of cpu or memory wants every container to say how much it takes, unless the pod does for all of them
    /// (upstream's `Constraints`).
    ///
    /// - Returns: what is missing.
    public static func omissions(in pod: Pod, under hard: [String: Quantity]) -> String? {
        if !pod.spec.podLevel(\.requests).isEmpty { return nil }
        var missing: [String: Set<String>] = [:]
        for container in pod.spec.allContainers {
            let said = compute(
                requests: container.resources?.requests ?? [:], limits: container.resources?.limits ?? [:])
            for name in hard.keys where ResourceNames.computeOfQuota.contains(name) && said[name] == nil {
                missing[name, default: []].insert(container.name)
            }
        }
        if missing.isEmpty { return nil }
        let list = missing.sorted { $0.key < $1.key }.map {
            "\($0.key) for: \($0.value.sorted().joined(separator: ","))"
        }
        return "must specify \(list.joined(separator: "; "))"
    }

    /// What would be too much, in upstream's words.
    ///
    /// - Parameters:
    ///   - more: what is asked for; what stays or shrinks is never too much.
    ///   - used: without it.
    public static func excess(
        _ more: [String: Quantity], used: [String: Quantity], hard: [String: Quantity], quota: String
    ) -> String? {
        let names = more.keys.sorted().filter { name in
            guard let amount = more[name], amount.isPositive, let bound = hard[name] else { return false }
            return (used[name] ?? .zero) + amount > bound
        }
        if names.isEmpty { return nil }
        func list(_ amounts: [String: Quantity]) -> String {
            names.map { "\($0)=\(amounts[$0] ?? .zero)" }.joined(separator: ",")
        }
        return "exceeded quota: \(quota), requested: \(list(more)), used: \(list(used)), limited: \(list(hard))"
    }
}
