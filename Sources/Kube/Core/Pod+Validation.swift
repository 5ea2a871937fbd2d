extension Pod: Strategic {
    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + spec.validate("spec")
            + Addition.errors(of: self, old: nil) + spec.supportErrors("spec")
    }

    /// Pods are replaced, not changed, but for what running ones can follow (upstream's `ValidatePodUpdate`).
    public func validateUpdate(old: Pod) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata) + spec.validate("spec")
        for (list, new, old) in [
            ("containers", spec.containers, old.spec.containers),
            ("initContainers", spec.initContainers ?? [], old.spec.initContainers ?? []),
        ] where new.count != old.count {
            let path: FieldPath = "spec"
            return errors + [.forbidden(path / list, "pod updates may not add or remove containers")]
        }
        let path: FieldPath = "spec.activeDeadlineSeconds"
        switch (old.spec.activeDeadlineSeconds, spec.activeDeadlineSeconds) {
        case (let old?, let new?) where new > old:
            errors.append(.invalid(path, .integer(new), "must be less than or equal to previous value"))
        case (.some, nil):
            errors.append(
                .invalid(path, .null, "must not update from a positive integer to nil value"))
        default: break
        }
        if spec != old.spec.taking(changesOf: spec) {
            errors.append(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                        + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                        + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
                        + "to 1 if it was previously negative)"))
        }
        return errors + Addition.errors(of: self, old: old)
    }

    public func validateStatusUpdate(old: Pod) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata)
    }

    public func warnings(old: Pod?) -> [String] {
        let additions = Addition.warnings(of: self, old: old)
        if let old, old.spec == spec { return additions }
        return spec.supportWarnings("spec") + additions
    }
}

extension PodSpec {
    /// This one with what may change in a pod as it is in `new`, which has as many containers.
    fileprivate func taking(changesOf new: PodSpec) -> PodSpec {
        var result = self
        for index in containers.indices { result.containers[index].image = new.containers[index].image }
        for index in (initContainers ?? []).indices {
            result.initContainers?[index].image = new.initContainers?[index].image
        }
        result.activeDeadlineSeconds = new.activeDeadlineSeconds
        if (tolerations ?? []).allSatisfy({ (new.tolerations ?? []).contains($0) }) {
            result.tolerations = new.tolerations
        }
        if terminationGracePeriodSeconds ?? 0 < 0, new.terminationGracePeriodSeconds == 1 {
            result.terminationGracePeriodSeconds = 1
        }
        return result
    }

    /// Upstream's `ValidatePodSpec`, without what `support` refuses anyway.
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = validateVolumes(path) + validateContainers(path)
        errors += Rules.oneOf(restartPolicy, ["Always", "OnFailure", "Never"], path / "restartPolicy")
        errors += Rules.oneOf(
            dnsPolicy, ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], path / "dnsPolicy")
        errors += ObjectMeta.validateLabels(nodeSelector, path / "nodeSelector")
        errors += securityContext?.validate(path / "securityContext") ?? []
        errors += validateSysctls(path / "securityContext" / "sysctls")
        if shareProcessNamespace == true, hostPID == true {
            // Upstream keeps both of them in the security context, and says so.
            errors.append(
                .invalid(
                    path / "securityContext" / "shareProcessNamespace", true,
                    "ShareProcessNamespace and HostPID cannot both be enabled"))
        }
        errors += validatePorts(path)
        errors += validateHostUsers(path)
        errors += validatePodResources(path / "resources")
        errors += validateDNS(path / "dnsConfig")
        if let name = serviceAccountName, !name.isEmpty {
            errors += Names.problemsOfSubdomain(name).map {
                .invalid(path / "serviceAccountName", .string(name), $0)
            }
        }
        if let nodeName, !nodeName.isEmpty {
            errors += Names.problemsOfSubdomain(nodeName).map { .invalid(path / "nodeName", .string(nodeName), $0) }
        }
        if let seconds = activeDeadlineSeconds, !(1...Int64(Int32.max)).contains(seconds) {
            errors.append(
                .invalid(
                    path / "activeDeadlineSeconds", .integer(seconds),
                    "must be between 1 and \(Int32.max), inclusive"))
        }
        if let hostname, !hostname.isEmpty {
            errors += Names.problemsOfLabel(hostname).map { .invalid(path / "hostname", .string(hostname), $0) }
        }
        if let subdomain, !subdomain.isEmpty {
            errors += Names.problemsOfLabel(subdomain).map { .invalid(path / "subdomain", .string(subdomain), $0) }
        }
        errors += validateHostnameOverride(path)
        for (index, alias) in (hostAliases ?? []).enumerated() {
            errors += alias.validate((path / "hostAliases")[index])
        }
        return errors
    }
}
