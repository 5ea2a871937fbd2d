import Containers
import Foundation
import Images
import Kube

/// Where one pod keeps what it needs on disk.
struct PodPaths: Sendable, Equatable {
    /// `<state>/pods/<uid>`.
    let directory: String

    func attemptDirectory(_ container: String, _ attempt: Int) -> String { "\(directory)/\(container)/\(attempt)" }
    func log(_ container: String, _ attempt: Int) -> String { "\(directory)/logs/\(container)/\(attempt).log" }
    func terminationLog(_ container: String, _ attempt: Int) -> String { "\(directory)/logs/\(container)/\(attempt).termination" }
    var hosts: String { "\(directory)/hosts" }
    var hostname: String { "\(directory)/hostname" }
}

/// What the operator of this daemon set for every container.
public struct ContainerDefaults: Sendable, Equatable {
    /// Bytes of one log file before it is rotated (kubelet `containerLogMaxSize`).
    public var logMaxBytes: Int64 = 10 << 20
    /// Files kept of one container's log (kubelet `containerLogMaxFiles`).
    public var logMaxFiles = 5
    /// Processes and threads one pod may have (kubelet `podPidsLimit`).
    public var podPIDs = 4096
    /// Size of `/dev/shm`.
    public var shmBytes: Int64 = 64 << 20

    public init() {}
}

/// Turns a container of a pod and its image into what the runtime starts. Pure.
func makeContainerPlan(
    _ pod: Pod, _ container: Container, attempt: Int, image: Image, host: HostFacts, paths: PodPaths,
    defaults: ContainerDefaults
) throws -> ContainerPlan {
    var environment = Environment(imageVariables: image.config.env)
    try environment.add(container.env ?? [], pod: pod, container: container, host: host)
    environment.setDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    environment.setDefault("HOSTNAME", podHostname(pod, host: host))

    let security = container.securityContext
    let isPrivileged = security?.privileged == true
    let plan = ContainerPlan(
        name: container.name,
        attempt: attempt,
        layers: image.layers.map(\.directory),
        upperDirectory: paths.attemptDirectory(container.name, attempt),
        arguments: try makeArguments(container, image: image, environment: environment),
        environment: environment.list,
        workingDirectory: container.workingDir ?? image.config.workingDirectory ?? "/",
        user: try makeUser(pod, container, image: image),
        supplementalGroups: try makeGroups(pod),
        capabilities: try makeCapabilities(security, isPrivileged: isPrivileged),
        noNewPrivileges: !(isPrivileged || allowsEscalation(security)),
        seccomp: isPrivileged ? .unconfined : makeSeccomp(security?.seccompProfile ?? pod.spec.securityContext?.seccompProfile),
        isPrivileged: isPrivileged,
        isRootReadOnly: security?.readOnlyRootFilesystem == true,
        isProcUnmasked: security?.procMount == "Unmasked",
        oomScoreAdjust: makeOOMScore(pod, container, host: host),
        limits: makeLimits(container),
        mounts: makeMounts(pod, container, attempt: attempt, paths: paths),
        shmBytes: defaults.shmBytes,
        logPath: paths.log(container.name, attempt),
        logMaxBytes: defaults.logMaxBytes,
        logMaxFiles: defaults.logMaxFiles,
        stopSignal: image.config.stopSignal)
    return plan
}

/// The pod's host name: its own, or its name, at most 63 characters as the kernel and DNS want it.
func podHostname(_ pod: Pod, host: HostFacts) -> String {
    if pod.spec.hostNetwork == true { return host.nodeName }
    let name = pod.spec.hostname ?? pod.name
    var short = String(name.prefix(63))
    while let last = short.last, last == "-" || last == "." { short.removeLast() }
    return short
}

/// `command` replaces the entrypoint and drops the image's cmd; `args` replaces cmd (Kubernetes "command and args").
private func makeArguments(
    _ container: Container, image: Image, environment: Environment
) throws(ContainerConfigError) -> [String] {
    let declared = Dictionary(
        (container.env ?? []).map { ($0.name, environment.values[$0.name] ?? "") }, uniquingKeysWith: { $1 })
    let command = container.command.map { $0.map { Environment.expand($0, with: declared) } } ?? []
    let arguments = container.args.map { $0.map { Environment.expand($0, with: declared) } }
    let result =
        if command.isEmpty {
            (image.config.entrypoint ?? []) + (arguments ?? image.config.cmd ?? [])
        } else {
            command + (arguments ?? [])
        }
    guard !result.isEmpty else {
        throw ContainerConfigError(message: "no command specified: neither the image \"\(container.image ?? "")\" nor the pod names one")
    }
    return result
}

/// The operator's ids win over the image's user. `runAsNonRoot` is checked here for numbers; a name is checked by the
/// runtime, which reads the container's own passwd.
private func makeUser(_ pod: Pod, _ container: Container, image: Image) throws(ContainerConfigError) -> UserSpec {
    let own = container.securityContext
    let shared = pod.spec.securityContext
    let group = own?.runAsGroup ?? shared?.runAsGroup
    let mustNotBeRoot = own?.runAsNonRoot ?? shared?.runAsNonRoot ?? false
    let user: UserSpec
    if let uid = own?.runAsUser ?? shared?.runAsUser {
        guard let id = UInt32(exactly: uid), uid <= Int64(Int32.max) else {
            throw ContainerConfigError(message: "runAsUser \(uid) is out of range: it must be between 0 and 2147483647")
        }
        if mustNotBeRoot, id == 0 {
            throw ContainerConfigError(message: "container's runAsUser breaks non-root policy")
        }
        user = .ids(uid: id, gid: try group.map { try groupID($0) })
    } else {
        user = .named(image.config.user ?? "", gid: try group.map { try groupID($0) }, mustNotBeRoot: mustNotBeRoot)
    }
    return user
}

