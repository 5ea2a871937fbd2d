import Containers
import Kube

/// A container without a limit is bounded by the pod's, if the pod has one.
func makeLimits(_ pod: Pod, _ container: Container, isPrivileged: Bool = false) -> CgroupLimits {
    CgroupLimits(
        cpuLimitMillis: (pod.spec.limit("cpu", of: container)?.milliValue).map { Int(clamping: $0) },
        cpuRequestMillis: (container.requests["cpu"]?.milliValue).map { Int(clamping: $0) },
        memoryLimitBytes: pod.spec.limit("memory", of: container)?.value,
        devices: isPrivileged ? .unrestricted : .standard)
}

/// The pod's group, as the kubelet sums it (`ResourceConfigForPod`).
func makePodLimits(_ pod: Pod, defaults: ContainerDefaults) -> CgroupLimits {
    let resources = PodResources(pod.spec)
    return CgroupLimits(
        cpuLimitMillis: (resources.bound("cpu")?.milliValue).map { Int(clamping: $0) },
        cpuRequestMillis: (resources.requests["cpu"]?.milliValue).map { Int(clamping: $0) },
        memoryLimitBytes: resources.bound("memory")?.value,
        pids: defaults.podPIDs)
}

/// The kubelet's rule (`GetContainerOOMScoreAdjust`): guaranteed pods and those critical to the node are killed last,
/// best-effort first, burstable ones by the share of the host they asked for. What the pod requests beyond its containers is
/// shared out among them; a sidecar is not killed before the main container that asked for least.
func makeOOMScore(_ pod: Pod, _ container: Container, host: NodeFacts) -> Int {
    let last = max(-997, host.lowestOOMScore)
    if pod.spec.priorityClassName == "system-node-critical" { return last }
    switch pod.spec.qosClass {
    case "Guaranteed": return last
    case "BestEffort": return 1000
    default: break
    }
    func memory(_ container: Container) -> Int64 { container.requests["memory"]?.value ?? 0 }
    var request = memory(container)
    let isSidecar = container.isSidecar && (pod.spec.initContainers ?? []).contains { $0.name == container.name }
    if isSidecar { request = max(request, pod.spec.containers.map(memory).min() ?? 0) }
    request = min(request, host.memoryBytes) + min(spareMemory(of: pod.spec), host.memoryBytes)
    return Int(min(999, max(3, 1000 - 1000 * request / max(1, host.memoryBytes))))
}

/// What each container has of the memory that only the pod requests. Bytes.
private func spareMemory(of spec: PodSpec) -> Int64 {
    guard let own = spec.resources?.requests?["memory"]?.value else { return 0 }
    let asked = PodResources.containerRequests(spec)["memory"]?.value ?? 0
    return max(0, own - asked) / Int64(max(1, spec.allContainers.count))
}
