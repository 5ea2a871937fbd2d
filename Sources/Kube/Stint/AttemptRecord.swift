/// The durable record of one run of one container: promise 1, "one run, one record". It outlives the Pod and the Job.
public struct AttemptRecord: Codable, Hashable, Sendable {
    /// `<pod uid>/<container>/<attempt>`: a second record of the same attempt is refused by the store.
    public var id: String
    public var namespace: String
    /// Nil for a pod that no Job owns.
    public var jobName: String?
    public var jobUID: String?
    public var podName: String
    public var podUID: String
    /// Of a pod of an Indexed Job.
    public var completionIndex: Int?
    public var container: String
    /// Counts from 0; grows when the container is restarted in place.
    public var attempt: Int
    public var image: String
    /// Nil when the program never started.
    public var startedAt: MicroTimestamp?
    public var finishedAt: MicroTimestamp
    /// 128 + signal for a program that a signal ended.
    public var exitCode: Int
    public var signal: Int?
    /// As in the container's terminated state: `Completed`, `Error`, `OOMKilled`, `DeadlineExceeded`, `NodeRebooted`, …
    public var reason: String
    public var message: String?
    /// The limit that ended it or that it ran into.
    public var limit: AttemptLimit?
    /// The container's own limits, as they were in force.
    public var memoryLimitBytes: Int64?
    public var cpuLimitMillis: Int64?
    public var memoryPeakBytes: Int64?
    public var cpuUserMicroseconds: Int64?
    public var cpuSystemMicroseconds: Int64?
    public var throttledMicroseconds: Int64?
    public var throttledPeriods: Int64?
    public var oomKills: Int64?
    /// How much of the attempt's log is saved with the record; nil in records that are older than saved logs.
    public var logBytes: Int?
    /// True when the log was longer, and only its end is saved.
    public var logIsCut: Bool?

    public init(
        namespace: String, podName: String, podUID: String, container: String, attempt: Int, image: String,
        finishedAt: MicroTimestamp, exitCode: Int, reason: String
    ) {
        self.id = Self.makeID(podUID: podUID, container: container, attempt: attempt)
        self.namespace = namespace
        self.podName = podName
        self.podUID = podUID
        self.container = container
        self.attempt = attempt
        self.image = image
        self.finishedAt = finishedAt
        self.exitCode = exitCode
        self.reason = reason
    }

    public static func makeID(podUID: String, container: String, attempt: Int) -> String {
        "\(podUID)/\(container)/\(attempt)"
    }
}

/// A limit that fired during an attempt.
public enum AttemptLimit: String, Codable, Hashable, Sendable {
    case memory, deadline
    case startDeadline = "start-deadline"
    case pids

    /// The reason says what ended the attempt. Otherwise the counters tell what it ran into: the kernel may have killed
    /// one process, or refused to make one, and the program went on.
    public init?(reason: String, oomKills: Int64?, pidLimitHits: Int64?) {
        switch reason {
        case "OOMKilled": self = .memory
        case "DeadlineExceeded": self = .deadline
        case "StartDeadlineExceeded": self = .startDeadline
        case _ where (oomKills ?? 0) > 0: self = .memory
        case _ where (pidLimitHits ?? 0) > 0: self = .pids
        default: return nil
        }
    }
}
