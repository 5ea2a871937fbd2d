/// What is read of an entry of a container's `ports`; the entry itself is kept as it was written.
public struct ContainerPort: Hashable, Sendable {
    public var name: String
    public var containerPort: Int64
    /// 0 is none.
    public var hostPort: Int64
    /// `TCP`, `UDP` or `SCTP`
    public var transport: String
    /// Of the host; empty is every address.
    public var hostIP: String

    init(_ value: JSONValue) {
        name = value["name"]?.string ?? ""
        containerPort = value["containerPort"]?.integer ?? 0
        hostPort = value["hostPort"]?.integer ?? 0
        transport = value["protocol"]?.string ?? ""
        hostIP = value["hostIP"]?.string ?? ""
    }
}

extension Container {
    public var namedPorts: [ContainerPort] { (ports ?? []).map(ContainerPort.init) }

    /// In the host's network a port of the container is one of the host.
    mutating func applyHostNetworkDefaults() {
        ports = ports?.map { port in
            guard case .object(var members) = port, ContainerPort(port).hostPort == 0 else { return port }
            members["hostPort"] = members["containerPort"]
            return .object(members)
        }
    }
}

extension PodSpec {
    /// Upstream's `validateContainerPorts`, `checkHostPortConflicts` and the part of `validateHostNetwork` about ports.
    func validatePorts(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var onHost: Set<String> = []
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            // Init containers run one after the other.
            for (number, container) in containers.enumerated() {
                let path = (path / list)[number] / "ports"
                if list == "initContainers", container.restartPolicy != "Always" { onHost = [] }
                errors += container.validatePorts(path)
                for (index, port) in container.namedPorts.enumerated() {
                    if port.hostPort != 0 {
                        let text = "\(port.transport)/\(port.hostIP)/\(port.hostPort)"
                        if !onHost.insert(text).inserted {
                            errors.append(.duplicate(path[index] / "hostPort", .string(text)))
                        }
                    }
                    // Without a number it gets the right one when the pod is made.
                    guard hostNetwork == true, port.hostPort != 0, port.hostPort != port.containerPort else { continue }
                    errors.append(
                        .invalid(
                            path[index] / "hostPort", .integer(port.hostPort),
                            "must match `containerPort` when `hostNetwork` is true"))
                }
            }
            if list == "initContainers" { onHost = [] }
        }
        return errors
    }
}

extension Container {
    fileprivate func validatePorts(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in namedPorts.enumerated() {
            let path = path[index]
            if !port.name.isEmpty {
                let problems = Names.problemsOfPortName(port.name)
                errors += problems.map { .invalid(path / "name", .string(port.name), $0) }
                if problems.isEmpty, !names.insert(port.name).inserted {
                    errors.append(.duplicate(path / "name", .string(port.name)))
                }
            }
            if port.containerPort == 0 { errors.append(.required(path / "containerPort")) }
            for (field, number) in [("containerPort", port.containerPort), ("hostPort", port.hostPort)]
            where number != 0 && !(1...65_535).contains(number) {
                errors.append(.invalid(path / field, .integer(number), "must be between 1 and 65535, inclusive"))
            }
            if port.transport.isEmpty {
                errors.append(.required(path / "protocol"))
            } else if !["SCTP", "TCP", "UDP"].contains(port.transport) {
                errors.append(.notSupported(path / "protocol", .string(port.transport), ["SCTP", "TCP", "UDP"]))
            }
        }
        return errors
    }
}
