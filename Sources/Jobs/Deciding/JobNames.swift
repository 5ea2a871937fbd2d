/// Names that upstream fixed (k8s.io/api/batch/v1/types.go), and ours.
enum JobNames {
    static let controller = "kubernetes.io/job-controller"
    static let finalizer = "batch.kubernetes.io/job-tracking"
    static let completionIndex = "batch.kubernetes.io/job-completion-index"
    static let jobName = "batch.kubernetes.io/job-name"
    static let controllerUID = "batch.kubernetes.io/controller-uid"
    static let legacyJobName = "job-name"
    static let legacyControllerUID = "controller-uid"
    static let completionIndexVariable = "JOB_COMPLETION_INDEX"
    /// When the Job's own deadline ends the pod, RFC 3339. The pod's supervisor holds that timer, so that it fires even
    /// while no daemon runs.
    static let deadline = "stint.dev/job-deadline"
}

/// Upstream bounds what one look may create or delete, so that a big Job cannot starve the others.
enum PodBurst {
    static let limit = 500
}
