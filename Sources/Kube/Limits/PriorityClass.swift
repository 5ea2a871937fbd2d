/// A PriorityClass (scheduling.k8s.io/v1): a name for how important pods are.
public struct PriorityClass: Resource {
    public static let type = ResourceType(
        group: "scheduling.k8s.io", kind: "PriorityClass", plural: "priorityclasses", singular: "priorityclass",
        shortNames: ["pc"], isNamespaced: false)

    public var apiVersion: String? = PriorityClass.type.apiVersion
    public var kind: String? = PriorityClass.type.kind
    public var metadata: ObjectMeta
    public var value: Int32
    /// Of pods that name no class.
    public var globalDefault: Bool?
    public var description: String?
    public var preemptionPolicy: String?

    public init(metadata: ObjectMeta, value: Int32) {
        self.metadata = metadata
        self.value = value
    }
}

extension PriorityClass {
    static let systemPrefix = "system-"
    /// Upstream's `HighestUserDefinablePriority`.
    static let highestOfUsers: Int32 = 1_000_000_000

    /// The two that every cluster has.
    public static let system: [PriorityClass] = [
        make(
            "system-node-critical", 2_000_001_000,
            "Used for system critical pods that must not be moved from their current node."),
        make(
            "system-cluster-critical", 2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
        ),
    ]

    private static func make(_ name: String, _ value: Int32, _ description: String) -> PriorityClass {
        var made = PriorityClass(metadata: ObjectMeta(name: name), value: value)
        made.description = description
        made.applyDefaults()
        return made
    }

    public static func isSystem(_ name: String) -> Bool { name.hasPrefix(systemPrefix) }

    public var isGlobalDefault: Bool { globalDefault == true }

    /// Of several defaults, which only an old state can have, the least important.
    static func globalDefault(of classes: [PriorityClass]) -> PriorityClass? {
        classes.filter(\.isGlobalDefault).min { $0.value < $1.value }
    }

    /// Upstream's `Priority` admission of classes: the refusal, if there is another default.
    public func refusal(among classes: [PriorityClass]) -> String? {
        guard isGlobalDefault, let known = Self.globalDefault(of: classes.filter { $0.name != name }) else {
            return nil
        }
        return "PriorityClass \(known.name) is already marked as default. Only one default can exist"
    }
}

extension PriorityClass: Strategic {
    public mutating func applyDefaults() { preemptionPolicy = preemptionPolicy ?? PodSpec.preemptLowerPriority }

    public func validate() -> [FieldError] {
        var errors = metadata.validate(isNamespaced: false, checkName: Names.problemsOfSubdomain)
        if Self.isSystem(name) {
            if let problem = problemOfSystemClass {
                errors.append(
                    .forbidden(
                        "metadata.name",
                        "priority class names with '\(Self.systemPrefix)' prefix are reserved for system use only. error: "
                            + problem))
            }
        } else if value > Self.highestOfUsers {
            errors.append(
                .forbidden("value", "maximum allowed value of a user defined priority is \(Self.highestOfUsers)"))
        }
        if preemptionPolicy == "" { return errors + [.required("preemptionPolicy")] }
        return errors + Rules.oneOf(preemptionPolicy, [PodSpec.preemptLowerPriority, "Never"], "preemptionPolicy")
    }

    private var problemOfSystemClass: String? {
        guard let known = Self.system.first(where: { $0.name == name }) else {
            return "\(name) is not a known system priority class"
        }
        if value != known.value { return "value of \(name) PriorityClass must be \(known.value)" }
        return isGlobalDefault ? "globalDefault of \(name) PriorityClass must be false" : nil
    }

    public func validateUpdate(old: PriorityClass) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata)
        if value != old.value { errors.append(.forbidden("value", "may not be changed in an update.")) }
        return errors + Rules.immutable(preemptionPolicy, old.preemptionPolicy, "preemptionPolicy")
    }
}

extension PodSpec {
    static let preemptLowerPriority = "PreemptLowerPriority"

    /// Gives a new pod the priority of its class (upstream's `Priority` admission).
    ///
    /// - Returns: why it must not be made.
    public mutating func takePriority(from classes: [PriorityClass]) -> String? {
        let asked = priorityClassName ?? ""
        let found =
            asked.isEmpty ? PriorityClass.globalDefault(of: classes) : classes.first { $0.name == asked }
        if found == nil, !asked.isEmpty { return "no PriorityClass with name \(asked) was found" }
        let value = Int(found?.value ?? 0)
        if let priority, priority != value {
            return
                "the integer value of priority (\(priority)) must not be provided in pod spec; priority admission controller "
                + "computed \(value) from the given PriorityClass name"
        }
        let policy = found?.preemptionPolicy ?? Self.preemptLowerPriority
        if let preemptionPolicy, preemptionPolicy != policy {
            return
                "the string value of PreemptionPolicy (\(preemptionPolicy)) must not be provided in pod spec; priority "
                + "admission controller computed \(policy) from the given PriorityClass name"
        }
        priorityClassName = found?.name ?? priorityClassName
        priority = value
        preemptionPolicy = policy
        return nil
    }
}
