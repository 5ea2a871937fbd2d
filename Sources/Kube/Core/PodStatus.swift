/// What is true of a pod now.
public struct PodStatus: Codable, Hashable, Sendable {
    public var observedGeneration: Int64?
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    public var phase: String?
    public var conditions: [PodCondition]?
    public var message: String?
    public var reason: String?
    public var nominatedNodeName: String?
    public var hostIP: String?
    public var hostIPs: [JSONValue]?
    public var podIP: String?
    public var podIPs: [JSONValue]?
    public var startTime: Timestamp?
    public var initContainerStatuses: [ContainerStatus]?
    public var containerStatuses: [ContainerStatus]?
    /// `Guaranteed`, `Burstable` or `BestEffort`.
    public var qosClass: String?
    public var ephemeralContainerStatuses: [ContainerStatus]?
    public var resize: String?

    public init() {}
}

extension Pod {
    /// Succeeded or Failed: all containers ended, and nothing of it will run again.
    public var hasEnded: Bool { status?.phase == "Succeeded" || status?.phase == "Failed" }

    /// Of a container of whichever kind. Names are unique in a pod.
    public func containerStatus(_ name: String) -> ContainerStatus? {
        let status = status ?? PodStatus()
        return [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses]
            .lazy.compactMap { list in list?.first { $0.name == name } }.first
    }
}

public struct PodCondition: Codable, Hashable, Sendable {
    /// `PodScheduled`, `Initialized`, `ContainersReady`, `Ready`, `DisruptionTarget`, …
    public var type: String
    public var observedGeneration: Int64?
    public var status: String
    public var lastProbeTime: Timestamp?
    public var lastTransitionTime: Timestamp?
    public var reason: String?
    public var message: String?

    public init(type: String, status: String, at time: Timestamp? = nil, reason: String? = nil, message: String? = nil)
    {
        self.type = type
        self.status = status
        self.lastTransitionTime = time
        self.reason = reason
        self.message = message
    }
}

public struct ContainerStatus: Codable, Hashable, Sendable {
    public var name: String
    public var state: ContainerState?
    public var lastState: ContainerState?
    public var ready: Bool
    public var restartCount: Int
    public var image: String
    public var imageID: String
    public var containerID: String?
    public var started: Bool?
    public var allocatedResources: [String: Quantity]?
    public var resources: ResourceRequirements?
    public var volumeMounts: [VolumeMountStatus]?
    /// Nil while it is not known.
    public var user: ContainerUser?

    public init(name: String, image: String, imageID: String = "", ready: Bool = false, restartCount: Int = 0) {
        self.name = name
        self.image = image
        self.imageID = imageID
        self.ready = ready
        self.restartCount = restartCount
    }
}

/// Whom the first process of a container started as.
public struct ContainerUser: Codable, Hashable, Sendable {
    public var linux: LinuxContainerUser?

    public init(linux: LinuxContainerUser? = nil) { self.linux = linux }
}

public struct LinuxContainerUser: Codable, Hashable, Sendable {
    public var uid: Int64
    public var gid: Int64
    public var supplementalGroups: [Int64]?

    public init(uid: Int64, gid: Int64, supplementalGroups: [Int64]? = nil) {
        self.uid = uid
        self.gid = gid
        self.supplementalGroups = supplementalGroups
    }
}

/// Exactly one member is set; none means waiting.
public struct ContainerState: Codable, Hashable, Sendable {
    public var waiting: ContainerStateWaiting?
    public var running: ContainerStateRunning?
    public var terminated: ContainerStateTerminated?

    public init(
        waiting: ContainerStateWaiting? = nil, running: ContainerStateRunning? = nil,
        terminated: ContainerStateTerminated? = nil
    ) {
        self.waiting = waiting
        self.running = running
        self.terminated = terminated
    }
}

public struct ContainerStateWaiting: Codable, Hashable, Sendable {
    public var reason: String?
    public var message: String?

    public init(reason: String? = nil, message: String? = nil) {
        self.reason = reason
        self.message = message
    }
}

public struct ContainerStateRunning: Codable, Hashable, Sendable {
    public var startedAt: Timestamp?

    public init(startedAt: Timestamp? = nil) { self.startedAt = startedAt }
}

public struct ContainerStateTerminated: Codable, Hashable, Sendable {
    public var exitCode: Int
    public var signal: Int?
    /// `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`, `DeadlineExceeded`, …
    public var reason: String?
    public var message: String?
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    public var containerID: String?

    public init(exitCode: Int, reason: String? = nil) {
        self.exitCode = exitCode
        self.reason = reason
    }
}
