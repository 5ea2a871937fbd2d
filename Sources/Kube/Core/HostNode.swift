/// This host, as clients see it (v1 Node). There is exactly one.
public struct HostNode: Resource {
    public static let type = ResourceType(
        kind: "Node", plural: "nodes", singular: "node", shortNames: ["no"], isNamespaced: false)

    public var apiVersion: String? = HostNode.type.apiVersion
    public var kind: String? = HostNode.type.kind
    public var metadata: ObjectMeta
    public var spec: HostNodeSpec?
    public var status: HostNodeStatus?

    public init(metadata: ObjectMeta) { self.metadata = metadata }
}

public struct HostNodeSpec: Codable, Hashable, Sendable {
    public var podCIDR: String?
    public var podCIDRs: [String]?
    public var providerID: String?
    public var unschedulable: Bool?
    public var taints: [JSONValue]?

    public init() {}
}

public struct HostNodeStatus: Codable, Hashable, Sendable {
    public var capacity: [String: Quantity]?
    public var allocatable: [String: Quantity]?
    public var conditions: [HostNodeCondition]?
    public var addresses: [HostNodeAddress]?
    public var nodeInfo: NodeSystemInfo?
    public var daemonEndpoints: JSONValue?
    public var images: [HostNodeImage]?

    public init() {}
}

public struct HostNodeCondition: Codable, Hashable, Sendable {
    public var type: String
    public var status: String
    public var lastHeartbeatTime: Timestamp?
    public var lastTransitionTime: Timestamp?
    public var reason: String?
    public var message: String?

    public init(type: String, status: String, at time: Timestamp? = nil, reason: String? = nil, message: String? = nil)
    {
        self.type = type
        self.status = status
        self.lastHeartbeatTime = time
        self.lastTransitionTime = time
        self.reason = reason
        self.message = message
    }
}

public struct HostNodeAddress: Codable, Hashable, Sendable {
    public var type: String
    public var address: String

    public init(type: String, address: String) {
        self.type = type
        self.address = address
    }
}

public struct HostNodeImage: Codable, Hashable, Sendable {
    public var names: [String]?
    public var sizeBytes: Int64?

    public init(names: [String]? = nil, sizeBytes: Int64? = nil) {
        self.names = names
        self.sizeBytes = sizeBytes
    }
}

public struct NodeSystemInfo: Codable, Hashable, Sendable {
    public var machineID = ""
    public var systemUUID = ""
    public var bootID = ""
    public var kernelVersion = ""
    public var osImage = ""
    public var containerRuntimeVersion = ""
    public var kubeletVersion = ""
    public var kubeProxyVersion = ""
    public var operatingSystem = "linux"
    public var architecture = ""

    public init() {}
}
