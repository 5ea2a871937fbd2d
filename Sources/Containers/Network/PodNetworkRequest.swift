/// What a pod wants of the host's network.
public struct PodNetworkRequest: Codable, Hashable, Sendable {
    public var uid: String
    public var namespace: String
    public var name: String
    public var ports: [PortMapping]
    public var bandwidth: Bandwidth?

    public init(
        uid: String, namespace: String, name: String, ports: [PortMapping] = [], bandwidth: Bandwidth? = nil
    ) {
        self.uid = uid
        self.namespace = namespace
        self.name = name
        self.ports = ports
        self.bandwidth = bandwidth
    }

    /// A port of the host that leads to one of the pod.
    public struct PortMapping: Codable, Hashable, Sendable {
        public var hostPort: Int
        public var containerPort: Int
        /// `tcp`, `udp` or `sctp`
        public var transport: String
        /// Of the host; empty is every address.
        public var hostIP: String

        public init(hostPort: Int, containerPort: Int, transport: String = "tcp", hostIP: String = "") {
            self.hostPort = hostPort
            self.containerPort = containerPort
            self.transport = transport
            self.hostIP = hostIP
        }
    }

    /// Bits in a second; nil is as fast as it goes.
    public struct Bandwidth: Codable, Hashable, Sendable {
        public var ingress: Int64?
        public var egress: Int64?

        public init(ingress: Int64? = nil, egress: Int64? = nil) {
            self.ingress = ingress
            self.egress = egress
        }
    }

    /// By the names that plugins declare for what they can do (CNI conventions).
    var wishes: [String: NetworkJSON] {
        var wishes: [String: NetworkJSON] = [:]
        if !ports.isEmpty {
            wishes["portMappings"] = .array(
                ports.map { port in
                    var members: [String: NetworkJSON] = [
                        "hostPort": .integer(Int64(port.hostPort)),
                        "containerPort": .integer(Int64(port.containerPort)), "protocol": .string(port.transport),
                    ]
                    if !port.hostIP.isEmpty { members["hostIP"] = .string(port.hostIP) }
                    return .object(members)
                })
        }
        if let bandwidth {
            var members: [String: NetworkJSON] = [:]
            for (name, rate) in [("ingress", bandwidth.ingress), ("egress", bandwidth.egress)] {
                guard let rate else { continue }
                members[name + "Rate"] = .integer(rate)
                // In bits; what kubelets give, which is as much as the plugin takes.
                members[name + "Burst"] = .integer(Int64(Int32.max))
            }
            if !members.isEmpty { wishes["bandwidth"] = .object(members) }
        }
        return wishes
    }

    /// Of a plugin: nothing of the daemon's own.
    func environment(_ verb: NetworkVerb, namespacePath: String, directories: [String]) -> [String] {
        let arguments = [
            "IgnoreUnknown=1", "K8S_POD_NAMESPACE=\(namespace)", "K8S_POD_NAME=\(name)",
            "K8S_POD_INFRA_CONTAINER_ID=\(uid)", "K8S_POD_UID=\(uid)",
        ]
        return [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "CNI_COMMAND=\(verb.rawValue)",
            "CNI_CONTAINERID=\(uid)", "CNI_NETNS=\(namespacePath)", "CNI_IFNAME=\(Self.interface)",
            "CNI_ARGS=\(arguments.joined(separator: ";"))", "CNI_PATH=\(directories.joined(separator: ":"))",
        ]
    }

    static let interface = "eth0"
}
