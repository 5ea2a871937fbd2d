import Launch

/// A pod as the node wants it: values only, nothing of it has happened.
public struct PodPlan: Sendable {
    public var uid: String
    public var hostname: String
    public var hostNetwork: Bool
    public var hostPID: Bool
    public var hostIPC: Bool
    /// The containers see each other's processes; without a meaning with the host's.
    public var shareProcessNamespace: Bool
    /// Ids of its own, which are others than the host's: root inside is nobody outside. Not with anything of the host's.
    public var hasOwnUsers: Bool
    /// Set once, in the pod's own namespaces.
    public var kernelParameters: [KernelParameter]
    /// Of the pod as a whole.
    public var limits: CgroupLimits
    /// From now, on a clock that does not jump; nil is none.
    public var deadline: Duration?
    /// Between the stop signal and the kill at the deadline.
    public var grace: Duration
    /// Sent before the deadline, if there is one by then; nil is never.
    public var deadlineWarning: DeadlineWarning?
    /// Names of containers that are asked to stop when no other runs any more, the last one first.
    public var sidecars: [String]
    /// Their directories must exist. They keep what is in them for as long as the supervisor lives.
    public var memoryVolumes: [MemoryVolumePlan]
    public var containers: [ContainerPlan]

    public init(
        uid: String, hostname: String, hostNetwork: Bool = false, hostPID: Bool = false, hostIPC: Bool = false,
        shareProcessNamespace: Bool = false, hasOwnUsers: Bool = false, kernelParameters: [KernelParameter] = [],
        limits: CgroupLimits = CgroupLimits(), deadline: Duration? = nil, grace: Duration = .seconds(30),
        deadlineWarning: DeadlineWarning? = nil, sidecars: [String] = [], memoryVolumes: [MemoryVolumePlan] = [],
        containers: [ContainerPlan]
    ) {
        self.uid = uid
        self.hostname = hostname
        self.hostNetwork = hostNetwork
        self.hostPID = hostPID
        self.hostIPC = hostIPC
        self.shareProcessNamespace = shareProcessNamespace
        self.hasOwnUsers = hasOwnUsers
        self.kernelParameters = kernelParameters
        self.limits = limits
        self.deadline = deadline
        self.grace = grace
        self.deadlineWarning = deadlineWarning
        self.sidecars = sidecars
        self.memoryVolumes = memoryVolumes
        self.containers = containers
    }

    /// Those that are the pod's own.
    var namespaces: PodNamespaces {
        var own = PodNamespaces.all
        if hostNetwork { own.remove(.network) }
        if hostPID || shareProcessNamespace { own.remove(.pids) }
        if shareProcessNamespace, !hostPID { own.insert(.sharedPIDs) }
        if hostIPC { own.remove(.ipc) }
        return own
    }
}

/// A file below `/proc/sys` and what is written into it. Which of them a pod may have, the node decides.
public struct KernelParameter: Sendable, Hashable {
    /// `net/ipv4/tcp_syncookies`
    public var path: String
    public var value: String

    public init(path: String, value: String) {
        self.path = path
        self.value = value
    }
}

/// A signal for the main process of each container, so long before the deadline. The containers also see when the
/// deadline is, in a file that is kept up to date.
public struct DeadlineWarning: Sendable, Hashable {
    public var signal: Int32
    public var lead: Duration

    public init(signal: Int32, lead: Duration) {
        self.signal = signal
        self.lead = lead
    }

    /// Where a container finds the deadline: seconds since 1970, ten digits and a line end; zero when there is none.
    public static let file = "/run/stint/deadline"
}

/// One attempt of one container.
public struct ContainerPlan: Sendable {
    public var name: String
    public var attempt: Int
    /// Absolute directories, bottom first, never written to.
    public var layers: [String]
    /// A directory of the container's own; each attempt gets a fresh one below it for what it writes.
    public var upperDirectory: String
    /// The first is looked up in the environment's PATH, inside the container.
    public var arguments: [String]
    /// `NAME=value`
    public var environment: [String]
    /// Made if it is missing.
    public var workingDirectory: String
    public var user: UserSpec
    public var supplementalGroups: [UInt32]
    /// Whether the groups that the image gives the user are added to them.
    public var takesImageGroups: Bool
    public var capabilities: CapabilitySet
    public var noNewPrivileges: Bool
    public var seccomp: SeccompProfileChoice
    public var privileged: Bool
    public var readOnlyRoot: Bool
    /// What is not there is passed over. Ignored for privileged containers, as `readOnlyPaths` is.
    public var maskedPaths: [String]
    public var readOnlyPaths: [String]
    public var resourceLimits: [ResourceLimit]
    /// -1000...1000
    public var oomScoreAdjust: Int
    public var limits: CgroupLimits
    public var mounts: [BindMount]
    public var volumes: [VolumePlacement]
    /// Size of /dev/shm.
    public var sharedMemoryBytes: Int64
    /// In CRI format; its directory must exist.
    public var logPath: String
    public var logMaxBytes: Int64
    /// The newest included; older ones are `logPath.1` and up.
    public var logMaxFiles: Int
    public var stopSignal: Int32
    /// Something is run before it is asked to stop: see `RunningPod.lastHookEnded`.
    public var hasLastHook: Bool
    /// What its program reads, and whether it has a terminal.
    public var streams: ProgramStreams = []

