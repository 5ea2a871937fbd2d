/// What a pod uses now (metrics.k8s.io/v1beta1 PodMetrics). Made when somebody asks.
public struct PodMetrics: Resource {
    public static let type = ResourceType(
        group: "metrics.k8s.io", version: "v1beta1", kind: "PodMetrics", plural: "pods", singular: "")

    public var apiVersion: String? = PodMetrics.type.apiVersion
    public var kind: String? = PodMetrics.type.kind
    public var metadata: ObjectMeta
    /// The end of the time that was measured.
    public var timestamp: Timestamp
    /// How long that time was, as a Go duration: `15s`.
    public var window: String
    public var containers: [ContainerMetrics]

    public init(metadata: ObjectMeta, timestamp: Timestamp, window: String, containers: [ContainerMetrics]) {
        self.metadata = metadata
        self.timestamp = timestamp
        self.window = window
        self.containers = containers
    }
}

public struct ContainerMetrics: Codable, Hashable, Sendable {
    public var name: String
    /// `cpu` in cores, on average over the window; `memory` in bytes: the working set at its end.
    public var usage: [String: Quantity]

    public init(name: String, usage: [String: Quantity]) {
        self.name = name
        self.usage = usage
    }
}

/// What this host uses now (metrics.k8s.io/v1beta1 NodeMetrics).
public struct NodeMetrics: Resource {
    public static let type = ResourceType(
        group: "metrics.k8s.io", version: "v1beta1", kind: "NodeMetrics", plural: "nodes", singular: "",
        isNamespaced: false)

    public var apiVersion: String? = NodeMetrics.type.apiVersion
    public var kind: String? = NodeMetrics.type.kind
    public var metadata: ObjectMeta
    public var timestamp: Timestamp
    public var window: String
    public var usage: [String: Quantity]

    public init(metadata: ObjectMeta, timestamp: Timestamp, window: String, usage: [String: Quantity]) {
        self.metadata = metadata
        self.timestamp = timestamp
        self.window = window
        self.usage = usage
    }
}

extension PodMetrics: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (PodMetrics) -> String)] { [] }
}

extension NodeMetrics: FieldSelectable {
    public static var selectableFields: [(path: String, value: @Sendable (NodeMetrics) -> String)] { [] }
}
