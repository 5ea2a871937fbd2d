import Foundation
import Kube

/// Why a container's configuration cannot be made from what its pod says: the kubelet's CreateContainerConfigError. The
/// container waits, because a label, an annotation or the image may still change.
struct ContainerConfigError: Error, Equatable {
    let message: String
}

/// Why the image alone is reason enough for a container not to run. Its attempt fails.
struct UnusableImage: Error, Equatable {
    let message: String
}

/// The environment of a container: the image's variables, then the pod's, the later winning, with `$(NAME)` filled in.
///
/// Kubernetes expands a reference only to variables that stand before it in the list; `$$` is a literal `$`, and a
/// reference to an unknown name stays as written (KEP-less, `k8s.io/kubernetes/third_party/forked/golang/expansion`).
struct Environment: Equatable {
    private(set) var names: [String] = []
    private(set) var values: [String: String] = [:]
    /// The pod's own variables: only they can be referred to, not those of the image.
    private(set) var declared: [String: String] = [:]

    init(imageVariables: [String]) {
        for variable in imageVariables {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            set(String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
    }

    /// `STINT_DEADLINE`: seconds since 1970. Before the pod's own variables, which may refer to it and win over it. The
    /// deadline may move; then the file ``Containers/DeadlineWarning/file`` knows better.
    mutating func add(deadline: Date) {
        declare("STINT_DEADLINE", String(Int64(deadline.timeIntervalSince1970.rounded())))
    }

    /// What Services give, then `envFrom`, and then `env`, which wins.
    mutating func add(
        _ container: Container, _ sources: EnvironmentSources, pod: Pod, host: NodeFacts
    ) throws(ContainerConfigError) {
        for variable in sources.variables { declare(variable.name, variable.value) }
        for variable in container.env ?? [] {
            guard let source = variable.valueFrom else {
                declare(variable.name, Environment.expand(variable.value ?? "", with: declared))
                continue
            }
            // An optional reference to nothing leaves the variable out.
            if let value = try resolve(source, variable.name, sources, pod: pod, container: container, host: host) {
                declare(variable.name, value)
            }
        }
    }

    mutating func setDefault(_ name: String, _ value: String) {
        if values[name] == nil { set(name, value) }
    }

    /// `NAME=value`, in the order in which the names first came.
    var list: [String] { names.map { "\($0)=\(values[$0] ?? "")" } }

    private mutating func declare(_ name: String, _ value: String) {
        declared[name] = value
        set(name, value)
    }

    private mutating func set(_ name: String, _ value: String) {
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    private func resolve(
        _ source: EnvVarSource, _ variable: String, _ sources: EnvironmentSources, pod: Pod, container: Container,
        host: NodeFacts
    ) throws(ContainerConfigError) -> String? {
        if let selector = source.configMapKeyRef { return sources.value(.configMap, selector) }
        if let selector = source.secretKeyRef { return sources.value(.secret, selector) }
        if let field = source.fieldRef { return try podField(field.fieldPath, pod: pod, host: host) }
        if let resource = source.resourceFieldRef {
            let named = pod.spec.allContainers.first { $0.name == resource.containerName ?? container.name }
            return try resourceField(resource, of: named ?? container, in: pod.spec, host: host)
        }
        throw ContainerConfigError(message: "env \(variable): this kind of valueFrom is not supported")
    }

    /// Fills `$(NAME)` from `variables`.
    static func expand(_ text: String, with variables: [String: String]) -> String {
        expand(text) { variables[$0] }
    }

    /// The names that `text` refers to.
    static func references(in text: String) -> [String] {
        var names: [String] = []
        _ = expand(text) { name in
            names.append(name)
            return nil
        }
        return names
    }

    private static func expand(_ text: String, _ value: (String) -> String?) -> String {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "(", let close = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<close])
                result += value(name) ?? "$(\(name))"
                rest = rest[rest.index(after: close)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}

/// At least one: without a network a pod has its loopback.
func podAddresses(_ pod: Pod, host: NodeFacts) -> [String] {
    let own = pod.status?.addresses ?? []
    return own.isEmpty ? [pod.spec.hostNetwork == true ? host.address : "127.0.0.1"] : own
}

/// The downward API's fields (`fieldRef`).
func podField(_ path: String, pod: Pod, host: NodeFacts) throws(ContainerConfigError) -> String {
    switch path {
    case "metadata.name": return pod.name
    case "metadata.namespace": return pod.namespace
    case "metadata.uid": return pod.uid
    case "spec.nodeName": return host.nodeName
    case "spec.serviceAccountName": return pod.spec.serviceAccountName ?? "default"
    case "status.hostIP", "status.hostIPs": return host.address
    case "status.podIP": return podAddresses(pod, host: host)[0]
    case "status.podIPs": return podAddresses(pod, host: host).joined(separator: ",")
    default: break
    }
    for (prefix, values) in [
        ("metadata.labels", pod.metadata.labels), ("metadata.annotations", pod.metadata.annotations),
    ]
    where path.hasPrefix("\(prefix)['") && path.hasSuffix("']") {
        return values?[String(path.dropFirst(prefix.count + 2).dropLast(2))] ?? ""
    }
    throw ContainerConfigError(message: "unsupported fieldPath: \(path)")
}

/// The downward API's resources (`resourceFieldRef`): an unset limit is the pod's, or what the host has.
func resourceField(
    _ selector: ResourceFieldSelector, of container: Container, in spec: PodSpec, host: NodeFacts
) throws(ContainerConfigError) -> String {
    let parts = selector.resource.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, ["limits", "requests"].contains(parts[0]) else {
        throw ContainerConfigError(message: "unsupported container resource: \(selector.resource)")
    }
    let named = parts[0] == "limits" ? container.resources?.limits : container.resources?.requests
    let milli: Int64
    switch parts[1] {
    case "cpu" where parts[0] == "limits":
        milli = spec.limit("cpu", of: container)?.milliValue ?? host.cpuMilli
    case "memory" where parts[0] == "limits":
        milli = spec.limit("memory", of: container)?.milliValue ?? host.memoryBytes * 1000
    case "cpu", "memory":
        milli = named?[parts[1]]?.milliValue ?? 0
    case "ephemeral-storage":
        milli = named?["ephemeral-storage"]?.milliValue ?? (parts[0] == "limits" ? host.diskBytes * 1000 : 0)
    default:
        throw ContainerConfigError(message: "unsupported container resource: \(selector.resource)")
    }
    let divisor = max(1, selector.divisor?.milliValue ?? 1000)
    let (quotient, remainder) = milli.quotientAndRemainder(dividingBy: divisor)
    return String(remainder > 0 ? quotient + 1 : quotient)
}
