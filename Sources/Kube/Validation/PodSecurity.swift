/// The level "baseline" of the Pod Security Standards: what a pod must not ask for if its author is not trusted with the
/// host. Rules, order and words are upstream's (`pod-security-admission/policy`), for its latest version.
///
/// It reads the JSON of a pod's spec, so that a field counts from the day it can be decoded, whatever type it has then.
public enum PodSecurity {
    public struct Violation: Equatable, Sendable {
        public var reason: String
        public var detail: String

        public init(_ reason: String, _ detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    /// - Parameter annotations: of the pod, or of the template it is made from.
    public static func baselineViolations(spec: JSONValue, annotations: [String: String] = [:]) -> [Violation] {
        let pod = PodFacts(spec: spec, annotations: annotations)
        let checks = [
            pod.appArmor, pod.capabilities, pod.hostNamespaces, pod.hostPathVolumes, pod.hostPorts, pod.hostsOfProbes,
            pod.privileged, pod.procMount, pod.seLinux, pod.seccomp, pod.sysctls, pod.windowsHostProcess,
        ]
        return checks.compactMap { $0 }
    }

    /// `violates PodSecurity "baseline:latest": …`; nil when there is nothing to say.
    public static func message(_ violations: [Violation]) -> String? {
        guard !violations.isEmpty else { return nil }
        let list = violations.map { "\($0.reason) (\($0.detail))" }
        return "violates PodSecurity \"baseline:latest\": \(list.joined(separator: ", "))"
    }
}

/// One pod, as the checks look at it; each is nil when the pod passes.
private struct PodFacts {
    let spec: JSONValue
    let annotations: [String: String]
    /// Of every kind: all of them run.
    let containers: [JSONValue]

    init(spec: JSONValue, annotations: [String: String]) {
        self.spec = spec
        self.annotations = annotations
        containers = ["initContainers", "containers", "ephemeralContainers"].flatMap { spec[$0]?.array ?? [] }
    }

    var appArmor: PodSecurity.Violation? {
        let prefix = "container.apparmor.security.beta.kubernetes.io/"
        let isBad = { (context: JSONValue) in
            !["", "RuntimeDefault", "Localhost"].contains(text(context["appArmorProfile"]?["type"]))
        }
        var setters = setters(where: isBad)
        var values = values { isBad($0) ? text($0["appArmorProfile"]?["type"]).goQuoted : nil }
        let bad = annotations.filter { key, value in
            key.hasPrefix(prefix) && !value.isEmpty && value != "runtime/default" && !value.hasPrefix("localhost/")
        }
        if !bad.isEmpty {
            setters.append(bad.count == 1 ? "annotation" : "annotations")
            values += bad.map { "\($0.key)=\($0.value.goQuoted)" }.sorted()
        }
        guard !setters.isEmpty else { return nil }
        return .init(
            "forbidden AppArmor profile" + (values.count == 1 ? "" : "s"),
            "\(setters.joined(separator: " and ")) must not set AppArmor profile type to "
                + values.joined(separator: ", "))
    }

    /// Container engines grant these to everybody.
    private static let defaultCapabilities: Set = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
        "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    var capabilities: PodSecurity.Violation? {
        containerViolation("non-default capabilities") { container in
            (container["securityContext"]?["capabilities"]?["add"]?.array ?? []).map(text)
                .filter { !Self.defaultCapabilities.contains($0) }
        } detail: { names, values in
            "\(names) must not include \(quoted(values)) in securityContext.capabilities.add"
        }
    }

    var hostNamespaces: PodSecurity.Violation? {
        let set = ["hostNetwork", "hostPID", "hostIPC"].filter { spec[$0] == .bool(true) }
        return set.isEmpty ? nil : .init("host namespaces", set.map { "\($0)=true" }.joined(separator: ", "))
    }

    var hostPathVolumes: PodSecurity.Violation? {
        let names = (spec["volumes"]?.array ?? []).filter { isSet($0["hostPath"]) }.map { text($0["name"]) }
        return names.isEmpty ? nil : .init("hostPath volumes", counted("volume", names))
    }

    var hostPorts: PodSecurity.Violation? {
        var ports: Set<String> = []
        var names: [String] = []
        for container in containers {
            let used = (container["ports"]?.array ?? []).compactMap { $0["hostPort"]?.integer }.filter { $0 != 0 }
            guard !used.isEmpty else { continue }
            names.append(text(container["name"]))
            ports.formUnion(used.map { String($0) })
        }
        guard !names.isEmpty else { return nil }
        let verb = names.count == 1 ? "uses" : "use"
        let noun = ports.count == 1 ? "hostPort" : "hostPorts"
        return .init(
            "hostPort", "\(counted("container", names)) \(verb) \(noun) \(ports.sorted().joined(separator: ", "))")
    }

    /// A probe is run by the host, so its target is what the host can reach.
    var hostsOfProbes: PodSecurity.Violation? {
        containerViolation("probe or lifecycle host") { container in
            var hooks = ["livenessProbe", "readinessProbe", "startupProbe"].compactMap { container[$0] }
            hooks += ["postStart", "preStop"].compactMap { container["lifecycle"]?[$0] }
            return hooks.flatMap { hook in ["httpGet", "tcpSocket"].map { text(hook[$0]?["host"]) } }
                .filter { !$0.isEmpty }
        } detail: { names, values in
            "\(names) must not set probe or lifecycle host to \(quoted(values))"
        }
    }

