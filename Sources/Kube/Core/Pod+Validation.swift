extension Pod: Strategic {
    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + spec.validate("spec")
            + Addition.errors(of: self, old: nil) + spec.supportErrors("spec")
    }

    /// Pods are replaced, not changed: only the deadline may shrink and tolerations may be added.
    public func validateUpdate(old: Pod) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata) + spec.validate("spec")
        let path: FieldPath = "spec.activeDeadlineSeconds"
        switch (old.spec.activeDeadlineSeconds, spec.activeDeadlineSeconds) {
        case (let old?, let new?) where new > old:
            errors.append(.invalid(path, .integer(new), "must be less than or equal to previous value"))
        case (.some, nil):
            errors.append(
                .invalid(path, .null, "must not update from a positive integer to nil value"))
        default: break
        }
        var allowed = old.spec
        allowed.activeDeadlineSeconds = spec.activeDeadlineSeconds
        if (old.spec.tolerations ?? []).allSatisfy({ (spec.tolerations ?? []).contains($0) }) {
            allowed.tolerations = spec.tolerations
        }
        if spec != allowed {
            errors.append(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.activeDeadlineSeconds`,`spec.tolerations` "
                        + "(only additions to existing tolerations)"))
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
        errors += Rules.nonnegative(terminationGracePeriodSeconds, path / "terminationGracePeriodSeconds")
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
