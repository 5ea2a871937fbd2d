extension ClusterService {
    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfServiceName) + spec.validate("spec")
    }

    public func validateUpdate(old: ClusterService) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata)
        let path = ("spec" as FieldPath) / "clusterIPs"
        if spec.type != "ExternalName", old.spec.type != "ExternalName", let before = old.spec.clusterIPs?.first {
            if let now = spec.clusterIPs?.first {
                if now != before {
                    errors.append(.invalid(path[0], Rules.tree(spec.clusterIPs), "may not change once set"))
                }
            } else {
                errors.append(.invalid(path[0], Rules.tree(spec.clusterIPs), "primary clusterIP can not be unset"))
            }
        }
        return errors + spec.validate("spec")
    }

    public func validateStatusUpdate(old: ClusterService) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata)
    }
}

extension ServiceSpec {
    static let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]

    /// Upstream's `ValidateService`, in its order.
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if (ports ?? []).isEmpty, !isHeadless, type != "ExternalName" { errors.append(.required(path / "ports")) }
        errors += validateType(path)
        errors += validatePorts(path / "ports")
        errors += ObjectMeta.validateLabels(selector, path / "selector")
        errors += Rules.oneOf(sessionAffinity, ["ClientIP", "None"], path / "sessionAffinity")
        if sessionAffinity == "ClientIP" {
            errors += validateAffinity(path / "sessionAffinityConfig" / "clientIP" / "timeoutSeconds")
        }
        if type != "ExternalName" { errors += validateAddresses(path) }
        for (index, address) in (externalIPs ?? []).enumerated() where !IPAddress.isValid(address) {
            errors.append(.invalid((path / "externalIPs")[index], .string(address), IPAddress.problem))
        }
        errors += Rules.oneOf(type, Self.types, path / "type")
        errors += validateTraffic(path)
        return errors
    }

    private func validateType(_ path: FieldPath) -> [FieldError] {
        switch type {
        case "LoadBalancer" where isHeadless, "NodePort" where isHeadless:
            return [
                .invalid(
                    (path / "clusterIPs")[0], .string(Self.headless),
                    "may not be set to 'None' for \(type ?? "") services")
            ]
        case "ExternalName":
            var errors: [FieldError] = []
            let why = "may not be set for ExternalName services"
            if clusterIPs?.isEmpty == false { errors.append(.forbidden(path / "clusterIPs", why)) }
            if ipFamilies?.isEmpty == false { errors.append(.forbidden(path / "ipFamilies", why)) }
            if ipFamilyPolicy != nil { errors.append(.forbidden(path / "ipFamilyPolicy", why)) }
            // A trailing dot says that the name is whole.
            var name = externalName ?? ""
            if name.hasSuffix(".") { name.removeLast() }
            if name.isEmpty { return errors + [.required(path / "externalName")] }
            return errors
                + Names.problemsOfSubdomain(name).map { .invalid(path / "externalName", .string(name), $0) }
        default: return []
        }
    }

    private func validateAffinity(_ path: FieldPath) -> [FieldError] {
        let (seconds, maximum) = (sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 0, 86_400)
        if (1...maximum).contains(seconds) { return [] }
        return [
            .invalid(path, .integer(Int64(seconds)), "must be greater than 0 and less than \(maximum)")
        ]
    }

    private func validateAddresses(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let first = clusterIPs?.first, first != clusterIP {
            errors.append(
                .invalid(path / "clusterIPs", Rules.tree(clusterIPs), "first value must match `clusterIP`"))
        }
        for (index, family) in (ipFamilies ?? []).enumerated() {
            let path = (path / "ipFamilies")[index]
            errors += Rules.oneOf(family, ["IPv4", "IPv6"], path)
            if (ipFamilies ?? [])[..<index].contains(family) { errors.append(.duplicate(path, .string(family))) }
            if family == "IPv6" { errors.append(.invalid(path, .string(family), "not configured on this cluster")) }
        }
        errors += Rules.oneOf(
            ipFamilyPolicy, ["PreferDualStack", "RequireDualStack", "SingleStack"], path / "ipFamilyPolicy")
        if ipFamilyPolicy == "RequireDualStack" {
            errors.append(
                .invalid(
                    path / "ipFamilyPolicy", "RequireDualStack",
                    "this cluster is not configured for dual-stack services"))
        }
        for (index, address) in (clusterIPs ?? []).enumerated() {
            if index == 0, address == Self.headless {
                if (clusterIPs ?? []).count > 1 {
                    errors.append(
                        .invalid(
                            path / "clusterIPs", Rules.tree(clusterIPs), "'None' must be the first and only value"))
                }
            } else if !IPAddress.isValid(address) {
                errors.append(.invalid((path / "clusterIPs")[index], .string(address), IPAddress.problem))
            } else if index > 0 {
                errors.append(
                    .invalid(
                        (path / "clusterIPs")[index], .string(address),
                        "this cluster is not configured for dual-stack services"))
            }
        }
        return errors
    }

    private func validateTraffic(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if type != "LoadBalancer" {
            let why = "may only be used when `type` is 'LoadBalancer'"
            if loadBalancerSourceRanges?.isEmpty == false {
                errors.append(.forbidden(path / "LoadBalancerSourceRanges", why))
            }
            if allocateLoadBalancerNodePorts != nil {
                errors.append(.forbidden(path / "allocateLoadBalancerNodePorts", why))
            }
            if loadBalancerClass != nil { errors.append(.forbidden(path / "loadBalancerClass", why)) }
        }
        if let policy = externalTrafficPolicy, !policy.isEmpty, !isReachedFromOutside {
            errors.append(
                .invalid(
                    path / "externalTrafficPolicy", .string(policy),
                    "may only be set for externally-accessible services"))
        } else if isReachedFromOutside {
            errors += Rules.oneOf(externalTrafficPolicy, ["Cluster", "Local"], path / "externalTrafficPolicy")
        }
        if let port = healthCheckNodePort, port != 0, type != "LoadBalancer" || externalTrafficPolicy != "Local" {
            errors.append(
                .invalid(
                    path / "healthCheckNodePort", .integer(Int64(port)),
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"))
        }
        errors += Rules.oneOf(internalTrafficPolicy, ["Cluster", "Local"], path / "internalTrafficPolicy")
        errors += Rules.oneOf(
            trafficDistribution, ["PreferClose", "PreferSameNode", "PreferSameZone"], path / "trafficDistribution")
        return errors
    }
}
