/// What a failed pod means for its Job (KEP-3329). The first rule that fits decides; a failure that none fits is counted.
public struct PodFailurePolicy: Codable, Hashable, Sendable {
    public var rules: [PodFailurePolicyRule]

    public init(rules: [PodFailurePolicyRule]) { self.rules = rules }
}

public struct PodFailurePolicyRule: Codable, Hashable, Sendable {
    /// `FailJob`, `FailIndex`, `Ignore` or `Count`.
    public var action: String
    public var onExitCodes: PodFailurePolicyOnExitCodes?
    public var onPodConditions: [PodFailurePolicyOnPodConditions]?

    public init(
        action: String, onExitCodes: PodFailurePolicyOnExitCodes? = nil,
        onPodConditions: [PodFailurePolicyOnPodConditions]? = nil
    ) {
        self.action = action
        self.onExitCodes = onExitCodes
        self.onPodConditions = onPodConditions
    }

    public static let failJob = "FailJob"
    public static let failIndex = "FailIndex"
    public static let ignore = "Ignore"
    public static let count = "Count"
}

/// Messages about wrong types name the type, so it has upstream's name; the rest of stint uses the short one.
public typealias PodFailurePolicyOnExitCodes = PodFailurePolicyOnExitCodesRequirement
public typealias PodFailurePolicyOnPodConditions = PodFailurePolicyOnPodConditionsPattern

public struct PodFailurePolicyOnExitCodesRequirement: Codable, Hashable, Sendable {
    /// Nil: any container or init container.
    public var containerName: String?
    /// `In` or `NotIn`. Zero fits neither.
    public var `operator`: String
    /// In order, without doubles.
    public var values: [Int]

    public init(containerName: String? = nil, operator: String, values: [Int]) {
        self.containerName = containerName
        self.operator = `operator`
        self.values = values
    }
}

public struct PodFailurePolicyOnPodConditionsPattern: Codable, Hashable, Sendable {
    public var type: String
    /// `True` when not given.
    public var status: String?

    public init(type: String, status: String? = nil) {
        self.type = type
        self.status = status
    }
}
