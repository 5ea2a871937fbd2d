/// Something that happened to an object (core/v1 Event).
public struct Event: Resource {
    public static let type = ResourceType(kind: "Event", plural: "events", singular: "event", shortNames: ["ev"])

    public var apiVersion: String? = Event.type.apiVersion
    public var kind: String? = Event.type.kind
    public var metadata: ObjectMeta
    public var involvedObject: ObjectReference
    public var reason: String?
    public var message: String?
    public var source: EventSource?
    public var firstTimestamp: Timestamp?
    public var lastTimestamp: Timestamp?
    public var count: Int?
    /// `Normal` or `Warning`.
    public var type: String?
    public var eventTime: MicroTimestamp?
    public var series: JSONValue?
    public var action: String?
    public var related: ObjectReference?
    public var reportingComponent: String?
    public var reportingInstance: String?

    public init(metadata: ObjectMeta, involvedObject: ObjectReference) {
        self.metadata = metadata
        self.involvedObject = involvedObject
    }
}

public struct EventSource: Codable, Hashable, Sendable {
    public var component: String?
    public var host: String?

    public init(component: String? = nil, host: String? = nil) {
        self.component = component
        self.host = host
    }
}

public struct ObjectReference: Codable, Hashable, Sendable {
    public var kind: String?
    public var namespace: String?
    public var name: String?
    public var uid: String?
    public var apiVersion: String?
    public var resourceVersion: String?
    public var fieldPath: String?

    public init() {}

    public init(to object: some Resource) {
        let type = Swift.type(of: object).type
        kind = type.kind
        apiVersion = type.apiVersion
        namespace = object.metadata.namespace
        name = object.metadata.name
        uid = object.metadata.uid
        resourceVersion = object.metadata.resourceVersion
    }
}
