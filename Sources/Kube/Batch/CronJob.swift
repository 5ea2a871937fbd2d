/// A CronJob (batch/v1): Jobs by the clock.
public struct CronJob: Resource {
    public static let type = ResourceType(
        group: "batch", kind: "CronJob", plural: "cronjobs", singular: "cronjob", shortNames: ["cj"],
        categories: ["all"])

    public var apiVersion: String? = CronJob.type.apiVersion
    public var kind: String? = CronJob.type.kind
    public var metadata: ObjectMeta
    public var spec: CronJobSpec
    public var status: CronJobStatus?

    public init(metadata: ObjectMeta, spec: CronJobSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct CronJobSpec: Codable, Hashable, Sendable {
    /// See ``CronSchedule``.
    public var schedule: String
    /// A name of the time zone database; nil for the host's own.
    public var timeZone: String?
    /// How late a Job may still start.
    public var startingDeadlineSeconds: Int64?
    /// `Allow` (the default), `Forbid` or `Replace`.
    public var concurrencyPolicy: String?
    public var suspend: Bool?
    public var jobTemplate: JobTemplateSpec
    public var successfulJobsHistoryLimit: Int?
    public var failedJobsHistoryLimit: Int?

    public init(schedule: String, jobTemplate: JobTemplateSpec) {
        self.schedule = schedule
        self.jobTemplate = jobTemplate
    }
}

public struct JobTemplateSpec: Codable, Hashable, Sendable {
    public var metadata: ObjectMeta?
    public var spec: JobSpec

    public init(metadata: ObjectMeta? = nil, spec: JobSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct CronJobStatus: Codable, Hashable, Sendable {
    /// The Jobs that run now.
    public var active: [ObjectReference]?
    public var lastScheduleTime: Timestamp?
    public var lastSuccessfulTime: Timestamp?

    public init() {}
}
