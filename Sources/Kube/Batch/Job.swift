/// A Job (batch/v1): pods that run to completion.
public struct Job: Resource {
    public static let type = ResourceType(
        group: "batch", kind: "Job", plural: "jobs", singular: "job", categories: ["all"])

    public var apiVersion: String? = Job.type.apiVersion
    public var kind: String? = Job.type.kind
    public var metadata: ObjectMeta
    public var spec: JobSpec
    public var status: JobStatus?

    public init(metadata: ObjectMeta, spec: JobSpec, status: JobStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

public struct JobSpec: Codable, Hashable, Sendable {
    public var parallelism: Int?
    /// Nil with a set parallelism means a work queue: any success ends the Job.
    public var completions: Int?
    /// Seconds from `status.startTime`.
    public var activeDeadlineSeconds: Int64?
    public var podFailurePolicy: PodFailurePolicy?
    public var successPolicy: SuccessPolicy?
    public var backoffLimit: Int?
    public var backoffLimitPerIndex: Int?
    public var maxFailedIndexes: Int?
    public var selector: LabelSelector?
    public var manualSelector: Bool?
    public var template: PodTemplateSpec
    public var ttlSecondsAfterFinished: Int64?
    /// `NonIndexed` (the default) or `Indexed`.
    public var completionMode: String?
    public var suspend: Bool?
    /// `TerminatingOrFailed` (the default) or `Failed`.
    public var podReplacementPolicy: String?
    public var managedBy: String?

    public init(template: PodTemplateSpec) { self.template = template }
}

public struct JobStatus: Codable, Hashable, Sendable {
    public var conditions: [JobCondition]?
    public var startTime: Timestamp?
    public var completionTime: Timestamp?
    public var active: Int?
    public var terminating: Int?
    public var ready: Int?
    public var succeeded: Int?
    public var failed: Int?
    public var completedIndexes: String?
    public var failedIndexes: String?
    public var uncountedTerminatedPods: UncountedTerminatedPods?

    public init() {}
}

public struct UncountedTerminatedPods: Codable, Hashable, Sendable {
    public var succeeded: [String]?
    public var failed: [String]?

    public init() {}
}

public struct JobCondition: Codable, Hashable, Sendable {
    /// `Suspended`, `SuccessCriteriaMet`, `FailureTarget`, `Complete`, `Failed`.
    public var type: String
    /// `True`, `False` or `Unknown`.
    public var status: String
    public var lastProbeTime: Timestamp?
    public var lastTransitionTime: Timestamp?
    public var reason: String?
    public var message: String?

    public init(type: String, status: String, at time: Timestamp? = nil, reason: String? = nil, message: String? = nil)
    {
        self.type = type
        self.status = status
        self.lastProbeTime = time
        self.lastTransitionTime = time
        self.reason = reason
        self.message = message
    }
}
