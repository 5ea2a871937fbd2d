extension Job: Strategic {
    public func validate() -> [FieldError] {
        var errors = metadata.validate(checkName: Names.problemsOfSubdomain)
        errors += validateGeneratedSelector()
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
        return errors + supportErrors
    }

    public func validateUpdate(old: Job) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata) + validateGeneratedSelector() + spec.validate("spec")
            + spec.validateUpdate(old: old.spec, isUnstarted: old.isSuspendedAndUnstarted, "spec") + supportErrors
    }

    public func validateStatusUpdate(old: Job) -> [FieldError] {
        let (status, old) = (status ?? JobStatus(), old.status ?? JobStatus())
        var errors: [FieldError] = []
        errors += Rules.nonnegative(status.active, "status.active")
        errors += Rules.nonnegative(status.succeeded, "status.succeeded")
        errors += Rules.nonnegative(status.failed, "status.failed")
        errors += Rules.nonnegative(status.ready, "status.ready")
        errors += Rules.nonnegative(status.terminating, "status.terminating")
        let conditions: FieldPath = "status.conditions"
        let (isComplete, isFailed) = (status.trueCondition("Complete") != nil, status.trueCondition("Failed") != nil)
        if isComplete, isFailed {
            errors.append(.invalid(conditions, nil, "cannot set Complete=True and Failed=true conditions"))
        }
        for type in ["Failed", "Complete", "FailureTarget"]
        where old.trueCondition(type) != nil && status.trueCondition(type) == nil {
            errors.append(.invalid(conditions, nil, "cannot disable the terminal \(type)=True condition"))
        }
        if old.trueCondition("SuccessCriteriaMet") != nil, status.trueCondition("SuccessCriteriaMet") == nil {
            errors.append(.invalid(conditions, nil, "cannot disable the SuccessCriteriaMet=True condition"))
        }
        if status.completionTime != nil, !isComplete {
            errors.append(
                .invalid(
                    "status.completionTime", Rules.tree(status.completionTime),
                    "cannot set completionTime when there is no Complete=True condition"))
        }
        if (status.failed ?? 0) < (old.failed ?? 0) {
            errors.append(
                .invalid("status.failed", .integer(Int64(status.failed ?? 0)), "cannot decrease the failed counter"))
        }
        if (status.succeeded ?? 0) < (old.succeeded ?? 0),
            !spec.isIndexed || spec.completions != spec.parallelism
        {
            errors.append(
                .invalid(
                    "status.succeeded", .integer(Int64(status.succeeded ?? 0)),
                    "cannot decrease the succeeded counter"))
        }
        if isComplete || isFailed, (status.active ?? 0) > 0 {
            errors.append(
                .invalid(
                    "status.active", .integer(Int64(status.active ?? 0)), "active>0 is invalid for finished job"))
        }
        return errors
    }

    public func warnings(old: Job?) -> [String] {
        if let old, old.spec == spec { return [] }
        var warnings: [String] = []
        if old == nil, let problem = Names.problemsOfLabel(name).first {
            warnings.append(
                "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS "
                    + "label is recommended: [\(problem)]")
        }
        if spec.isIndexed, (spec.completions ?? 0) > 100_000, (spec.parallelism ?? 0) > 10_000 {
            warnings.append(
                "In spec.completionMode=Indexed, spec.completions=\(spec.completions ?? 0) with spec.parallelism="
                    + "\(spec.parallelism ?? 0) are too large")
        }
        if !spec.isIndexed, spec.template.spec.readsCompletionIndex {
            warnings.append(
                "spec.completionMode: the pods read their completion index, but only Indexed jobs have one; without "
                    + "`completionMode: Indexed` it is empty")
        }
        return warnings + spec.template.spec.supportWarnings("spec.template.spec")
    }

    private var isSuspendedAndUnstarted: Bool { spec.suspend == true && status?.startTime == nil }

    private var supportErrors: [FieldError] {
        JobSpec.support.errors(in: spec, "spec") + spec.template.spec.supportErrors("spec.template.spec")
    }

    private func validateGeneratedSelector() -> [FieldError] {
        guard spec.manualSelector != true, let selector = spec.selector else { return [] }
        var errors: [FieldError] = []
        if uid.isEmpty { errors.append(.required("metadata.uid")) }
        let expected = [
            (JobLabels.legacyControllerUID, uid), (JobLabels.legacyJobName, name), (JobLabels.controllerUID, uid),
            (JobLabels.jobName, name),
        ]
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
