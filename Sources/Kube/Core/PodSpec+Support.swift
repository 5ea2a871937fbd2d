// What becomes of each field of a pod here. To support a field, change its row.

extension Optional where Wrapped: Collection {
    fileprivate var isFilled: Bool { self?.isEmpty == false }
}

extension PodSpec {
    static let support = SupportTable<PodSpec>([
        .supported("volumes"), .supported("initContainers"), .supported("containers"),
        .refused("ephemeralContainers", "ephemeral containers cannot be set on create") {
            $0.ephemeralContainers.isFilled
        },
        .supported("restartPolicy"), .supported("terminationGracePeriodSeconds"), .supported("activeDeadlineSeconds"),
        .supported("dnsPolicy"),
        .accepted("nodeSelector", "ignored: there is only this host") { $0.nodeSelector.isFilled },
        .accepted("serviceAccountName", "ignored: pods get no API credentials") {
            $0.serviceAccountName ?? "default" != "default" && $0.serviceAccountName != ""
        },
        .accepted("serviceAccount", "ignored: pods get no API credentials") {
            $0.serviceAccount ?? "default" != "default" && $0.serviceAccount != ""
        },
        .accepted("automountServiceAccountToken", "ignored: pods get no API credentials") {
            $0.automountServiceAccountToken == true
        },
        .supported("nodeName"), .supported("hostNetwork"), .supported("hostPID"), .supported("hostIPC"),
        .supported("hostUsers"), .supported("shareProcessNamespace"),
        .supported("securityContext"),
        .accepted("imagePullSecrets", "ignored: images are imported, not pulled") { $0.imagePullSecrets.isFilled },
        .supported("hostname"), .supported("subdomain"), .supported("hostnameOverride"),
        .accepted("affinity", "ignored: there is only this host") { $0.affinity != nil },
        .accepted("schedulerName", "ignored: there is only this host") {
            $0.schedulerName ?? PodSpec.defaultScheduler != PodSpec.defaultScheduler
        },
        .supported("tolerations"),
        .supported("hostAliases"),
        .supported("priorityClassName"), .supported("priority"),
        .supported("dnsConfig"),
        .supported("readinessGates"),
        .refused("runtimeClassName", "there is one runtime, stint's own") { $0.runtimeClassName ?? "" != "" },
        .supported("enableServiceLinks"), .supported("preemptionPolicy"),
        .refused("overhead") { $0.overhead != nil },
        .accepted("topologySpreadConstraints", "ignored: there is only this host") {
            $0.topologySpreadConstraints.isFilled
        },
        .supported("setHostnameAsFQDN"),
        .refused("os", "only linux is supported") { $0.os != nil && $0.os?["name"]?.string != "linux" },
        .refused("schedulingGates") { $0.schedulingGates.isFilled },
        .refused("resourceClaims") { $0.resourceClaims.isFilled },
        .supported("resources"),
    ])

    func supportErrors(_ path: FieldPath) -> [FieldError] {
        var errors = Self.support.errors(in: self, path) + volumeSupportErrors(path)
        if let resources { errors += resources.supportErrors(path / "resources") }
        if let securityContext {
            errors += PodSecurityContext.support.errors(in: securityContext, path / "securityContext")
        }
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            for (index, container) in containers.enumerated() {
                errors += container.supportErrors((path / list)[index])
            }
        }
        return errors
    }

    func supportWarnings(_ path: FieldPath) -> [String] {
        var warnings = Self.support.warnings(in: self, path)
        if let securityContext {
            warnings += PodSecurityContext.support.warnings(in: securityContext, path / "securityContext")
        }
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            for (index, container) in containers.enumerated() {
                warnings += Container.support.warnings(in: container, (path / list)[index])
            }
        }
        return warnings
    }
}

extension PodSecurityContext {
    static let support = SupportTable<PodSecurityContext>([
        .refused("seLinuxOptions") { $0.seLinuxOptions.isMeant },
        .refused("windowsOptions", "only linux is supported") { $0.windowsOptions.isMeant },
        .supported("runAsUser"), .supported("runAsGroup"), .supported("runAsNonRoot"), .supported("supplementalGroups"),
        .supported("supplementalGroupsPolicy"), .supported("fsGroup"), .supported("sysctls"),
        .supported("fsGroupChangePolicy"),
        .supported("seccompProfile"),
        .refused("appArmorProfile") { $0.appArmorProfile.isConfined },
        .accepted("seLinuxChangePolicy", "ignored: SELinux is not supported by stint yet") {
            $0.seLinuxChangePolicy != nil
        },
    ])
}

