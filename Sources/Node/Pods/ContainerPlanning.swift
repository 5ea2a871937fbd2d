import Containers
import Foundation
import Images
import Kube

/// Where one pod keeps what it needs on disk.
struct PodPaths: Sendable, Equatable {
    /// `<state>/pods/<uid>`.
    let directory: String
    /// For what is secret: `<run>/volumes/<uid>`, which goes with a reboot.
    let memory: String

    init(directory: String, memory: String? = nil) {
        self.directory = directory
        self.memory = memory ?? "\(directory)/memory"
    }

    var volumes: String { "\(directory)/volumes" }
    /// Written layers. A folder of their own: a container may be called `logs` or `hosts`.
    var roots: String { "\(directory)/roots" }
    func attemptDirectory(_ container: String, _ attempt: Int) -> String { "\(roots)/\(container)/\(attempt)" }
    func log(_ container: String, _ attempt: Int) -> String { "\(directory)/logs/\(container)/\(attempt).log" }
    func terminationLog(_ container: String, _ attempt: Int) -> String {
        "\(directory)/logs/\(container)/\(attempt).termination"
    }
    var hosts: String { "\(directory)/hosts" }
    var hostname: String { "\(directory)/hostname" }
    var resolver: String { "\(directory)/resolv.conf" }
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
    _ pod: Pod, _ container: Container, attempt: Int, image: Image, sources: EnvironmentSources, host: NodeFacts,
    names: PodNames, paths: PodPaths, defaults: ContainerDefaults, volumes: [VolumePlan] = []
) throws -> ContainerPlan {
    var environment = Environment(imageVariables: image.config.env)
    if pod.deadlineSignal != nil, let deadline = pod.deadline { environment.add(deadline: deadline) }
    try environment.add(container, sources, pod: pod, host: host)
    environment.setDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    // As the runtimes of a cluster do.
    if container.tty == true { environment.setDefault("TERM", "xterm") }
    environment.setDefault("HOSTNAME", names.kernel)

    let security = container.securityContext
    let isPrivileged = security?.privileged == true
    var plan = ContainerPlan(
        name: container.name,
        attempt: attempt,
        layers: image.layers.map(\.directory),
        upperDirectory: paths.attemptDirectory(container.name, attempt),
        arguments: try makeArguments(container, image: image, environment: environment),
        environment: environment.list,
        workingDirectory: container.workingDir
            ?? (image.config.workingDirectory.isEmpty ? "/" : image.config.workingDirectory),
        user: try makeUser(pod, container, image: image),
        supplementalGroups: try makeGroups(pod),
        takesImageGroups: pod.spec.securityContext?.supplementalGroupsPolicy != "Strict",
        capabilities: try CapabilityRequest(
            add: security?.capabilities?.add ?? [], drop: security?.capabilities?.drop ?? []
        ).resolve(available: host.capabilities, privileged: isPrivileged),
        noNewPrivileges: !(isPrivileged || allowsEscalation(security)),
        seccomp: isPrivileged
            ? .unconfined : makeSeccomp(security?.seccompProfile ?? pod.spec.securityContext?.seccompProfile),
        privileged: isPrivileged,
        readOnlyRoot: security?.readOnlyRootFilesystem == true,
        maskedPaths: security?.procMount == "Unmasked" ? [] : ContainerPlan.defaultMaskedPaths,
        readOnlyPaths: security?.procMount == "Unmasked" ? [] : ContainerPlan.defaultReadOnlyPaths,
        oomScoreAdjust: makeOOMScore(pod, container, host: host),
        limits: makeLimits(pod, container, isPrivileged: isPrivileged),
        mounts: makeMounts(pod, container, attempt: attempt, paths: paths),
        volumes: try makePlacements(container, volumes: volumes, environment: environment),
        sharedMemoryBytes: defaults.shmBytes,
        logPath: paths.log(container.name, attempt),
        logMaxBytes: defaults.logMaxBytes,
        logMaxFiles: defaults.logMaxFiles,
        stopSignal: try signalNumber(container.lifecycle?.stopSignal ?? image.config.stopSignal),
        hasLastHook: container.lifecycle?.preStop != nil)
    plan.streams = makeStreams(container)
    return plan
}

private func makeStreams(_ container: Container) -> ProgramStreams {
    var streams: ProgramStreams = []
    if container.stdin == true { streams.insert(.input) }
    if container.stdin == true, container.stdinOnce == true { streams.insert(.inputOnce) }
    if container.tty == true { streams.insert(.terminal) }
    return streams
}

/// `command` replaces the entrypoint and drops the image's cmd; `args` replaces cmd (Kubernetes "command and args").
private func makeArguments(
    _ container: Container, image: Image, environment: Environment
) throws(UnusableImage) -> [String] {
    let declared = environment.declared
    let command = container.command.map { $0.map { Environment.expand($0, with: declared) } } ?? []
    let arguments = container.args.map { $0.map { Environment.expand($0, with: declared) } }
    let result =
        if command.isEmpty {
            image.config.entrypoint + (arguments ?? image.config.cmd)
        } else {
            command + (arguments ?? [])
        }
    guard !result.isEmpty else {
        throw UnusableImage(
            message: "no command specified: neither the image \"\(container.image ?? "")\" nor the pod names one")
    }
    return result
}