    public init(
        name: String, attempt: Int = 0, layers: [String], upperDirectory: String, arguments: [String],
        environment: [String] = [], workingDirectory: String = "/", user: UserSpec = UserSpec(),
        supplementalGroups: [UInt32] = [], takesImageGroups: Bool = true,
        capabilities: CapabilitySet = .containerDefault,
        noNewPrivileges: Bool = true, seccomp: SeccompProfileChoice = .runtimeDefault, privileged: Bool = false,
        readOnlyRoot: Bool = false, maskedPaths: [String] = ContainerPlan.defaultMaskedPaths,
        readOnlyPaths: [String] = ContainerPlan.defaultReadOnlyPaths, resourceLimits: [ResourceLimit] = [],
        oomScoreAdjust: Int = 0, limits: CgroupLimits = CgroupLimits(), mounts: [BindMount] = [],
        volumes: [VolumePlacement] = [], sharedMemoryBytes: Int64 = 64 << 20, logPath: String,
        logMaxBytes: Int64 = 10 << 20, logMaxFiles: Int = 5,
        stopSignal: Int32 = 15, hasLastHook: Bool = false
    ) {
        self.name = name
        self.attempt = attempt
        self.layers = layers
        self.upperDirectory = upperDirectory
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.supplementalGroups = supplementalGroups
        self.takesImageGroups = takesImageGroups
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
        self.seccomp = seccomp
        self.privileged = privileged
        self.readOnlyRoot = readOnlyRoot
        self.maskedPaths = maskedPaths
        self.readOnlyPaths = readOnlyPaths
        self.resourceLimits = resourceLimits
        self.oomScoreAdjust = oomScoreAdjust
        self.limits = limits
        self.mounts = mounts
        self.volumes = volumes
        self.sharedMemoryBytes = sharedMemoryBytes
        self.logPath = logPath
        self.logMaxBytes = logMaxBytes
        self.logMaxFiles = logMaxFiles
        self.stopSignal = stopSignal
        self.hasLastHook = hasLastHook
    }

    /// Files that tell about or reach the host; the list of moby `oci/defaults.go` and containerd.
    public static let defaultMaskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/powercap", "/sys/firmware",
        // Of user-mode Linux: how its own process ends, and how it traces others.
        "/proc/exitcode", "/proc/sysemu",
    ]
    public static let defaultReadOnlyPaths = [
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]
}

/// What a container's own program reads, and whether it has a terminal. Without any it reads end of file.
public struct ProgramStreams: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It reads what those who are attached write, and waits while nobody does.
    public static let input = ProgramStreams(rawValue: 1)
    /// Its input ends with the first who is attached to it.
    public static let inputOnce = ProgramStreams(rawValue: 2)
    /// All three are a terminal in its /dev/pts, which is its /dev/console too.
    public static let terminal = ProgramStreams(rawValue: 4)

    var forSupervisor: ContainerStreams {
        var streams: ContainerStreams = []
        if contains(.input) { streams.insert(.input) }
        if contains(.inputOnce) { streams.insert(.inputOnce) }
        if contains(.terminal) { streams.insert(.terminal) }
        return streams
    }
}

/// Whom to run as: the image's text and the operator's numbers, which win.
public struct UserSpec: Sendable, Hashable {
    /// `user`, `user:group`, names or numbers; empty is root.
    public var image: String
    /// `runAsUser`; the image's text, its group included, then counts for nothing.
    public var uid: Int64?
    /// `runAsGroup`
    public var gid: Int64?

    public init(image: String = "", uid: Int64? = nil, gid: Int64? = nil) {
        self.image = image
        self.uid = uid
        self.gid = gid
    }
}

/// A host file or directory to be seen inside.
public struct BindMount: Sendable, Hashable {
    public var source: String
    public var target: String
    public var readOnly: Bool

    public init(source: String, target: String, readOnly: Bool = false) {
        self.source = source
        self.target = target
        self.readOnly = readOnly
    }
}

/// A setrlimit(2) pair.
public struct ResourceLimit: Sendable, Hashable {
    /// RLIMIT_… as a number.
    public var resource: UInt32
    /// `UInt64.max` is none.
    public var soft: UInt64
    public var hard: UInt64

    public init(resource: UInt32, soft: UInt64, hard: UInt64) {
        self.resource = resource
        self.soft = soft
        self.hard = hard
    }

    public static let fileSize: UInt32 = 1
    public static let core: UInt32 = 4
    public static let openFiles: UInt32 = 7
}

/// Arguments and environment may hold secrets: whoever prints a plan, or anything that has one inside, prints its name.
extension ContainerPlan: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(name)/\(attempt)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "attempt": attempt]) }
}
