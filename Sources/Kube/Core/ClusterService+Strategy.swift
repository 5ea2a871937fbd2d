extension ServiceSpec {
    public static let headless = "None"

    public var isHeadless: Bool { clusterIP == Self.headless }

    /// True of one that has, or will get, an address of its own.
    public var wantsAddress: Bool { type != "ExternalName" && !isHeadless }

    var isReachedFromOutside: Bool {
        type == "LoadBalancer" || type == "NodePort" || (type == "ClusterIP" && externalIPs?.isEmpty == false)
    }
}

extension ClusterService: Strategic {
    static let defaultAffinitySeconds = 10_800

    /// Upstream's `SetDefaults_Service`.
    public mutating func applyDefaults() {
        if spec.sessionAffinity ?? "" == "" { spec.sessionAffinity = "None" }
        if spec.sessionAffinity == "None" { spec.sessionAffinityConfig = nil }
        if spec.sessionAffinity == "ClientIP", spec.sessionAffinityConfig?.clientIP?.timeoutSeconds == nil {
            var config = SessionAffinityConfig()
            config.clientIP = ClientIPConfig(timeoutSeconds: Self.defaultAffinitySeconds)
            spec.sessionAffinityConfig = config
        }
        if spec.type ?? "" == "" { spec.type = "ClusterIP" }
        for index in (spec.ports ?? []).indices {
            guard var port = spec.ports?[index] else { continue }
            if port.protocol ?? "" == "" { port.protocol = "TCP" }
            switch port.targetPort {
            case nil, .integer(0), .string(""): port.targetPort = .integer(port.port)
            default: break
            }
            spec.ports?[index] = port
        }
        if spec.isReachedFromOutside, spec.externalTrafficPolicy ?? "" == "" { spec.externalTrafficPolicy = "Cluster" }
        if spec.type != "ExternalName", spec.internalTrafficPolicy == nil { spec.internalTrafficPolicy = "Cluster" }
        if spec.type == "LoadBalancer", spec.allocateLoadBalancerNodePorts == nil {
            spec.allocateLoadBalancerNodePorts = true
        }
    }

    public mutating func prepareForCreate() {
        status = ServiceStatus()
        alignAddresses()
        chooseFamily()
    }

    /// What was given to a Service stays when the author leaves it out.
    public mutating func prepareForUpdate(old: ClusterService) {
        status = old.status
        alignAddresses()
        if spec.type == "ExternalName", old.spec.type != "ExternalName" {
            // Those of the type it was: an author who only changes the type does not know of them.
            if spec.clusterIPs == old.spec.clusterIPs { (spec.clusterIP, spec.clusterIPs) = (nil, nil) }
            if spec.ipFamilies == old.spec.ipFamilies { spec.ipFamilies = nil }
            if spec.ipFamilyPolicy == old.spec.ipFamilyPolicy { spec.ipFamilyPolicy = nil }
        }
        if spec.type != "ExternalName", old.spec.type != "ExternalName", spec.clusterIP ?? "" == "" {
            (spec.clusterIP, spec.clusterIPs) = (old.spec.clusterIP, old.spec.clusterIPs)
        }
        chooseFamily()
    }

    public mutating func prepareForStatusUpdate(old: ClusterService) {
        spec = old.spec
        if status == nil { status = ServiceStatus() }
    }

    /// `clusterIP` and the first of `clusterIPs` are two ways to write one thing.
    private mutating func alignAddresses() {
        if spec.clusterIP ?? "" == "" { spec.clusterIP = spec.clusterIPs?.first }
        if spec.clusterIPs?.isEmpty != false { spec.clusterIPs = spec.clusterIP.flatMap { $0.isEmpty ? nil : [$0] } }
        if spec.clusterIP == "" { spec.clusterIP = nil }
    }

    private mutating func chooseFamily() {
        guard spec.type != "ExternalName" else { return }
        spec.ipFamilyPolicy = spec.ipFamilyPolicy ?? "SingleStack"
        if spec.ipFamilies?.isEmpty != false { spec.ipFamilies = ["IPv4"] }
    }
}