private func groupID(_ group: Int64) throws(ContainerConfigError) -> UInt32 {
    guard let id = UInt32(exactly: group), group <= Int64(Int32.max) else {
        throw ContainerConfigError(message: "group id \(group) is out of range: it must be between 0 and 2147483647")
    }
    return id
}

private func makeGroups(_ pod: Pod) throws(ContainerConfigError) -> [UInt32] {
    var groups: [UInt32] = []
    for group in (pod.spec.securityContext?.supplementalGroups ?? []) + [pod.spec.securityContext?.fsGroup].compactMap({ $0 }) {
        groups.append(try groupID(group))
    }
    return groups
}

private func allowsEscalation(_ security: SecurityContext?) -> Bool {
    // Off unless asked for: the kubelet defaults to true, our promise is no new privileges (docs/security.md).
    security?.allowPrivilegeEscalation == true
}

private func makeCapabilities(_ security: SecurityContext?, isPrivileged: Bool) throws -> CapabilitySet {
    if isPrivileged { return .all }
    return try CapabilitySet.standard.adjusted(
        adding: security?.capabilities?.add ?? [], dropping: security?.capabilities?.drop ?? [])
}

private func makeSeccomp(_ profile: SeccompProfile?) -> SeccompProfileChoice {
    switch profile?.type {
    case "Unconfined": .unconfined
    case "Localhost": .localhost(path: profile?.localhostProfile ?? "")
    default: .runtimeDefault
    }
}

private func makeLimits(_ container: Container) -> CgroupLimits {
    let limits = container.resources?.limits
    let requests = container.resources?.requests
    return CgroupLimits(
        cpuMillis: limits?["cpu"]?.milliValue,
        cpuRequestMillis: (requests?["cpu"] ?? limits?["cpu"])?.milliValue,
        memoryLimitBytes: limits?["memory"]?.value,
        memoryRequestBytes: (requests?["memory"] ?? limits?["memory"])?.value,
        pids: nil)
}

/// The pod's group as the kubelet sums it: a limit only when every container has one.
func makePodLimits(_ pod: Pod, defaults: ContainerDefaults) -> CgroupLimits {
    let all = pod.spec.containers.map(makeLimits)
    func sum(_ values: [Int64?]) -> Int64? {
        values.contains(nil) ? nil : values.compactMap { $0 }.reduce(0, +)
    }
    return CgroupLimits(
        cpuMillis: sum(all.map(\.cpuMillis)),
        cpuRequestMillis: all.compactMap(\.cpuRequestMillis).reduce(0, +),
        memoryLimitBytes: sum(all.map(\.memoryLimitBytes)),
        memoryRequestBytes: all.compactMap(\.memoryRequestBytes).reduce(0, +),
        pids: defaults.podPIDs)
}

/// The kubelet's rule: guaranteed pods are killed last, best-effort first, burstable by the share they asked for
/// (`pkg/kubelet/qos/policy.go`).
private func makeOOMScore(_ pod: Pod, _ container: Container, host: HostFacts) -> Int {
    switch qosClass(pod.spec) {
    case "Guaranteed": return -997
    case "BestEffort": return 1000
    default:
        let limits = container.resources?.limits
        let request = (container.resources?.requests?["memory"] ?? limits?["memory"])?.value ?? 0
        let score = 1000 - 1000 * request / max(1, host.memoryBytes)
        return Int(min(999, max(3, score)))
    }
}

/// `Guaranteed`, `Burstable` or `BestEffort`, from requests and limits of cpu and memory (kubelet `ComputePodQOS`).
func qosClass(_ spec: PodSpec) -> String {
    var asksForSomething = false
    var isGuaranteed = true
    for container in spec.containers {
        let limits = container.resources?.limits ?? [:]
        let requests = container.resources?.requests ?? [:]
        for name in ["cpu", "memory"] {
            let limit = limits[name]?.milliValue ?? 0
            let request = requests[name]?.milliValue ?? limit
            if limit > 0 || request > 0 { asksForSomething = true }
            if limit == 0 || limit != request { isGuaranteed = false }
        }
    }
    return !asksForSomething ? "BestEffort" : isGuaranteed ? "Guaranteed" : "Burstable"
}

private func makeMounts(_ pod: Pod, _ container: Container, attempt: Int, paths: PodPaths) -> [BindMount] {
    var mounts = [
        BindMount(
            source: paths.terminationLog(container.name, attempt),
            target: container.terminationMessagePath ?? "/dev/termination-log", isReadOnly: false)
    ]
    if pod.spec.hostNetwork == true {
        mounts.append(BindMount(source: "/etc/hosts", target: "/etc/hosts", isReadOnly: true))
        mounts.append(BindMount(source: "/etc/resolv.conf", target: "/etc/resolv.conf", isReadOnly: true))
    } else {
        mounts.append(BindMount(source: paths.hosts, target: "/etc/hosts", isReadOnly: true))
        mounts.append(BindMount(source: paths.hostname, target: "/etc/hostname", isReadOnly: true))
    }
    return mounts
}
