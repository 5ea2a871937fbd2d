/// A Service (v1): a name for ports. Stored and served; nothing is routed. Called so because ServiceLifecycle's `Service`
/// is what the daemon is made of.
public struct ClusterService: Resource {
    public static let type = ResourceType(
        kind: "Service", plural: "services", singular: "service", shortNames: ["svc"], categories: ["all"])

    public var apiVersion: String? = ClusterService.type.apiVersion
    public var kind: String? = ClusterService.type.kind
    public var metadata: ObjectMeta
    public var spec: ServiceSpec
    public var status: ServiceStatus?

    public init(metadata: ObjectMeta, spec: ServiceSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct ServiceSpec: Codable, Hashable, Sendable {
    public var ports: [ServicePort]?
    public var selector: [String: String]?
    /// An address, `None`, or empty for one that is chosen.
    public var clusterIP: String?
    /// The same, as a list; one element, for there is one address family.
    public var clusterIPs: [String]?
    /// `ClusterIP` (the default), `NodePort`, `LoadBalancer` or `ExternalName`.
    public var type: String?
    public var externalIPs: [String]?
    /// `None` (the default) or `ClientIP`.
    public var sessionAffinity: String?
    public var loadBalancerIP: String?
    public var loadBalancerSourceRanges: [String]?
    public var externalName: String?
    public var externalTrafficPolicy: String?
    public var healthCheckNodePort: Int?
    public var publishNotReadyAddresses: Bool?
    public var sessionAffinityConfig: SessionAffinityConfig?
    public var ipFamilies: [String]?
    public var ipFamilyPolicy: String?
    public var allocateLoadBalancerNodePorts: Bool?
    public var loadBalancerClass: String?
    public var internalTrafficPolicy: String?
    public var trafficDistribution: String?

    public init(ports: [ServicePort]? = nil) { self.ports = ports }
}

public struct ServicePort: Codable, Hashable, Sendable {
    public var name: String?
    public var `protocol`: String?
    public var appProtocol: String?
    public var port: Int
    public var targetPort: IntOrString?
    public var nodePort: Int?

    public init(name: String? = nil, port: Int, targetPort: IntOrString? = nil) {
        self.name = name
        self.port = port
        self.targetPort = targetPort
    }
}

public struct SessionAffinityConfig: Codable, Hashable, Sendable {
    public var clientIP: ClientIPConfig?

    public init() {}
}

public struct ClientIPConfig: Codable, Hashable, Sendable {
    public var timeoutSeconds: Int?

    public init(timeoutSeconds: Int? = nil) { self.timeoutSeconds = timeoutSeconds }
}

public struct ServiceStatus: Codable, Hashable, Sendable {
    public var loadBalancer: LoadBalancerStatus?
    public var conditions: [JSONValue]?

    public init() { loadBalancer = LoadBalancerStatus() }
}

public struct LoadBalancerStatus: Codable, Hashable, Sendable {
    public var ingress: [LoadBalancerIngress]?

    public init() {}
}

public struct LoadBalancerIngress: Codable, Hashable, Sendable {
    public var ip: String?
    public var hostname: String?
    public var ipMode: String?
    public var ports: [JSONValue]?

    public init(ip: String? = nil, hostname: String? = nil) {
        self.ip = ip
        self.hostname = hostname
    }
}
