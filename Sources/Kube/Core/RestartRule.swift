/// What to do after some ways of ending (KEP-5307).
public struct ContainerRestartRule: Codable, Hashable, Sendable {
    /// `Restart`
    public var action: String
    public var exitCodes: ContainerRestartRuleOnExitCodes?

    public init(action: String, exitCodes: ContainerRestartRuleOnExitCodes? = nil) {
        self.action = action
        self.exitCodes = exitCodes
    }
}

public struct ContainerRestartRuleOnExitCodes: Codable, Hashable, Sendable {
    /// `In` or `NotIn`.
    public var `operator`: String
    public var values: [Int]?

    public init(operator: String, values: [Int]) {
        self.operator = `operator`
        self.values = values
    }

    public func matches(_ code: Int) -> Bool { (values ?? []).contains(code) == (`operator` == "In") }
}

extension Container {
    private static let maxRules = 20
    private static let maxCodes = 255

    func validateRestartPolicy(_ path: FieldPath) -> [FieldError] {
        var errors = Rules.oneOf(restartPolicy, ["Always", "Never", "OnFailure"], path / "restartPolicy")
        let rules = restartPolicyRules ?? []
        guard !rules.isEmpty else { return errors }
        if restartPolicy == nil {
            errors.append(
                .required(path / "restartPolicy", "must specify restartPolicy when restart rules are used"))
        }
        if rules.count > Self.maxRules {
            errors.append(.tooMany(path / "restartPolicyRules", rules.count, maximum: Self.maxRules))
        }
        for (index, rule) in rules.enumerated() {
            let path = (path / "restartPolicyRules")[index]
            errors += Rules.oneOf(rule.action, ["Restart"], path / "action")
            guard let codes = rule.exitCodes else {
                errors.append(.required(path / "exitCodes", "must be specified"))
                continue
            }
            errors += Rules.oneOf(codes.operator, ["In", "NotIn"], path / "exitCodes" / "operator")
            if let values = codes.values, values.count > Self.maxCodes {
                errors.append(.tooMany(path / "exitCodes" / "values", values.count, maximum: Self.maxCodes))
            }
        }
        return errors
    }
}
