extension Job: Strategic {
    public func validate() -> [FieldError] {
        validateWhole(needsPrefixedLabels: true) + Addition.errors(of: self, old: nil) + supportErrors
    }

    /// Upstream validates the Job and then the change; what both say is said once.
    public func validateUpdate(old: Job) -> [FieldError] {
        let labels = old.spec.template.metadata?.labels ?? [:]
        let hadPrefixedLabels = labels[JobLabels.jobName] != nil && labels[JobLabels.controllerUID] != nil
        var errors = validateWhole(needsPrefixedLabels: hadPrefixedLabels)
        errors += metadata.validateUpdate(old: old.metadata)
        errors += spec.validateUpdate(old: old.spec, isUnstarted: old.isSuspendedAndUnstarted, "spec")
        return (errors + Addition.errors(of: self, old: old) + supportErrors).withoutRepeats()
    }

    public func validateStatusUpdate(old: Job) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata) + JobStatusChange(of: self, from: old).validate()
            + Addition.errors(of: self, old: old)
    }

    public func warnings(old: Job?) -> [String] {
        let additions = Addition.warnings(of: self, old: old)
        if let old, old.spec == spec { return additions }
        return (old == nil ? Names.warningsOfPodName(name) : []) + spec.warnings("spec") + additions
    }

    private var isSuspendedAndUnstarted: Bool { spec.suspend == true && status?.startTime == nil }

    private var supportErrors: [FieldError] {
        JobSpec.support.errors(in: spec, "spec") + spec.template.spec.supportErrors("spec.template.spec")
    }

    /// Upstream's `ValidateJob`.
    private func validateWhole(needsPrefixedLabels: Bool) -> [FieldError] {
        var errors = metadata.validate(checkName: Names.problemsOfSubdomain)
        errors += validateGeneratedSelector(needsPrefixedLabels: needsPrefixedLabels)
        errors += spec.validate("spec")
        if spec.isIndexed, let completions = spec.completions, completions > 0 {
            // The hostname of the last pod; the others are no longer.
            let hostname = "\(name)-\(completions - 1)"
            if !Names.problemsOfLabel(hostname).isEmpty {
                errors.append(
                    .invalid(
                        "metadata.name", .string(name),
                        "will not able to create pod with invalid DNS label: \(hostname)"))
            }
        }
        return errors
    }

    /// `needsPrefixedLabels`: not asked of Jobs that were made without them.
    private func validateGeneratedSelector(needsPrefixedLabels: Bool) -> [FieldError] {
        guard spec.manualSelector != true, let selector = spec.selector else { return [] }
        var errors: [FieldError] = []
        if uid.isEmpty { errors.append(.required("metadata.uid")) }
        var expected = [(JobLabels.legacyControllerUID, uid), (JobLabels.legacyJobName, name)]
        if needsPrefixedLabels { expected += [(JobLabels.controllerUID, uid), (JobLabels.jobName, name)] }
        let labels = spec.template.metadata?.labels ?? [:]
        let path: FieldPath = "spec.template.metadata.labels"
        for (key, value) in expected where labels[key] != value {
            let detail = "must be '\(value)'"
            errors.append(
                labels[key] == nil
                    ? .required(path[key: key], detail) : .invalid(path[key: key], Rules.tree(labels), detail))
        }
        if let selector = Selector(selector), !selector.matches(Dictionary(uniqueKeysWithValues: expected)) {
            errors.append(.invalid("spec.selector", Rules.tree(spec.selector), "`selector` not auto-generated"))
        }
        return errors
    }
}

extension JobSpec {
    static let parallelismSoftLimit = 10_000

    /// Upstream's `WarningsForJobSpec`, and what has no effect here.
    func warnings(_ path: FieldPath) -> [String] {
        var warnings: [String] = []
        if isIndexed, (completions ?? 0) > Self.completionsSoftLimit, (parallelism ?? 0) > Self.parallelismSoftLimit {
            warnings.append(
                "\(path): In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than "
                    + "10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail")
        }
        if !isIndexed, template.spec.readsCompletionIndex {
            warnings.append(
                "\(path / "completionMode"): the pods read their completion index, but only Indexed jobs have one; without "
                    + "`completionMode: Indexed` it is empty")
        }
        return warnings + template.spec.supportWarnings(path / "template" / "spec")
    }
}

extension Names {
    /// What upstream says to a name of a Job or CronJob that is a subdomain but no label.
    static func warningsOfPodName(_ name: String) -> [String] {
        let problems = problemsOfLabel(name)
        if problems.isEmpty { return [] }
        return [
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label "
                + "is recommended: [\(problems.joined(separator: " "))]"
        ]
    }
}
