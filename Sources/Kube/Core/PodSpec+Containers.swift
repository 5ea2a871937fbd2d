extension PodSpec {
    /// Upstream's `validateContainers` and `validateInitContainers`. Names are unique over both lists.
    func validateContainers(_ path: FieldPath) -> [FieldError] {
        var names: Set<String> = []
        var errors: [FieldError] = []
        let grace = terminationGracePeriodSeconds
        let os = os?["name"]?.string
        if containers.isEmpty { errors.append(.required(path / "containers")) }
        for (index, container) in containers.enumerated() {
            let path = (path / "containers")[index]
            errors += container.validateName(&names, path)
            errors += container.validate(path)
            errors += container.validateLife(grace: grace, os: os, path)
            errors += container.validateResizePolicy(podRestartPolicy: restartPolicy, path / "resizePolicy")
        }
        for (index, container) in (initContainers ?? []).enumerated() {
            let path = (path / "initContainers")[index]
            errors += container.validateName(&names, path)
            errors += container.validate(path)
            errors +=
                container.isSidecar
                ? container.validateLife(grace: grace, os: os, path) : container.refuseLife(path)
            // A sidecar is started again, whatever becomes of the others.
            errors +=
                container.isSidecar
                ? container.validateResizePolicy(podRestartPolicy: "Always", path / "resizePolicy")
                : container.refuseResizePolicy(path / "resizePolicy")
        }
        return errors
    }
}

extension Container {
    fileprivate func validateName(_ names: inout Set<String>, _ path: FieldPath) -> [FieldError] {
        if name.isEmpty { return [.required(path / "name")] }
        let problems = Names.problemsOfLabel(name).map { FieldError.invalid(path / "name", .string(name), $0) }
        return names.insert(name).inserted ? problems : problems + [.duplicate(path / "name", .string(name))]
    }

    /// Checks and hooks.
    fileprivate func validateLife(grace: Int64?, os: String?, _ path: FieldPath) -> [FieldError] {
        (lifecycle?.validate(grace: grace, os: os, path / "lifecycle") ?? [])
            + (livenessProbe?.validateEnding(grace: grace, path / "livenessProbe") ?? [])
            + (readinessProbe?.validateReadiness(grace: grace, path / "readinessProbe") ?? [])
            + (startupProbe?.validateEnding(grace: grace, path / "startupProbe") ?? [])
    }

    /// An init container runs to its end before anything waits for it.
    fileprivate func refuseLife(_ path: FieldPath) -> [FieldError] {
        let set = [
            ("lifecycle", lifecycle != nil), ("livenessProbe", livenessProbe != nil),
            ("readinessProbe", readinessProbe != nil), ("startupProbe", startupProbe != nil),
        ]
        return set.filter(\.1).map { field, _ in
            .forbidden(path / field, "may not be set for init containers without restartPolicy=Always")
        }
    }
}

extension PodSpec {
    /// The conditions that `readinessGates` names.
    public var readinessConditions: [String] { (readinessGates ?? []).compactMap { $0["conditionType"]?.string } }
}
