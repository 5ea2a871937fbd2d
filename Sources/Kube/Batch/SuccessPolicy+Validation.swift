extension SuccessPolicy {
    static let rulesMaximum = 20

    /// Upstream's `validateSuccessPolicy`, in its order. `completions` is nil when the Job lacks them, which is refused
    /// already; then what depends on their number is not looked at.
    func validate(completions: Int?, _ path: FieldPath) -> [FieldError] {
        let path = path / "rules"
        var errors: [FieldError] = []
        if rules.isEmpty {
            errors.append(
                .required(path, "at least one rules must be specified when the successPolicy is specified"))
        }
        if rules.count > Self.rulesMaximum {
            errors.append(.tooMany(path, rules.count, maximum: Self.rulesMaximum))
        }
        for (index, rule) in rules.enumerated() {
            errors += rule.validate(completions: completions, path[index])
        }
        return errors
    }
}

extension SuccessPolicyRule {
    static let indexesMaximum = 64 << 10

    fileprivate func validate(completions: Int?, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if succeededCount == nil, succeededIndexes == nil {
            errors.append(
                .required(path, "at least one of succeededCount or succeededIndexes must be specified"))
        }
        var total = 0
        if let text = succeededIndexes {
            if text.utf8.count > Self.indexesMaximum {
                errors.append(.tooLong(path / "succeededIndexes", maximum: Self.indexesMaximum))
            }
            do {
                total = try IndexNotation.count(text, completions: completions ?? Int(Int32.max))
            } catch {
                errors.append(
                    .invalid(
                        path / "succeededIndexes", .string(text), "error parsing succeededIndexes: \(error.words)"))
            }
        }
        return errors + validateCount(completions: completions, indexes: total, path / "succeededCount")
    }

    private func validateCount(completions: Int?, indexes: Int, _ path: FieldPath) -> [FieldError] {
        guard let count = succeededCount else { return [] }
        var errors = Rules.nonnegative(count, path)
        func limit(_ maximum: Int, _ what: String) {
            guard count > maximum else { return }
            errors.append(
                .invalid(
                    path, .integer(Int64(count)), "must be less than or equal to \(maximum) (the number of \(what))"))
        }
        if let completions { limit(completions, "specified completions") }
        if succeededIndexes != nil { limit(indexes, "indexes in the specified succeededIndexes field") }
        return errors
    }
}
