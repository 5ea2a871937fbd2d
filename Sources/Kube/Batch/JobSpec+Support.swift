extension JobSpec {
    /// Which fields of a Job we honour. Refused are those without which the Job would not mean what its author wrote.
    static let support = SupportTable<JobSpec>([
        .supported("parallelism"), .supported("completions"), .supported("activeDeadlineSeconds"),
        .supported("backoffLimit"), .supported("selector"), .supported("manualSelector"), .supported("template"),
        .supported("completionMode"), .supported("ttlSecondsAfterFinished"), .supported("suspend"),
        .supported("podReplacementPolicy"),
        .refused("podFailurePolicy") { $0.podFailurePolicy != nil },
        .refused("successPolicy") { $0.successPolicy != nil },
        .refused("backoffLimitPerIndex") { $0.backoffLimitPerIndex != nil },
        .refused("maxFailedIndexes") { $0.maxFailedIndexes != nil },
        .refused("managedBy", "jobs that another controller manages are not supported yet") {
            $0.managedBy != nil && $0.managedBy != JobLabels.controllerName
        },
    ])
}
