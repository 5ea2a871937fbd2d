extension ResourceQuota: Strategic {
    public mutating func prepareForCreate() { status = ResourceQuotaStatus() }

    public mutating func prepareForUpdate(old: ResourceQuota) { status = old.status }

    /// What is used the store counts. A client may say something else; the very next revision puts it right, as upstream's
    /// controller does.
    public mutating func prepareForStatusUpdate(old: ResourceQuota) { spec = old.spec }

    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + (spec?.validate("spec") ?? [])
    }

    public func validateUpdate(old: ResourceQuota) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata) + (spec?.validate("spec") ?? [])
        if Set(spec?.scopes ?? []) != Set(old.spec?.scopes ?? []) {
            errors.append(.invalid("spec.scopes", Rules.tree(spec?.scopes), "field is immutable"))
        }
        return errors
    }

    public func validateStatusUpdate(old: ResourceQuota) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata)
        for (field, amounts) in [("hard", status?.hard), ("used", status?.used)] {
            for (name, amount) in (amounts ?? [:]).sorted(by: { $0.key < $1.key }) {
                let path = FieldPath("status.\(field)")[key: name]
                errors += ResourceNames.validateForQuota(name, path)
                errors += ResourceNames.validateAmount(amount, of: name, path)
            }
        }
        return errors
    }
}

extension ResourceQuotaSpec {
    /// Upstream's `ValidateResourceQuotaSpec`.
    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        for (name, amount) in (hard ?? [:]).sorted(by: { $0.key < $1.key }) {
            let path = (path / "hard")[key: name]
            errors += ResourceNames.validateForQuota(name, path)
            errors += ResourceNames.validateAmount(amount, of: name, path)
        }
        return errors + validateScopes(path / "scopes") + validateSelector(path / "scopeSelector" / "matchExpressions")
    }

    private func validateScopes(_ path: FieldPath) -> [FieldError] {
        guard let scopes, !scopes.isEmpty else { return [] }
        func wrong(_ why: String) -> FieldError { .invalid(path, Rules.tree(scopes), why) }
        var errors: [FieldError] = []
        for name in scopes {
            guard let scope = QuotaScope(rawValue: name) else {
                errors.append(wrong("unsupported scope"))
                continue
            }
            errors += misplaced(scope).map { _ in wrong("unsupported scope applied to resource") }
        }
        if isContradictory(scopes) { errors.append(wrong("conflicting scopes")) }
        return errors
    }

    private func validateSelector(_ path: FieldPath) -> [FieldError] {
        guard let expressions = scopeSelector?.matchExpressions else { return [] }
        var errors: [FieldError] = []
        for expression in expressions {
            if let scope = QuotaScope(rawValue: expression.scopeName) {
                errors += misplaced(scope).map { _ in
                    .invalid(path, Rules.tree(scopeSelector), "unsupported scope applied to resource")
                }
                if scope != .priorityClass, expression.operator != "Exists" {
                    errors.append(
                        .invalid(
                            path / "operator", .string(expression.operator),
                            "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, "
                                + "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
                                + "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"))
                }
            } else {
                errors.append(.invalid(path / "scopeName", .string(expression.scopeName), "unsupported scope"))
            }
            errors += expression.validate(path)
        }
        if isContradictory(expressions.map(\.scopeName)) {
            errors.append(.invalid(path, Rules.tree(scopes), "conflicting scopes"))
        }
        return errors
    }

    /// The resources that the scope says nothing about.
    private func misplaced(_ scope: QuotaScope) -> [String] {
        (hard ?? [:]).keys.sorted().filter { ResourceNames.ofQuota.contains($0) && !scope.allows($0) }
    }

    private func isContradictory(_ scopes: [String]) -> Bool {
        [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]].contains { pair in
            pair.allSatisfy(scopes.contains)
        }
    }
}

extension ScopedResourceSelectorRequirement {
    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        switch self.operator {
        case "In", "NotIn":
            values?.isEmpty == false
                ? []
                : [
                    .required(
                        path / "values",
                        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
                ]
        case "Exists", "DoesNotExist":
            values?.isEmpty != false
                ? []
                : [
                    .invalid(
                        path / "values", Rules.tree(values),
                        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
                ]
        default: [.invalid(path / "operator", .string(self.operator), "not a valid selector operator")]
        }
    }
}
