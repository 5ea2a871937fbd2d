extension LabelSelector {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = ObjectMeta.validateLabels(matchLabels, path / "matchLabels")
        for (index, expression) in (matchExpressions ?? []).enumerated() {
            errors += expression.validate((path / "matchExpressions")[index])
        }
        return errors
    }
}

extension LabelSelectorRequirement {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        let hasValues = !(values ?? []).isEmpty
        switch self.operator {
        case "In", "NotIn":
            if !hasValues {
                errors.append(.required(path / "values", "must be specified when `operator` is 'In' or 'NotIn'"))
            }
        case "Exists", "DoesNotExist":
            if hasValues {
                errors.append(
                    .forbidden(
                        path / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
            }
        default:
            errors.append(.invalid(path / "operator", .string(self.operator), "not a valid selector operator"))
        }
        errors += Names.problemsOfQualifiedName(key).map { .invalid(path / "key", .string(key), $0) }
        for (index, value) in (values ?? []).enumerated() {
            errors += Names.problemsOfLabelValue(value).map { .invalid((path / "values")[index], .string(value), $0) }
        }
        return errors
    }
}