extension Container {
    static let support = SupportTable<Container>([
        .supported("name"), .supported("image"), .supported("command"), .supported("args"), .supported("workingDir"),
        .supported("ports"),
        .supported("envFrom"), .supported("env"), .supported("resources"), .supported("resizePolicy"),
        .supported("restartPolicy"), .supported("restartPolicyRules"), .supported("volumeMounts"),
        .refused("volumeDevices") { $0.volumeDevices.isFilled },
        .supported("livenessProbe"), .supported("readinessProbe"), .supported("startupProbe"), .supported("lifecycle"),
        .supported("terminationMessagePath"), .supported("terminationMessagePolicy"), .supported("imagePullPolicy"),
        .supported("securityContext"),
        .supported("stdin"), .supported("stdinOnce"), .supported("tty"),
    ])

    func supportErrors(_ path: FieldPath) -> [FieldError] {
        var errors = Self.support.errors(in: self, path)
        if let securityContext {
            errors += SecurityContext.support.errors(in: securityContext, path / "securityContext")
        }
        for (index, variable) in (env ?? []).enumerated() {
            guard let source = variable.valueFrom else { continue }
            errors += EnvVarSource.support.errors(in: source, (path / "env")[index] / "valueFrom")
        }
        if let resources { errors += resources.supportErrors(path / "resources") }
        return errors + checkSupportErrors(path)
    }

    /// Of probes and hooks.
    private func checkSupportErrors(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        for (field, probe) in [
            ("livenessProbe", livenessProbe), ("readinessProbe", readinessProbe), ("startupProbe", startupProbe),
        ] {
            guard let probe else { continue }
            errors += Probe.support.errors(in: probe, path / field)
            errors += probe.httpGet.map { HTTPGetAction.support.errors(in: $0, path / field / "httpGet") } ?? []
        }
        for (field, hook) in [("postStart", lifecycle?.postStart), ("preStop", lifecycle?.preStop)] {
            guard let hook else { continue }
            let path = path / "lifecycle" / field
            errors += LifecycleHandler.support.errors(in: hook, path)
            errors += hook.httpGet.map { HTTPGetAction.support.errors(in: $0, path / "httpGet") } ?? []
        }
        return errors
    }
}

extension Probe {
    static let support = SupportTable<Probe>([
        .supported("exec"), .supported("httpGet"), .supported("tcpSocket"), .refused("grpc") { $0.grpc != nil },
        .supported("initialDelaySeconds"), .supported("timeoutSeconds"), .supported("periodSeconds"),
        .supported("successThreshold"), .supported("failureThreshold"), .supported("terminationGracePeriodSeconds"),
    ])
}

extension LifecycleHandler {
    static let support = SupportTable<LifecycleHandler>([
        .supported("exec"), .supported("httpGet"), .supported("sleep"),
        .refused("tcpSocket", "it has no effect, and a hook of this kind fails") { $0.tcpSocket != nil },
    ])
}

extension HTTPGetAction {
    static let support = SupportTable<HTTPGetAction>([
        .supported("path"), .supported("port"), .supported("host"), .supported("scheme"), .supported("httpHeaders"),
        .refused("protocol", "only HTTP1 is supported") { $0.protocol ?? "HTTP1" != "HTTP1" },
    ])
}

extension ResourceRequirements {
    static let enforced = ["cpu", "memory"]

    /// A limit that would not hold must not be promised. Requests of anything else only matter where pods are placed.
    func supportErrors(_ path: FieldPath) -> [FieldError] {
        let held = Self.enforced + ["ephemeral-storage"]
        var errors = (limits ?? [:]).keys.sorted().filter { !held.contains($0) }.map {
            FieldError.forbidden((path / "limits")[key: $0], "stint cannot enforce this limit yet")
        }
        errors += (requests ?? [:]).keys.sorted().filter { $0.contains("/") || $0.hasPrefix("hugepages-") }.map {
            .forbidden((path / "requests")[key: $0], "this host does not have that resource")
        }
        if claims.isFilled { errors.append(.forbidden(path / "claims", "not supported by stint yet")) }
        return errors
    }
}

extension EnvVarSource {
    static let support = SupportTable<EnvVarSource>([
        .supported("fieldRef"), .supported("resourceFieldRef"), .supported("configMapKeyRef"),
        .supported("secretKeyRef"),
        .refused("fileKeyRef") { $0.fileKeyRef != nil },
    ])
}

extension SecurityContext {
    static let support = SupportTable<SecurityContext>([
        .supported("capabilities"), .supported("privileged"),
        .refused("seLinuxOptions") { $0.seLinuxOptions.isMeant },
        .refused("windowsOptions", "only linux is supported") { $0.windowsOptions.isMeant },
        .supported("runAsUser"), .supported("runAsGroup"), .supported("runAsNonRoot"),
        .supported("readOnlyRootFilesystem"), .supported("allowPrivilegeEscalation"), .supported("procMount"),
        .supported("seccompProfile"),
        .refused("appArmorProfile") { $0.appArmorProfile.isConfined },
    ])
}

extension Optional<JSONValue> {
    /// Written, and not an empty object.
    fileprivate var isMeant: Bool { self != nil && self != .object([:]) }

    /// An AppArmor profile that asks for more than nothing.
    fileprivate var isConfined: Bool { isMeant && self?["type"]?.string != "Unconfined" }
}
