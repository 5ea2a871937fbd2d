/// Names the controller and the node agree on, beside those in `JobLabels`.
enum JobNames {
    static let completionIndexVariable = "JOB_COMPLETION_INDEX"
    /// When the Job's own deadline ends the pod, RFC 3339. The pod's supervisor holds that timer, so that it fires even
    /// while no daemon runs.
    static let deadline = "stint.dev/job-deadline"
}

/// Upstream bounds what one look may create or delete, so that a big Job cannot starve the others.
enum PodBurst {
    static let limit = 500
}
