extension JobSpec {
    static let maximumIndexedParallelism = 100_000
    static let maximumFailedIndexes = 100_000
    static let completionsSoftLimit = 100_000
    static let highCompletionsLimit = 10_000
    static let managedByMaximum = 63

    /// Upstream's `ValidateJobSpec`, in its order.
    func validate(_ path: FieldPath) -> [FieldError] { validateTemplate(path) + validateSelector(path) }

    /// What holds of the Jobs of a CronJob too, which have no selector yet.
    func validateTemplate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        errors += Rules.nonnegative(parallelism, path / "parallelism")
        errors += Rules.nonnegative(completions, path / "completions")
        errors += Rules.nonnegative(activeDeadlineSeconds, path / "activeDeadlineSeconds")
        errors += Rules.nonnegative(backoffLimit, path / "backoffLimit")
        errors += Rules.nonnegative(ttlSecondsAfterFinished, path / "ttlSecondsAfterFinished")
        errors += Rules.nonnegative(backoffLimitPerIndex, path / "backoffLimitPerIndex")
        errors += Rules.nonnegative(maxFailedIndexes, path / "maxFailedIndexes")
        if maxFailedIndexes != nil, backoffLimitPerIndex == nil {
            errors.append(.required(path / "backoffLimitPerIndex", "when maxFailedIndexes is specified"))
        }
        errors += validateManagedBy(path / "managedBy")
        errors += Rules.oneOf(completionMode, [Self.nonIndexed, Self.indexed], path / "completionMode")
        errors += isIndexed ? validateIndexed(path) : validateNotIndexed(path)
        errors += validatePodReplacementPolicy(path / "podReplacementPolicy")
        errors += template.validate(path / "template")
        return errors + validateRestartPolicy(path / "template" / "spec" / "restartPolicy")
    }

    private func validateManagedBy(_ path: FieldPath) -> [FieldError] {
        guard let managedBy else { return [] }
        if managedBy.isEmpty { return [.required(path)] }
        var errors: [FieldError] = []
        let parts = managedBy.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count != 2 || parts.contains("") {
            errors.append(
                .invalid(path, .string(managedBy), "must be a domain-prefixed path (such as \"acme.io/foo\")"))
        } else {
            errors += Names.problemsOfSubdomain(parts[0]).map { .invalid(path, .string(parts[0]), $0) }
        }
        if managedBy.utf8.count > Self.managedByMaximum {
            errors.append(.tooLong(path, maximum: Self.managedByMaximum))
        }
        return errors
    }

    private func validateIndexed(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        func limit(_ value: Int?, _ maximum: Int, _ field: String, _ detail: String) {
            guard let value, value > maximum else { return }
            errors.append(.invalid(path / field, .integer(Int64(value)), detail))
        }
        if completions == nil { errors.append(.required(path / "completions", "when completion mode is Indexed")) }
        limit(
            parallelism, Self.maximumIndexedParallelism, "parallelism",
            "must be less than or equal to \(Self.maximumIndexedParallelism) when completion mode is Indexed")
        if let completions {
            limit(maxFailedIndexes, completions, "maxFailedIndexes", "must be less than or equal to completions")
        }
        limit(
            maxFailedIndexes, Self.maximumFailedIndexes, "maxFailedIndexes",
            "must be less than or equal to \(Self.maximumFailedIndexes)")
        guard let completions, completions > Self.completionsSoftLimit, backoffLimitPerIndex != nil else {
            return errors
        }
        if maxFailedIndexes == nil {
            errors.append(
                .required(
                    path / "maxFailedIndexes",
                    "must be specified when completions is above \(Self.completionsSoftLimit)"))
        }
        let detail =
            "must be less than or equal to \(Self.highCompletionsLimit) when completions are above "
            + "\(Self.completionsSoftLimit) and used with backoff limit per index"
        limit(parallelism, Self.highCompletionsLimit, "parallelism", detail)
        limit(maxFailedIndexes, Self.highCompletionsLimit, "maxFailedIndexes", detail)
        return errors
    }

    private func validateNotIndexed(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        let detail = "requires indexed completion mode"
        if let value = backoffLimitPerIndex {
            errors.append(.invalid(path / "backoffLimitPerIndex", .integer(Int64(value)), detail))
        }
        if let value = maxFailedIndexes {
            errors.append(.invalid(path / "maxFailedIndexes", .integer(Int64(value)), detail))
        }
        if let successPolicy { errors.append(.invalid(path / "successPolicy", Rules.tree(successPolicy), detail)) }
        return errors
    }

    private func validatePodReplacementPolicy(_ path: FieldPath) -> [FieldError] {
        Rules.oneOf(
            podReplacementPolicy, podFailurePolicy == nil ? ["Failed", "TerminatingOrFailed"] : ["Failed"], path)
    }

    private func validateRestartPolicy(_ path: FieldPath) -> [FieldError] {
        let policy = template.spec.restartPolicy ?? ""
        switch policy {
        case "", "Always": return [.required(path, "valid values: \"OnFailure\", \"Never\"")]
        case "Never": return []
        case "OnFailure" where podFailurePolicy != nil:
            return [
                .invalid(path, .string(policy), "only \"Never\" is supported when podFailurePolicy is specified")
            ]
        case "OnFailure": return []
        default: return [.notSupported(path, .string(policy), ["OnFailure", "Never"])]
        }
    }

    private func validateSelector(_ path: FieldPath) -> [FieldError] {
        guard let selector else { return [.required(path / "selector")] }
        var errors = selector.validate(path / "selector")
        let labels = template.metadata?.labels
        if let selector = Selector(selector), !selector.matches(labels) {
            errors.append(
                .invalid(
                    path / "template" / "metadata" / "labels", Rules.tree(labels),
                    "`selector` does not match template `labels`"))
        }
        return errors
    }

    /// What may not change. `isUnstarted`: the Job is suspended and never ran, so where its pods run may change.
    func validateUpdate(old: JobSpec, isUnstarted: Bool, _ path: FieldPath) -> [FieldError] {
        var errors = validateCompletionsUpdate(old: old, path)
        errors += Rules.immutable(selector, old.selector, path / "selector")
        var allowed = old.template
        if isUnstarted {
            allowed.spec.affinity = template.spec.affinity
            allowed.spec.nodeSelector = template.spec.nodeSelector
            allowed.spec.tolerations = template.spec.tolerations
            allowed.spec.schedulingGates = template.spec.schedulingGates
            if allowed.metadata != nil || template.metadata != nil {
                var metadata = allowed.metadata ?? ObjectMeta()
                metadata.labels = template.metadata?.labels
                metadata.annotations = template.metadata?.annotations
                allowed.metadata = template.metadata == nil && metadata == ObjectMeta() ? nil : metadata
            }
        }
        errors += Rules.immutable(template, allowed, path / "template")
        errors += Rules.immutable(completionMode, old.completionMode, path / "completionMode")
        errors += Rules.immutable(podFailurePolicy, old.podFailurePolicy, path / "podFailurePolicy")
        errors += Rules.immutable(backoffLimitPerIndex, old.backoffLimitPerIndex, path / "backoffLimitPerIndex")
        errors += Rules.immutable(managedBy, old.managedBy, path / "managedBy")
        errors += Rules.immutable(successPolicy, old.successPolicy, path / "successPolicy")
        return errors
    }

    /// An Indexed Job may grow and shrink, completions and parallelism together.
    private func validateCompletionsUpdate(old: JobSpec, _ path: FieldPath) -> [FieldError] {
        guard isIndexed else { return Rules.immutable(completions, old.completions, path / "completions") }
        guard let completions, completions != old.completions, completions != parallelism else { return [] }
        return [
            .invalid(
                path / "completions", .integer(Int64(completions)),
                "can only be modified in tandem with \(path / "parallelism")")
        ]
    }
}

extension PodTemplateSpec {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = ObjectMeta.validateLabels(metadata?.labels, path / "labels")
        errors += ObjectMeta.validateAnnotations(metadata?.annotations, path / "annotations")
        return errors + spec.validate(path / "spec")
    }
}
