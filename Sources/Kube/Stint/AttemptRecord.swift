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
    public var memoryPeakBytes: Int64?
    public var cpuUserMicroseconds: Int64?
    public var cpuSystemMicroseconds: Int64?
    public var throttledMicroseconds: Int64?
    public var throttledPeriods: Int64?
    public var oomKills: Int64?

    public init(
        namespace: String, podName: String, podUID: String, container: String, attempt: Int, image: String,
        finishedAt: MicroTimestamp, exitCode: Int, reason: String
    ) {
        self.id = "\(podUID)/\(container)/\(attempt)"
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
}
