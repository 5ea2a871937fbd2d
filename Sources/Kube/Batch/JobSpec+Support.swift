extension JobSpec {
    /// Which fields of a Job we honour: all of them. A field that comes later gets its row here.
    static let support = SupportTable<JobSpec>(
        [
            "parallelism", "completions", "activeDeadlineSeconds", "podFailurePolicy", "successPolicy", "backoffLimit",
            "backoffLimitPerIndex", "maxFailedIndexes", "selector", "manualSelector", "template",
            "ttlSecondsAfterFinished", "completionMode", "suspend", "podReplacementPolicy", "managedBy",
        ].map { .supported($0) })
}
