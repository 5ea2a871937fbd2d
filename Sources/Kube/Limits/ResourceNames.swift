/// The names of resources, in upstream's sets (`pkg/apis/core/helper`).
enum ResourceNames {
    static let containers: Set = ["cpu", "memory", "ephemeral-storage"]
    static let computeOfQuota: Set = [
        "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
    ]
    /// Counted whole.
    static let objects: Set = [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ]
    static let ofQuota: Set = computeOfQuota.union(objects).union([
        "ephemeral-storage", "requests.ephemeral-storage", "limits.ephemeral-storage", "requests.storage",
    ])
    static let standard: Set = ofQuota.union(["storage"])

    static func isHugePages(_ name: String) -> Bool {
        name.hasPrefix("hugepages-") || name.hasPrefix("requests.hugepages-")
    }

    /// Upstream's `validateResourceName`.
    static func validate(_ name: String, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = Names.problemsOfQualifiedName(name).map { .invalid(path, .string(name), $0) }
        if errors.isEmpty, !name.contains("/"), !standard.contains(name), !isHugePages(name) {
            errors.append(.invalid(path, .string(name), "must be a standard resource type or fully qualified"))
        }
        return errors
    }

    static func validateForContainers(_ name: String, _ path: FieldPath) -> [FieldError] {
        var errors = validate(name, path)
        if !name.contains("/"), !containers.contains(name), !name.hasPrefix("hugepages-") {
            errors.append(.invalid(path, .string(name), "must be a standard resource for containers"))
        }
        return errors
    }

    static func validateForQuota(_ name: String, _ path: FieldPath) -> [FieldError] {
        var errors = validate(name, path)
        if !name.contains("/"), !ofQuota.contains(name), !isHugePages(name) {
            errors.append(.invalid(path, .string(name), "must be a standard resource for quota"))
        }
        return errors
    }

    /// Upstream's `ValidateResourceQuantityValue`: objects and devices come whole.
    static func validateAmount(_ amount: Quantity, of name: String, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if amount < .zero {
            errors.append(.invalid(path, .string(amount.text), "must be greater than or equal to 0"))
        }
        let isWhole = objects.contains(name) || name.contains("/") && !name.contains("kubernetes.io/")
        if isWhole, amount.milliValue % 1000 != 0 {
            errors.append(.invalid(path, .string(amount.text), "must be an integer"))
        }
        return errors
    }
}
