/// The labels and annotations the Job controller and its clients agree on.
public enum JobLabels {
    public static let controllerUID = "batch.kubernetes.io/controller-uid"
    public static let jobName = "batch.kubernetes.io/job-name"
    public static let legacyControllerUID = "controller-uid"
    public static let legacyJobName = "job-name"
    public static let completionIndex = "batch.kubernetes.io/job-completion-index"
    /// Under `backoffLimitPerIndex`: failures of the index before this pod that counted, and those that did not.
    public static let indexFailureCount = "batch.kubernetes.io/job-index-failure-count"
    public static let indexIgnoredFailureCount = "batch.kubernetes.io/job-index-ignored-failure-count"
    /// The finalizer that keeps a finished pod until it has been counted.
    public static let trackingFinalizer = "batch.kubernetes.io/job-tracking"
    /// The value of `spec.managedBy` that means us.
    public static let controllerName = "kubernetes.io/job-controller"
}

extension JobSpec {
    public static let nonIndexed = "NonIndexed"
    public static let indexed = "Indexed"

    public var isIndexed: Bool { completionMode == Self.indexed }
}

extension JobStatus {
    /// The condition of that type when it is `True`.
    public func trueCondition(_ type: String) -> JobCondition? {
        conditions?.first { $0.type == type && $0.status == "True" }
    }
}

extension Job {
    public var isComplete: Bool { status?.trueCondition("Complete") != nil }
    public var isFailed: Bool { status?.trueCondition("Failed") != nil }
    public var isFinished: Bool { isComplete || isFailed }
}

extension JobSpec {
    /// False of a Job that another controller makes true; ours leaves it alone.
    public var isManagedHere: Bool { managedBy == nil || managedBy == JobLabels.controllerName }
}

extension Pod {
    /// Carries the finalizer that says: this pod has not been counted.
    public var isTracked: Bool { metadata.finalizers?.contains(JobLabels.trackingFinalizer) == true }

    /// The index of a pod of an Indexed Job. Anything but a whole number from 0 is none: people can edit annotations.
    public var completionIndex: Int? {
        guard let text = metadata.annotations?[JobLabels.completionIndex], let index = Int(text), index >= 0 else {
            return nil
        }
        return index
    }
}
