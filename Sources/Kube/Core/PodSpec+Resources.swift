// Resources of a pod as a whole (KEP-2837).

extension PodSpec {
    /// A pod that limits itself requests what its containers do, and its limit of what none of them requests (upstream
    /// `defaultPodRequests`). After the containers' own defaults.
    mutating func requestWhatPodLimits() {
        guard let limits = resources?.limits, !limits.isEmpty else { return }
        let ofContainers = PodResources.containerRequests(self).filter {
            ResourceRequirements.enforced.contains($0.key)
        }
        let missing = ofContainers.merging(limits.filter { Self.isForPods($0.key) }) { requested, _ in requested }
        let requests = (resources?.requests ?? [:]).merging(missing) { written, _ in written }
        if !requests.isEmpty { resources?.requests = requests }
    }

    /// Of all containers and the pod, once something else than their author has filled them in.
    public func validateResources(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            for (index, container) in containers.enumerated() {
                errors += container.resources?.validate((path / list)[index] / "resources") ?? []
                errors += container.resources?.supportErrors((path / list)[index] / "resources") ?? []
            }
        }
        return errors + validatePodResources(path / "resources")
    }

    /// Upstream's `validatePodResources`.
    func validatePodResources(_ path: FieldPath) -> [FieldError] {
        guard let resources else { return [] }
        var errors: [FieldError] = []
        if resources.claims?.isEmpty == false {
            errors.append(.forbidden(path / "claims", "may not be set at pod-level"))
        }
        errors += resources.validate(path, isForPod: true)
        for (name, amount) in PodResources.containerRequests(self).sorted(by: { $0.key < $1.key }) {
            guard let own = podLevel(\.requests)[name], amount > own else { continue }
            errors.append(
                .invalid(
                    (path / "requests")[key: name], .string(own.text),
                    "must be greater than or equal to aggregate container requests of \(amount)"))
        }
        for (index, container) in containers.enumerated() {
            for (name, amount) in (container.resources?.limits ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let own = podLevel(\.limits)[name], amount > own else { continue }
                // The path is upstream's, odd as it is.
                errors.append(
                    .invalid(
                        (path / "containers")[index][key: name] / "limits", .string(amount.text),
                        "must be less than or equal to pod limits of \(own)"))
            }
        }
        return errors
    }
}
