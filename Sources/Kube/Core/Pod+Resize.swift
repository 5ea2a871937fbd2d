/// Changing what a pod may use while it runs: the `resize` subresource (KEP-1287).
extension Pod {
    /// Takes from what was sent the resources of containers and what a change of them does, and nothing else (upstream's
    /// `podResizeStrategy`). Containers that are not there stay, to be refused by name.
    public mutating func prepareForResize(old: Pod) {
        let sent = self
        self = old
        metadata.managedFields = sent.metadata.managedFields
        metadata.resourceVersion = sent.metadata.resourceVersion
        spec.containers = Self.resizing(old.spec.containers, as: sent.spec.containers)
        spec.initContainers = sent.spec.initContainers.map { Self.resizing(old.spec.initContainers ?? [], as: $0) }
        if spec != old.spec { metadata.generation = (old.metadata.generation ?? 0) + 1 }
    }

    private static func resizing(_ old: [Container], as sent: [Container]) -> [Container] {
        sent.map { sent in
            guard var container = old.first(where: { $0.name == sent.name }) else { return sent }
            container.resources = sent.resources
            container.resizePolicy = sent.resizePolicy
            return container
        }
    }

    /// Upstream's `ValidatePodResize`. Order:
    /// 1. the pod by itself, as at its creation;
    /// 2. its QoS class, which decides how it is treated when memory is short, stays;
    /// 3. containers are the same ones in the same order; the rest compares them one by one;
    /// 4. what was asked for may change, and not go;
    /// 5. nothing but processors and memory changes, and only of containers that run on.
    public func validateResize(old: Pod) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata) + spec.validate("spec")
        let qos = spec.qosClass
        if old.status?.qosClass ?? old.spec.qosClass != qos {
            errors.append(
                .invalid("spec", .string(qos), "Pod QOS Class may not change as a result of resizing"))
        }
        let order =
            sameContainers(spec.containers, old.spec.containers, "containers")
            + sameContainers(spec.initContainers ?? [], old.spec.initContainers ?? [], "initContainers")
        guard order.isEmpty else { return errors + order }

        var allowed = old.spec
        for index in old.spec.containers.indices {
            let path = (FieldPath("spec") / "containers")[index] / "resources"
            errors += spec.containers[index].refuseRemoval(old.spec.containers[index], path)
            allowed.containers[index].takeResizable(of: spec.containers[index])
        }
        for (index, container) in (old.spec.initContainers ?? []).enumerated() {
            guard let new = spec.initContainers?[index] else { continue }
            let path = (FieldPath("spec") / "initContainers")[index] / "resources"
            if container.isSidecar {
                errors += new.refuseRemoval(container, path)
                allowed.initContainers?[index].takeResizable(of: new)
            } else if new.resources != container.resources {
                errors.append(.forbidden(path, "resources for non-sidecar init containers are immutable"))
                allowed.initContainers?[index].resources = new.resources
            }
        }
        if spec != allowed { errors.append(.forbidden("spec", "only cpu and memory resources are mutable")) }
        return errors
    }

    private func sameContainers(_ new: [Container], _ old: [Container], _ list: String) -> [FieldError] {
        let path = FieldPath("spec") / list
        guard new.count == old.count else {
            return [.forbidden(path, "\(list) may not be added or removed on resize")]
        }
        return zip(new, old).enumerated().filter { $0.element.0.name != $0.element.1.name }.map {
            .forbidden(path[$0.offset] / "name", "\(list) may not be renamed or reordered on resize")
        }
    }
}

extension Container {
    fileprivate func refuseRemoval(_ old: Container, _ path: FieldPath) -> [FieldError] {
        func lacks(_ new: [String: Quantity]?, _ old: [String: Quantity]?) -> Bool {
            (old ?? [:]).keys.contains { new?[$0] == nil }
        }
        var errors: [FieldError] = []
        if lacks(resources?.requests, old.resources?.requests) {
            errors.append(.forbidden(path / "requests", "resource requests cannot be removed"))
        }
        if lacks(resources?.limits, old.resources?.limits) {
            errors.append(.forbidden(path / "limits", "resource limits cannot be removed"))
        }
        return errors
    }

    fileprivate mutating func takeResizable(of new: Container) {
        resources = resources?.takingComputing(of: new.resources) ?? new.resources
    }
}

extension ResourceRequirements {
    /// Processors and memory as the other has them, and the rest as it is.
    fileprivate func takingComputing(of other: ResourceRequirements?) -> ResourceRequirements {
        func merge(_ own: [String: Quantity]?, _ other: [String: Quantity]?) -> [String: Quantity]? {
            var merged = own ?? [:]
            for name in Self.enforced { merged[name] = other?[name] }
            return merged.isEmpty ? other.flatMap { $0.isEmpty ? $0 : nil } : merged
        }
        var result = self
        result.limits = merge(limits, other?.limits)
        result.requests = merge(requests, other?.requests)
        return result
    }
}