/// The operator's ids win over the image's user. `runAsNonRoot` wants proof: a user by name has none (the kubelet's
/// `verifyRunAsNonRoot`).
private func makeUser(_ pod: Pod, _ container: Container, image: Image) throws(ContainerConfigError) -> UserSpec {
    let own = container.securityContext
    let shared = pod.spec.securityContext
    let group = own?.runAsGroup ?? shared?.runAsGroup
    let user = own?.runAsUser ?? shared?.runAsUser
    let highest = pod.spec.highestID
    for (name, id) in [("runAsUser", user), ("runAsGroup", group)] {
        guard let id, !(0...highest).contains(id) else { continue }
        throw ContainerConfigError(message: "\(name) \(id) is out of range: it must be between 0 and \(highest)")
    }
    if own?.runAsNonRoot ?? shared?.runAsNonRoot ?? false {
        let text = image.config.user.split(separator: ":").first.map(String.init) ?? ""
        if user == 0 {
            throw ContainerConfigError(message: "container's runAsUser breaks non-root policy")
        }
        if user == nil, text.isEmpty || Int64(text) == 0 {
            throw ContainerConfigError(message: "container has runAsNonRoot and image will run as root")
        }
        if user == nil, Int64(text) == nil {
            throw ContainerConfigError(
                message:
                    "container has runAsNonRoot and image has non-numeric user (\(text)), cannot verify user is non-root"
            )
        }
    }
    return UserSpec(image: image.config.user, uid: user, gid: group)
}

private func groupID(_ group: Int64, highest: Int64) throws(ContainerConfigError) -> UInt32 {
    guard let id = UInt32(exactly: group), group <= highest else {
        throw ContainerConfigError(message: "group id \(group) is out of range: it must be between 0 and \(highest)")
    }
    return id
}

extension PodSpec {
    /// The pod's ids are others than the host's.
    var hasOwnUsers: Bool { hostUsers == false }

    /// A pod with users of its own has as many as one range (``UserRange``).
    fileprivate var highestID: Int64 { hasOwnUsers ? 65_535 : Int64(Int32.max) }
}

private func makeGroups(_ pod: Pod) throws(ContainerConfigError) -> [UInt32] {
    var groups: [UInt32] = []
    for group in (pod.spec.securityContext?.supplementalGroups ?? [])
        + [pod.spec.securityContext?.fsGroup].compactMap({ $0 })
    {
        groups.append(try groupID(group, highest: pod.spec.highestID))
    }
    return groups
}

private func allowsEscalation(_ security: SecurityContext?) -> Bool {
    // Off unless asked for: the kubelet defaults to true, our promise is no new privileges (docs/security.md).
    security?.allowPrivilegeEscalation == true
}

private func makeSeccomp(_ profile: SeccompProfile?) -> SeccompProfileChoice {
    switch profile?.type {
    case "Unconfined": .unconfined
    case "Localhost": .localhost(profile?.localhostProfile ?? "")
    default: .runtimeDefault
    }
}

/// `SIGTERM`, `TERM` or a number, as image configs write it; empty is SIGTERM (signal(7), x86 and ARM).
func signalNumber(_ text: String) throws(UnusableImage) -> Int32 {
    if text.isEmpty { return 15 }
    if let number = Int32(text), (1...64).contains(number) { return number }
    let name = text.uppercased().hasPrefix("SIG") ? String(text.uppercased().dropFirst(3)) : text.uppercased()
    let numbers: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "IOT": 6, "BUS": 7, "FPE": 8, "KILL": 9,
        "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CLD": 17,
        "CONT": 18, "STOP": 19, "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26,
        "PROF": 27, "WINCH": 28, "IO": 29, "POLL": 29, "PWR": 30, "SYS": 31, "RTMIN": 34, "RTMAX": 64,
    ]
    if let number = numbers[name] { return number }
    if name.hasPrefix("RTMAX-"), let offset = Int32(name.dropFirst(6)), (0...30).contains(offset) { return 64 - offset }
    if name.hasPrefix("RTMIN+"), let offset = Int32(name.dropFirst(6)), (0...30).contains(offset) { return 34 + offset }
    throw UnusableImage(message: "the image's stop signal \"\(text)\" is not a signal")
}

private func makeMounts(_ pod: Pod, _ container: Container, attempt: Int, paths: PodPaths) -> [BindMount] {
    var mounts = [
        BindMount(
            source: paths.terminationLog(container.name, attempt),
            target: container.terminationMessagePath ?? "/dev/termination-log", readOnly: false),
        // Read-only: what a container could write there would fill the host's disk (CVE-2020-8557).
        BindMount(source: paths.hosts, target: "/etc/hosts", readOnly: true),
    ]
    if pod.spec.hostNetwork != true {
        mounts.append(BindMount(source: paths.hostname, target: "/etc/hostname", readOnly: true))
    }
    if pod.needsResolver {
        mounts.append(BindMount(source: paths.resolver, target: "/etc/resolv.conf", readOnly: true))
    }
    return mounts
}
