import Foundation

/// What becomes of a simulated pod when nobody interferes, and how it takes being stopped. Times are in seconds.
public struct PodOutcome: Hashable, Sendable {
    public enum End: Hashable, Sendable {
        case exit(Int)
        case signal(Int)
        /// Killed by the kernel for want of memory.
        case outOfMemory
        /// Failed with the condition DisruptionTarget.
        case disrupted
        /// Runs until it is stopped.
        case never
    }

    /// From its creation to the start of its containers; nil: it never starts.
    public var startsAfter: TimeInterval?
    /// From the start to the end.
    public var duration: TimeInterval
    public var end: End
    /// How often its container fails and is started again before the end (`restartPolicy: OnFailure`).
    public var restarts = 0
    /// From SIGTERM to the end. A pod that takes longer than its grace period is killed when that is over.
    public var stopsAfter: TimeInterval = 0
    /// What a pod that ends within its grace period exits with.
    public var stopCode = 143

    public init(startsAfter: TimeInterval? = 0, duration: TimeInterval = 1, end: End = .exit(0)) {
        self.startsAfter = startsAfter
        self.duration = duration
        self.end = end
    }

    public static func succeeds(after duration: TimeInterval = 1) -> PodOutcome { PodOutcome(duration: duration) }

    public static func fails(_ code: Int = 1, after duration: TimeInterval = 1) -> PodOutcome {
        PodOutcome(duration: duration, end: .exit(code))
    }

    public static let runsForever = PodOutcome(end: .never)
    public static let neverStarts = PodOutcome(startsAfter: nil)
}

/// What becomes of each attempt of a Job.
public struct PodScript: Sendable {
    /// Of the index, if the Job is Indexed, and the attempt: from 1, counted by index, or for the whole of any other Job.
    let outcome: @Sendable (_ index: Int?, _ attempt: Int) -> PodOutcome

    public init(_ outcome: @escaping @Sendable (_ index: Int?, _ attempt: Int) -> PodOutcome) {
        self.outcome = outcome
    }

    public static func always(_ outcome: PodOutcome) -> PodScript { PodScript { _, _ in outcome } }

    /// The first attempts one after the other, then the last for ever.
    public static func each(_ first: PodOutcome..., then rest: PodOutcome) -> PodScript {
        PodScript { _, attempt in attempt <= first.count ? first[attempt - 1] : rest }
    }
}
