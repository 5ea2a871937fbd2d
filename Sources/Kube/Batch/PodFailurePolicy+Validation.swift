extension PodFailurePolicy {
    static let rulesMaximum = 20

    /// Upstream's `SetDefaults_PodFailurePolicyOnPodConditionsPattern`.
    mutating func applyDefaults() {
        for rule in rules.indices {
            for pattern in (rules[rule].onPodConditions ?? []).indices
            where rules[rule].onPodConditions?[pattern].status ?? "" == "" {
                rules[rule].onPodConditions?[pattern].status = "True"
            }
        }
    }

    /// Upstream's `validatePodFailurePolicy`, in its order.
    func validate(in spec: JobSpec, _ path: FieldPath) -> [FieldError] {
        let path = path / "rules"
        var errors: [FieldError] = []
        if rules.count > Self.rulesMaximum {
            errors.append(.tooMany(path, rules.count, maximum: Self.rulesMaximum))
        }
        let pod = spec.template.spec
        let containers = Set((pod.containers + (pod.initContainers ?? [])).map(\.name))
        for (index, rule) in rules.enumerated() {
            errors += rule.validate(hasLimitPerIndex: spec.backoffLimitPerIndex != nil, containers, path[index])
        }
        return errors
    }
}

extension PodFailurePolicyRule {
    /// As upstream's messages list them: sorted.
    static let actions = [count, failIndex, failJob, ignore]
    static let conditionsMaximum = 20

    fileprivate func validate(
        hasLimitPerIndex: Bool, _ containers: Set<String>, _ path: FieldPath
    ) -> [FieldError] {
        var errors = validateAction(hasLimitPerIndex: hasLimitPerIndex, path / "action")
        errors += onExitCodes?.validate(containers, path / "onExitCodes") ?? []
        let conditions = onPodConditions ?? []
        if conditions.count > Self.conditionsMaximum {
            errors.append(
                .tooMany(path / "onPodConditions", conditions.count, maximum: Self.conditionsMaximum))
        }
        for (index, pattern) in conditions.enumerated() {
            errors += pattern.validate((path / "onPodConditions")[index])
        }
        if onExitCodes != nil, !conditions.isEmpty {
            errors.append(.invalid(path, nil, "specifying both OnExitCodes and OnPodConditions is not supported"))
        }
        if onExitCodes == nil, conditions.isEmpty {
            errors.append(.invalid(path, nil, "specifying one of OnExitCodes and OnPodConditions is required"))
        }
        return errors
    }

    private func validateAction(hasLimitPerIndex: Bool, _ path: FieldPath) -> [FieldError] {
        if action.isEmpty { return [.required(path, validValues(Self.actions))] }
        if action == Self.failIndex, !hasLimitPerIndex {
            return [.invalid(path, .string(action), "requires the backoffLimitPerIndex to be set")]
        }
        return Rules.oneOf(action, Self.actions, path)
    }
}

extension PodFailurePolicyOnExitCodesRequirement {
    static let operators = ["In", "NotIn"]
    static let valuesMaximum = 255

    fileprivate func validate(_ containers: Set<String>, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if self.operator.isEmpty {
            errors.append(.required(path / "operator", validValues(Self.operators)))
        } else {
            errors += Rules.oneOf(self.operator, Self.operators, path / "operator")
        }
        if let containerName, !containers.contains(containerName) {
            errors.append(
                .invalid(
                    path / "containerName", .string(containerName),
                    "must be one of the container or initContainer names in the pod template"))
        }
        return errors + validateValues(path / "values")
    }

    private func validateValues(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if values.isEmpty {
            errors.append(.invalid(path, Rules.tree(values), "at least one value is required"))
        } else if values.count > Self.valuesMaximum {
            errors.append(.tooMany(path, values.count, maximum: Self.valuesMaximum))
        }
        var seen: Set<Int> = []
        for (index, value) in values.enumerated() {
            if self.operator == "In", value == 0 {
                errors.append(.invalid(path[index], .integer(0), "must not be 0 for the In operator"))
            }
            if !seen.insert(value).inserted { errors.append(.duplicate(path[index], .integer(Int64(value)))) }
        }
        if zip(values, values.dropFirst()).contains(where: { $0 > $1 }) {
            errors.append(.invalid(path, Rules.tree(values), "must be ordered"))
        }
        return errors
    }
}

extension PodFailurePolicyOnPodConditionsPattern {
    static let statuses = ["False", "True", "Unknown"]

    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        var errors = Names.problemsOfQualifiedName(type).map {
            FieldError.invalid(path / "type", .string(type), $0)
        }
        if status ?? "" == "" {
            errors.append(.required(path / "status", validValues(Self.statuses)))
        } else {
            errors += Rules.oneOf(status, Self.statuses, path / "status")
        }
        return errors
    }
}

/// As Go's `%q` prints a list.
private func validValues(_ values: [String]) -> String {
    "valid values: [\(values.map(\.goQuoted).joined(separator: " "))]"
}
