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
        errors += validateTTL(path / "ttlSecondsAfterFinished")
        errors += Rules.nonnegative(backoffLimitPerIndex, path / "backoffLimitPerIndex")
        errors += Rules.nonnegative(maxFailedIndexes, path / "maxFailedIndexes")
        if maxFailedIndexes != nil, backoffLimitPerIndex == nil {
            errors.append(.required(path / "backoffLimitPerIndex", "when maxFailedIndexes is specified"))
        }
        errors += validateManagedBy(path / "managedBy")
        errors += Rules.oneOf(completionMode, [Self.nonIndexed, Self.indexed], path / "completionMode")
        errors += validateCompletionMode(path)
        errors += podFailurePolicy?.validate(in: self, path / "podFailurePolicy") ?? []
        errors += validateSuccessPolicy(path / "successPolicy")
        errors += validatePodReplacementPolicy(path / "podReplacementPolicy")
        errors += template.validate(path / "template")
        return errors + validateRestartPolicy(path / "template" / "spec" / "restartPolicy")
    }

    /// Upstream's type holds no more, so a client that asks for more is told when its body is read; ours tells it here.
    private func validateTTL(_ path: FieldPath) -> [FieldError] {
        guard let seconds = ttlSecondsAfterFinished, seconds > Int64(Int32.max) else {
            return Rules.nonnegative(ttlSecondsAfterFinished, path)
        }
        return [.invalid(path, .integer(seconds), "must be less than or equal to \(Int32.max)")]
    }

    /// Upstream's `IsDomainPrefixedPath`.
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
            errors += Names.problemsOfPath(parts[1]).map { .invalid(path, .string(parts[1]), $0) }
        }
        if managedBy.utf8.count > Self.managedByMaximum {
            errors.append(.tooLong(path, maximum: Self.managedByMaximum))
        }
        return errors
    }

    /// An unknown mode has been refused already, and nothing follows from it.
    private func validateCompletionMode(_ path: FieldPath) -> [FieldError] {
        switch completionMode {
        case Self.indexed: validateIndexed(path)
        case nil, Self.nonIndexed: validateNotIndexed(path)
        default: []
        }
    }

    private func validateSuccessPolicy(_ path: FieldPath) -> [FieldError] {
        guard let successPolicy else { return [] }
        if isIndexed { return successPolicy.validate(completions: completions, path) }
        return [.invalid(path, Rules.tree(successPolicy), "requires indexed completion mode")]
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
        var errors = selector?.validate(path / "selector") ?? [.required(path / "selector")]
        let labels = template.metadata?.labels
        // No selector selects nothing; one that cannot be read has been refused.
        let isMatch = selector.map { Selector($0)?.matches(labels) ?? true } ?? false
        if !isMatch {
            errors.append(
                .invalid(
                    path / "template" / "metadata" / "labels", Rules.tree(labels),
                    "`selector` does not match template `labels`"))
        }
        return errors
    }
}

extension PodTemplateSpec {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = ObjectMeta.validateLabels(metadata?.labels, path / "labels")
        errors += ObjectMeta.validateAnnotations(metadata?.annotations, path / "annotations")
        return errors + spec.validate(path / "spec")
    }
}
