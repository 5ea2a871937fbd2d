/// Everything a supervisor must know of its pod, in one message. Times are lengths, so that the two programs need not
/// agree on a clock.
public struct PodLaunch: Equatable, Sendable {
    public var uid: String
    public var hostname: String
    public var namespaces: PodNamespaces
    /// Milliseconds from now until the pod is told to stop; nil is never.
    public var deadlineMilliseconds: UInt64?
    /// Milliseconds between the stop signal and the kill, for the deadline.
    public var graceMilliseconds: UInt64
    /// To be sent before the deadline, wherever that moves; with it there is the file ``RunDirectoryFile/deadline``.
    public var warning: WarningSignal?
    /// Containers that are asked to stop when no other runs any more, the last one first.
    public var sidecars: [String]
    /// The directory for the names below; the supervisor works in it.
    public var runDirectory: String
    /// With one of them the pod has a mount namespace of its own.
    public var memoryVolumes: [MemoryVolume]
    /// What the supervisor does to the pod's namespaces before the first container: kernel parameters.
    public var steps: [LaunchStep]
    /// The cgroup for the process that a pod with ``PodNamespaces/sharedPIDs`` has as its first; nil where there is none.
    public var reaperCgroup: String?
    public var containers: [ContainerLaunch]

    public init(
        uid: String, hostname: String, namespaces: PodNamespaces = .all, deadlineMilliseconds: UInt64? = nil,
        graceMilliseconds: UInt64 = 30_000, warning: WarningSignal? = nil, sidecars: [String] = [],
        runDirectory: String, memoryVolumes: [MemoryVolume] = [], steps: [LaunchStep] = [], reaperCgroup: String? = nil,
        containers: [ContainerLaunch] = []
    ) {
        self.uid = uid
        self.hostname = hostname
        self.namespaces = namespaces
        self.deadlineMilliseconds = deadlineMilliseconds
        self.graceMilliseconds = graceMilliseconds
        self.warning = warning
        self.sidecars = sidecars
        self.runDirectory = runDirectory
        self.memoryVolumes = memoryVolumes
        self.steps = steps
        self.reaperCgroup = reaperCgroup
        self.containers = containers
    }
}

/// Names in the run directory, known to both programs.
public enum RunDirectoryFile {
    /// The socket through which a restarted daemon finds the supervisor.
    public static let control = "control"
    /// Every report so far, one after the other, as they go over the socket.
    public static let reports = "reports"
    /// When the pod's deadline is, for its containers to read; made by the daemon, for a pod that is to be warned, and
    /// kept up to date by the supervisor.
    public static let deadline = "deadline"
}

/// The namespaces a pod has to itself. Mount and cgroup namespaces every container has; uts too.
public struct PodNamespaces: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let network = PodNamespaces(rawValue: 1)
    public static let ipc = PodNamespaces(rawValue: 2)
    /// Each container has one of its own.
    public static let pids = PodNamespaces(rawValue: 4)
    /// The containers have one together, in which a process of the supervisor's is the first.
    public static let sharedPIDs = PodNamespaces(rawValue: 8)
    public static let all: PodNamespaces = [.network, .ipc, .pids]
    static let known: PodNamespaces = [.all, .sharedPIDs]
}

/// One attempt of one container, for the supervisor.
public struct ContainerLaunch: Equatable, Sendable {
    public var name: String
    public var attempt: UInt32
    /// The cgroup v2 directory to be born in; nil where there is none.
    public var cgroup: String?
    /// `cgroup.kill` of that group.
    public var killPath: String?
    /// A v1 memory group kills one process when memory runs out; with these the supervisor makes it the whole container.
    public var memoryEvents: MemoryEvents?
    /// Read just before the exit is reported and sent along as they are.
    public var counters: [CounterSource]
    public var log: LogLimits
    /// Asks the program to stop.
    public var stopSignal: Int32
    /// The daemon has something to do before the program is asked to stop, and tells when that is done.
    public var hasLastHook: Bool
    public var steps: [LaunchStep]
    public var streams: ContainerStreams

    public init(
        name: String, attempt: UInt32, cgroup: String? = nil, killPath: String? = nil,
        memoryEvents: MemoryEvents? = nil, counters: [CounterSource] = [], log: LogLimits, stopSignal: Int32 = 15,
        hasLastHook: Bool = false, steps: [LaunchStep], streams: ContainerStreams = []
    ) {
        self.name = name
        self.attempt = attempt
        self.cgroup = cgroup
        self.killPath = killPath
        self.memoryEvents = memoryEvents
        self.counters = counters
        self.log = log
        self.stopSignal = stopSignal
        self.hasLastHook = hasLastHook
        self.steps = steps
        self.streams = streams
    }
}

/// The two files of a v1 memory group by which the kernel tells of an OOM.
public struct MemoryEvents: Equatable, Sendable {
    public var oomControl: String
    public var eventControl: String

    public init(oomControl: String, eventControl: String) {
        self.oomControl = oomControl
        self.eventControl = eventControl
    }
}

/// A cgroup file; what `kind` means is between the daemon and itself.
public struct CounterSource: Equatable, Sendable {
    public var kind: UInt8
    public var path: String

    public init(kind: UInt8, path: String) {
        self.kind = kind
        self.path = path
    }
}

public struct LogLimits: Equatable, Sendable {
    /// The newest file; older ones are `path.1`, `path.2` …
    public var path: String
    /// No file grows past this.
    public var maxBytes: UInt64
    /// How many files are kept, the newest included.
    public var maxFiles: UInt32

    public init(path: String, maxBytes: UInt64, maxFiles: UInt32) {
        self.path = path
        self.maxBytes = maxBytes
        self.maxFiles = maxFiles
    }
}
