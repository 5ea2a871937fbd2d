import Kube

extension Description {
    /// Containers of a pod with their statuses, or of a template (`statuses` and `pod` are nil).
    mutating func containers(_ title: String, _ containers: [Container], statuses: [ContainerStatus]?, of pod: Pod?) {
        let indent = pod == nil ? 1 : 0
        line(indent, "\(title):" + (containers.isEmpty ? " <none>" : ""))
        for container in containers {
            let status = statuses?.first { $0.name == container.name }
            line(1, (pod == nil ? " " : "") + "\(container.name):")
            if let status { line(2, "Container ID:\t\(status.containerID ?? "")") }
            line(2, "Image:\t\(container.image ?? "")")
            if let status { line(2, "Image ID:\t\(status.imageID)") }
            ports("Port", container.ports, "containerPort")
            ports("Host Port", container.ports, "hostPort")
            if let profile = container.securityContext?.seccompProfile { seccomp(2, profile) }
            words("Command", container.command)
            words("Args", container.args)
            if let status { state(status) }
            if let resources = container.resources { self.resources(2, resources) }
            environmentSources(container)
            environment(container, of: pod)
            mounts(container)
        }
    }

    private mutating func ports(_ title: String, _ ports: [JSONValue]?, _ field: String) {
        let texts = (ports ?? []).map { port in
            let name = port["name"]?.string.map { " (\($0))" } ?? ""
            return "\(port[field]?.integer ?? 0)/\(port["protocol"]?.string ?? "TCP")\(name)"
        }
        line(2, "\(title)\(texts.count > 1 ? "s" : ""):\t\(texts.isEmpty ? "<none>" : texts.joined(separator: ", "))")
    }

    private mutating func words(_ title: String, _ words: [String]?) {
        guard let words, !words.isEmpty else { return }
        line(2, "\(title):")
        for part in words.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }) {
            line(3, String(part))
        }
    }

    private mutating func state(_ status: ContainerStatus) {
        state("State", status.state ?? ContainerState())
        if let last = status.lastState, last.terminated != nil { state("Last State", last) }
        line(2, "Ready:\t\(status.ready ? "True" : "False")")
        line(2, "Restart Count:\t\(status.restartCount)")
    }

    private mutating func state(_ title: String, _ state: ContainerState) {
        if let running = state.running {
            line(2, "\(title):\tRunning")
            line(3, "Started:\t\(printed(running.startedAt))")
        } else if let ended = state.terminated {
            line(2, "\(title):\tTerminated")
            if let reason = ended.reason, !reason.isEmpty { line(3, "Reason:\t\(reason)") }
            if let message = ended.message, !message.isEmpty { line(3, "Message:\t\(message)") }
            line(3, "Exit Code:\t\(ended.exitCode)")
            if let signal = ended.signal, signal > 0 { line(3, "Signal:\t\(signal)") }
            line(3, "Started:\t\(printed(ended.startedAt))")
            line(3, "Finished:\t\(printed(ended.finishedAt))")
        } else {
            line(2, "\(title):\tWaiting")
            if let reason = state.waiting?.reason, !reason.isEmpty { line(3, "Reason:\t\(reason)") }
        }
    }

    private mutating func environmentSources(_ container: Container) {
        guard let sources = container.envFrom, !sources.isEmpty else { return }
        line(2, "Environment Variables from:")
        for source in sources {
            let kind = source.configMapRef != nil ? "ConfigMap" : "Secret"
            let reference = source.configMapRef ?? source.secretRef
            let prefix = source.prefix.flatMap { $0.isEmpty ? nil : " with prefix '\($0)'" } ?? ""
            line(3, "\(reference?.name ?? "")\t\(kind)\(prefix)\tOptional: \(reference?.optional ?? false)")
        }
    }

    private mutating func environment(_ container: Container, of pod: Pod?) {
        let variables = container.env ?? []
        line(2, "Environment:" + (variables.isEmpty ? "\t<none>" : ""))
        for variable in variables {
            guard let source = variable.valueFrom else {
                let lines = (variable.value ?? "").split(separator: "\n", omittingEmptySubsequences: false)
                for (index, text) in lines.enumerated() { line(3, "\(index == 0 ? "\(variable.name):" : "")\t\(text)") }
                continue
            }
            if let field = source.fieldRef {
                let value = pod.map { DownwardPath(field.fieldPath).value(in: $0) } ?? ""
                line(3, "\(variable.name):\t\(value) (\(field.apiVersion ?? "v1"):\(field.fieldPath))")
            } else if let resource = source.resourceFieldRef {
                line(3, "\(variable.name):\t\(resource.value(in: container)) (\(resource.resource))")
            } else if let secret = source.secretKeyRef {
                reference(variable.name, secret, "in secret")
            } else if let map = source.configMapKeyRef {
                reference(variable.name, map, "of config map")
            }
        }
    }

    private mutating func reference(_ name: String, _ source: KeySelector, _ kind: String) {
        line(
            3,
            "\(name):\t<set to the key '\(source.key)' \(kind) '\(source.name ?? "")'>\tOptional: \(source.optional ?? false)"
        )
    }

    private mutating func mounts(_ container: Container) {
        let mounts = (container.volumeMounts ?? []).sorted { $0.mountPath < $1.mountPath }
        line(2, "Mounts:" + (mounts.isEmpty ? "\t<none>" : ""))
        for mount in mounts {
            let subPath = mount.subPath.flatMap { $0.isEmpty ? nil : ",path=\"\($0)\"" } ?? ""
            let access = mount.readOnly == true ? "ro" : "rw"
            line(3, "\(mount.mountPath) from \(mount.name) (\(access)\(subPath))")
        }
    }
}

extension ResourceFieldSelector {
    /// The amount the container gets told: in units of the divisor, rounded up.
    fileprivate func value(in container: Container) -> String {
        let parts = resource.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return "" }
        let list = parts[0] == "limits" ? container.resources?.limits : container.resources?.requests
        guard let quantity = list?[parts[1]] else {
            return parts[0] == "limits" && ["cpu", "memory"].contains(parts[1]) ? "node allocatable" : "0"
        }
        let divisor = divisor?.milliValue ?? 0
        let unit = divisor > 0 ? divisor : 1000
        return String((quantity.milliValue + unit - 1) / unit)
    }
}