    var privileged: PodSecurity.Violation? {
        let names = containers.filter { $0["securityContext"]?["privileged"] == .bool(true) }.map { text($0["name"]) }
        guard !names.isEmpty else { return nil }
        return .init("privileged", "\(counted("container", names)) must not set securityContext.privileged=true")
    }

    var procMount: PodSecurity.Violation? {
        // With users of its own a pod can do nothing with what is shown.
        if spec["hostUsers"] == .bool(false) { return nil }
        return containerViolation("procMount") { container in
            let type = text(container["securityContext"]?["procMount"])
            return ["", "Default"].contains(type) ? [] : [type]
        } detail: { names, values in
            "\(names) must not set securityContext.procMount to \(quoted(values))"
        }
    }

    var seLinux: PodSecurity.Violation? {
        let types: Set = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]
        let isBadType = { (context: JSONValue) in !types.contains(text(context["seLinuxOptions"]?["type"])) }
        let sets = { (context: JSONValue, field: String) in !text(context["seLinuxOptions"]?[field]).isEmpty }
        let setters = setters { isBadType($0) || sets($0, "user") || sets($0, "role") }
        guard !setters.isEmpty else { return nil }
        let bad = values { isBadType($0) ? text($0["seLinuxOptions"]?["type"]) : nil }
        var data: [String] = []
        if !bad.isEmpty { data.append("\(bad.count == 1 ? "type" : "types") \(quoted(bad))") }
        for field in ["user", "role"] where contexts.contains(where: { sets($0, field) }) {
            data.append("\(field) may not be set")
        }
        return .init(
            "seLinuxOptions",
            "\(setters.joined(separator: " and ")) set forbidden securityContext.seLinuxOptions: "
                + data.joined(separator: "; "))
    }

    var seccomp: PodSecurity.Violation? {
        let bad = { (context: JSONValue) -> String? in
            guard let profile = context["seccompProfile"], profile != .null else { return nil }
            let type = text(profile["type"])
            return ["Localhost", "RuntimeDefault"].contains(type) ? nil : type
        }
        let setters = setters { bad($0) != nil }
        guard !setters.isEmpty else { return nil }
        return .init(
            "seccompProfile",
            "\(setters.joined(separator: " and ")) must not set securityContext.seccompProfile.type to "
                + quoted(values(bad)))
    }

    /// Those that only reach the pod's own namespaces.
    private static let safeSysctls: Set = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
    ]

    var sysctls: PodSecurity.Violation? {
        let names = (spec["securityContext"]?["sysctls"]?.array ?? []).map { text($0["name"]) }
            .filter { !Self.safeSysctls.contains($0) }
        return names.isEmpty ? nil : .init("forbidden sysctls", names.joined(separator: ", "))
    }

    var windowsHostProcess: PodSecurity.Violation? {
        let setters = setters { $0["windowsOptions"]?["hostProcess"] == .bool(true) }
        guard !setters.isEmpty else { return nil }
        return .init(
            "hostProcess",
            "\(setters.joined(separator: " and ")) must not set securityContext.windowsOptions.hostProcess=true")
    }
}

extension PodFacts {
    /// The security contexts of the pod and of its containers.
    private var contexts: [JSONValue] {
        ([spec] + containers).compactMap { $0["securityContext"] }
    }

    /// Who has a context like that: `pod`, `containers "a", "b"`.
    private func setters(where isBad: (JSONValue) -> Bool) -> [String] {
        var setters: [String] = []
        if let context = spec["securityContext"], isBad(context) { setters.append("pod") }
        let names = containers.filter { $0["securityContext"].map(isBad) ?? false }.map { text($0["name"]) }
        if !names.isEmpty { setters.append(counted("container", names)) }
        return setters
    }

    /// What all contexts say, each once, sorted.
    private func values(_ value: (JSONValue) -> String?) -> [String] { Set(contexts.compactMap(value)).sorted() }

    private func containerViolation(
        _ reason: String, _ bad: (JSONValue) -> [String], detail: (_ names: String, _ values: [String]) -> String
    ) -> PodSecurity.Violation? {
        let found = containers.map { (name: text($0["name"]), bad: bad($0)) }.filter { !$0.bad.isEmpty }
        guard !found.isEmpty else { return nil }
        return .init(
            reason, detail(counted("container", found.map(\.name)), Set(found.flatMap(\.bad)).sorted()))
    }
}

/// The text of a field; empty for one that is missing. Anything but a text counts as its JSON, so it is never empty.
private func text(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null?: ""
    case .string(let text)?: text
    case let other?: (try? KubeJSON.encode(other)).map { String(decoding: $0, as: UTF8.self) } ?? "?"  // for words only
    }
}

private func isSet(_ value: JSONValue?) -> Bool { value != nil && value != .null }

private func quoted(_ texts: [String]) -> String { texts.map(\.goQuoted).joined(separator: ", ") }

private func counted(_ noun: String, _ names: [String]) -> String {
    "\(names.count == 1 ? noun : noun + "s") \(quoted(names))"
}
