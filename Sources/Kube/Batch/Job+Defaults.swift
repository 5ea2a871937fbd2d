extension Job {
    /// Upstream's `SetDefaults_Job`, in its order: the Job takes the template's labels only when it has none, and
    /// before the selector's labels are added to the template.
    public mutating func applyDefaults() {
        if spec.completions == nil, spec.parallelism == nil { spec.completions = 1 }
        spec.parallelism = spec.parallelism ?? 1
        spec.backoffLimit = spec.backoffLimit ?? (spec.backoffLimitPerIndex == nil ? 6 : Int(Int32.max))
        if metadata.labels ?? [:] == [:], let labels = spec.template.metadata?.labels, !labels.isEmpty {
            metadata.labels = labels
        }
        spec.completionMode = spec.completionMode ?? JobSpec.nonIndexed
        spec.suspend = spec.suspend ?? false
        spec.podReplacementPolicy =
            spec.podReplacementPolicy ?? (spec.podFailurePolicy == nil ? "TerminatingOrFailed" : "Failed")
        spec.manualSelector = spec.manualSelector ?? false
        spec.template.spec.applyDefaults()
        spec.podFailurePolicy?.applyDefaults()
    }

    public mutating func prepareForCreate() {
        status = JobStatus()
        if spec.manualSelector != true { generateSelector() }
        // A Job without labels has its pods' (upstream `SetDefaults_Job`).
        if metadata.labels?.isEmpty != false { metadata.labels = spec.template.metadata?.labels }
    }

    public mutating func prepareForUpdate(old: Job) {
        status = old.status
        if spec != old.spec { metadata.generation = (old.metadata.generation ?? 0) + 1 }
    }

    public mutating func prepareForStatusUpdate(old: Job) {
        spec = old.spec
        if status == nil { status = JobStatus() }
    }

    /// Labels the pods so that this Job, and no other, finds them. Labels the author wrote stay, and validation
    /// refuses them when they are wrong.
    private mutating func generateSelector() {
        let labels = [
            JobLabels.legacyJobName: name, JobLabels.jobName: name, JobLabels.legacyControllerUID: uid,
            JobLabels.controllerUID: uid,
        ]
        var template = spec.template.metadata ?? ObjectMeta()
        template.labels = labels.merging(template.labels ?? [:]) { _, written in written }
        spec.template.metadata = template
        var selector = spec.selector ?? LabelSelector()
        selector.matchLabels = [JobLabels.controllerUID: uid].merging(selector.matchLabels ?? [:]) { _, written in
            written
        }
        spec.selector = selector
    }
}
