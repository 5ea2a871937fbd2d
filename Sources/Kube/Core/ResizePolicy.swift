/// What a change of one resource does to a running container (`ContainerResizePolicy`).
public struct ContainerResizePolicy: Codable, Hashable, Sendable {
    /// `cpu` or `memory`.
    public var resourceName: String
    /// `NotRequired` or `RestartContainer`.
    public var restartPolicy: String

    public init(resourceName: String, restartPolicy: String) {
        self.resourceName = resourceName
        self.restartPolicy = restartPolicy
    }

    static let resources = ["cpu", "memory"]
    static let policies = ["NotRequired", "RestartContainer"]
}

extension Container {
    /// Whether the program has to be started again when it is to have more or less of a resource.
    public func restartsForResize(of resource: String) -> Bool {
        resizePolicy?.first { $0.resourceName == resource }?.restartPolicy == "RestartContainer"
    }

    /// Of one that runs to its end before the others begin.
    func refuseResizePolicy(_ path: FieldPath) -> [FieldError] {
        guard let resizePolicy, !resizePolicy.isEmpty else { return [] }
        let written = resizePolicy.map { policy -> JSONValue in
            ["resourceName": .string(policy.resourceName), "restartPolicy": .string(policy.restartPolicy)]
        }
        return [.invalid(path, .array(written), "must not be set for init containers")]
    }

    /// Upstream's `validateResizePolicy`, which names the list and not the element.
    func validateResizePolicy(podRestartPolicy: String?, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, policy) in (resizePolicy ?? []).enumerated() {
            let name = policy.resourceName
            if !names.insert(name).inserted { errors.append(.duplicate(path[index], .string(name))) }
            for (value, allowed) in [
                (name, ContainerResizePolicy.resources), (policy.restartPolicy, ContainerResizePolicy.policies),
            ] {
                if value.isEmpty {
                    errors.append(.required(path))
                } else if !allowed.contains(value) {
                    errors.append(.notSupported(path, .string(value), allowed))
                }
            }
            if podRestartPolicy == "Never", policy.restartPolicy != "NotRequired" {
                errors.append(
                    .invalid(
                        path, .string(policy.restartPolicy),
                        "must be 'NotRequired' when `restartPolicy` is 'Never'"))
            }
        }
        return errors
    }
}
