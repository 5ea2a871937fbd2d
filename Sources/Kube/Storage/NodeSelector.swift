/// Hosts that fit at least one of the terms.
public struct NodeSelector: Codable, Hashable, Sendable {
    public var nodeSelectorTerms: [NodeSelectorTerm]

    public init(nodeSelectorTerms: [NodeSelectorTerm]) { self.nodeSelectorTerms = nodeSelectorTerms }
}

/// A host fits when all of it holds; an empty term fits none.
public struct NodeSelectorTerm: Codable, Hashable, Sendable {
    public var matchExpressions: [NodeSelectorRequirement]?
    public var matchFields: [NodeSelectorRequirement]?

    public init(matchExpressions: [NodeSelectorRequirement]? = nil, matchFields: [NodeSelectorRequirement]? = nil) {
        self.matchExpressions = matchExpressions
        self.matchFields = matchFields
    }
}

public struct NodeSelectorRequirement: Codable, Hashable, Sendable {
    public var key: String
    /// `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`.
    public var `operator`: String
    public var values: [String]?

    public init(key: String, operator: String, values: [String]? = nil) {
        self.key = key
        self.operator = `operator`
        self.values = values
    }
}

extension NodeSelector {
    public func matches(name: String, labels: [String: String]) -> Bool {
        nodeSelectorTerms.contains { term in
            let (expressions, fields) = (term.matchExpressions ?? [], term.matchFields ?? [])
            guard !expressions.isEmpty || !fields.isEmpty else { return false }
            return expressions.allSatisfy { $0.matches(labels) }
                && fields.allSatisfy { $0.matches(["metadata.name": name]) }
        }
    }

    /// Upstream's `ValidateNodeSelector`.
    func validate(_ path: FieldPath) -> [FieldError] {
        let path = path / "nodeSelectorTerms"
        if nodeSelectorTerms.isEmpty { return [.required(path, "must have at least one node selector term")] }
        return nodeSelectorTerms.enumerated().flatMap { index, term in
            (term.matchExpressions ?? []).enumerated().flatMap {
                $1.validate((path[index] / "matchExpressions")[$0])
            }
                + (term.matchFields ?? []).enumerated().flatMap {
                    $1.validateField((path[index] / "matchFields")[$0])
                }
        }
    }
}

extension NodeSelectorRequirement {
    private static let operators: [String: LabelRequirement.Operator] = [
        "In": .isIn, "NotIn": .isNotIn, "Exists": .exists, "DoesNotExist": .doesNotExist, "Gt": .isGreater,
        "Lt": .isLess,
    ]

    func matches(_ labels: [String: String]) -> Bool {
        guard let known = Self.operators[self.operator] else { return false }
        let values = values ?? []
        if known == .isGreater || known == .isLess, values.count != 1 { return false }
        return LabelRequirement(key: key, operator: known, values: values).matches(labels)
    }

    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        let count = values?.count ?? 0
        switch Self.operators[self.operator] {
        case .isIn, .isNotIn:
            if count == 0 {
                errors.append(.required(path / "values", "must be specified when `operator` is 'In' or 'NotIn'"))
            }
        case .exists, .doesNotExist:
            if count > 0 {
                errors.append(
                    .forbidden(
                        path / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
            }
        case .isGreater, .isLess:
            if count != 1 {
                errors.append(
                    .required(path / "values", "must be specified single value when `operator` is 'Lt' or 'Gt'"))
            }
        case nil:
            errors.append(.invalid(path / "operator", .string(self.operator), "not a valid selector operator"))
        }
        return errors + Names.problemsOfQualifiedName(key).map { .invalid(path / "key", .string(key), $0) }
    }

    /// Of a field of the host, of which there is one to choose by.
    func validateField(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if self.operator == "In" || self.operator == "NotIn" {
            if values?.count != 1 {
                errors.append(
                    .required(
                        path / "values",
                        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
            }
        } else {
            errors.append(.invalid(path / "operator", .string(self.operator), "not a valid selector operator"))
        }
        if key != "metadata.name" {
            errors.append(.invalid(path / "key", .string(key), "not a valid field selector key"))
        }
        return errors
    }
}
