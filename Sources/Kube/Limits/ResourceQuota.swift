/// A ResourceQuota (v1): how much all objects of a namespace may come to together.
public struct ResourceQuota: Resource {
    public static let type = ResourceType(
        kind: "ResourceQuota", plural: "resourcequotas", singular: "resourcequota", shortNames: ["quota"])

    public var apiVersion: String? = ResourceQuota.type.apiVersion
    public var kind: String? = ResourceQuota.type.kind
    public var metadata: ObjectMeta
    public var spec: ResourceQuotaSpec?
    /// Written by the store alone, with the commit that changes what is used.
    public var status: ResourceQuotaStatus?

    public init(metadata: ObjectMeta, spec: ResourceQuotaSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct ResourceQuotaSpec: Codable, Hashable, Sendable {
    /// By resource name: `requests.cpu`, `pods`, `count/jobs.batch`.
    public var hard: [String: Quantity]?
    /// Only pods that all of these are true of count.
    public var scopes: [String]?
    public var scopeSelector: ScopeSelector?

    public init(hard: [String: Quantity]? = nil, scopes: [String]? = nil) {
        self.hard = hard
        self.scopes = scopes
    }
}

public struct ScopeSelector: Codable, Hashable, Sendable {
    public var matchExpressions: [ScopedResourceSelectorRequirement]?

    public init(_ expressions: [ScopedResourceSelectorRequirement]) { matchExpressions = expressions }
}

public struct ScopedResourceSelectorRequirement: Codable, Hashable, Sendable {
    public var scopeName: String
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    public var `operator`: String
    public var values: [String]?

    public init(_ scopeName: String, _ operation: String, _ values: [String]? = nil) {
        self.scopeName = scopeName
        self.operator = operation
        self.values = values
    }
}

public struct ResourceQuotaStatus: Codable, Hashable, Sendable {
    public var hard: [String: Quantity]?
    public var used: [String: Quantity]?

    public init(hard: [String: Quantity]? = nil, used: [String: Quantity]? = nil) {
        self.hard = hard
        self.used = used
    }
}

/// What can be said of a pod, so that only such pods count.
enum QuotaScope: String, CaseIterable {
    /// It has a deadline of its own (`activeDeadlineSeconds`).
    case terminating = "Terminating"
    case notTerminating = "NotTerminating"
    case bestEffort = "BestEffort"
    case notBestEffort = "NotBestEffort"
    case priorityClass = "PriorityClass"

    func holds(for pod: Pod, _ requirement: ScopedResourceSelectorRequirement) -> Bool {
        let isTerminating = pod.spec.activeDeadlineSeconds != nil
        let isBestEffort = pod.spec.qosClass == "BestEffort"
        switch self {
        case .terminating: return isTerminating
        case .notTerminating: return !isTerminating
        case .bestEffort: return isBestEffort
        case .notBestEffort: return !isBestEffort
        case .priorityClass: return requirement.holds(for: pod.spec.priorityClassName ?? "")
        }
    }

    /// Upstream's `IsResourceQuotaScopeValidForResource`, of standard resources.
    func allows(_ resource: String) -> Bool {
        resource == "pods" || self != .bestEffort && ResourceNames.computeOfQuota.contains(resource)
    }
}

extension ScopedResourceSelectorRequirement {
    /// As a requirement of labels of which there is none when there is no class.
    fileprivate func holds(for name: String) -> Bool {
        switch self.operator {
        case "Exists": !name.isEmpty
        case "DoesNotExist": name.isEmpty
        case "In": !name.isEmpty && (values ?? []).contains(name)
        case "NotIn": name.isEmpty || !(values ?? []).contains(name)
        default: false
        }
    }
}

extension ResourceQuotaSpec {
    /// The scopes in both forms.
    var requirements: [ScopedResourceSelectorRequirement] {
        (scopes ?? []).map { ScopedResourceSelectorRequirement($0, "Exists") } + (scopeSelector?.matchExpressions ?? [])
    }

    /// Whether the object counts. What is no pod counts in quotas without scopes only.
    public func covers(_ object: any Resource) -> Bool {
        if requirements.isEmpty { return true }
        guard let pod = object as? Pod else { return false }
        return requirements.allSatisfy { QuotaScope(rawValue: $0.scopeName)?.holds(for: pod, $0) ?? false }
    }
}
