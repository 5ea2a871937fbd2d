/// What stint adds to Jobs and CronJobs, by annotation; off unless asked for. docs/additions.md has an example of each.
///
/// A value that cannot be read is refused when the object is written, so whoever acts on one may take it for absent.
public enum StintAnnotation {
    /// On a Job: ``OOMRetry``.
    public static let oomRetry = "stint.dev/oom-retry"
    /// On a Job or a pod: the time a pod has to start its containers, a duration.
    public static let startDeadline = "stint.dev/start-deadline"
    /// On a Job: ``BackoffPolicy``.
    public static let backoff = "stint.dev/backoff"
    /// On a Job or a pod: ``DeadlineSignal``.
    public static let deadlineSignal = "stint.dev/deadline-signal"
    /// On a Job: ``TTLByOutcome``.
    public static let ttl = "stint.dev/ttl"
    /// On a CronJob: how far its starts are spread, a duration.
    public static let cronSpread = "stint.dev/cron-spread"
    /// On a CronJob: ``CronCatchUp``.
    public static let cronCatchUp = "stint.dev/cron-catch-up"
    /// On a CronJob: ``CronGroup``.
    public static let cronGroup = "stint.dev/cron-group"
    /// On an Indexed Job: indexes that an earlier Job completed and this one does not run again, `1,3-5`.
    public static let completedBefore = "stint.dev/completed-before"
    /// On a Job and its pods, written by the controller: how often it, or its index, was given more memory.
    public static let oomRetries = "stint.dev/oom-retries"
}

/// `factor=1.5,max=2Gi,attempts=3`: a pod that the kernel killed for want of memory is tried again with more.
public struct OOMRetry: Hashable, Sendable {
    /// What the memory limits are multiplied by each time; more than 1.
    public var factor: Double
    /// No limit grows beyond it.
    public var maximum: Quantity?
    /// How often, for a Job or for each index of an Indexed Job. These attempts do not count against `backoffLimit`.
    public var attempts: Int
}

/// `base=1s,factor=2,max=1m,jitter=0.2`: how long to wait after a failure, instead of upstream's 10 s doubling to 10 min.
public struct BackoffPolicy: Hashable, Sendable {
    /// Seconds after the first failure.
    public var base: Double = 10
    /// What the wait is multiplied by after each further failure; at least 1.
    public var factor: Double = 2
    /// Seconds the wait never exceeds, jitter included.
    public var maximum: Double = 600
    /// The share of the wait that is added at random, from 0 to 1.
    public var jitter: Double = 0

    public init() {}
}

/// `succeeded=1h,failed=7d`: `ttlSecondsAfterFinished` by outcome. An outcome that is not named keeps the Job's own.
public struct TTLByOutcome: Hashable, Sendable {
    /// Seconds.
    public var succeeded: Int64?
    public var failed: Int64?
}

/// `SIGUSR1@60s`: a signal for the main process of each container, so long before the deadline.
public struct DeadlineSignal: Hashable, Sendable {
    /// The number of the signal on Linux.
    public var signal: Int32
    /// Seconds before the deadline.
    public var lead: Int64
}

/// What becomes of the starts a CronJob missed while no daemon ran: the last one is made up for (upstream's way and the
/// default), or all of them in order, or none.
public enum CronCatchUp: String, Hashable, Sendable, CaseIterable {
    case last, all, none
}

/// `name=backups,max=2`: of all CronJobs of the namespace in the group, so many Jobs run at a time; others wait.
public struct CronGroup: Hashable, Sendable {
    public var name: String
    public var maximum: Int
}
