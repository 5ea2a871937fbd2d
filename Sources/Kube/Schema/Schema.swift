/// The messages of the published Kubernetes API that we serve: one table for everything that must know an object's
/// shape without its Swift type. Protobuf bodies, OpenAPI documents, strategic merge patches and server-side apply all
/// read it.
public struct Schema: Sendable {
    private let messages: [String: MessageSchema]

    init(_ tables: [SchemaTable]) throws(SchemaError) {
        var messages: [String: MessageSchema] = [:]
        for table in tables {
            for message in try table.messages() {
                if messages.updateValue(message, forKey: message.name) != nil { throw .repeated(message.name) }
            }
        }
        self.messages = messages
    }

    public subscript(name: String) -> MessageSchema? { messages[name] }

    /// All names, sorted.
    public var names: [String] { messages.keys.sorted() }

    /// The message of a kind. Kinds of groups that are not in the table have none.
    public func message(of type: ResourceType) -> MessageSchema? {
        message(group: type.group, version: type.version, kind: type.kind)
    }

    /// The message of any kind, also of one that is no resource (`JobList`, `DeleteOptions`).
    public func message(group: String, version: String, kind: String) -> MessageSchema? {
        if Schema.metaKinds.contains(kind), let message = messages["\(Schema.meta).\(kind)"] { return message }
        return Schema.packages[group].flatMap { messages["\($0).\(version).\(kind)"] }
    }

    /// The field that has this name in the JSON of a message: one of its own, or one of a message that stands inline.
    public func field(_ name: String, of message: MessageSchema) -> FieldSchema? {
        if let field = message.field(named: name), !field.isInline { return field }
        for field in message.fields where field.isInline {
            if let inner = self.message(in: field.type), let field = self.field(name, of: inner) { return field }
        }
        return nil
    }

    /// The message that an object of this type is, or that the objects of a list of this type are.
    public func message(in type: FieldType) -> MessageSchema? {
        switch type {
        case .message(let name): messages[name]
        case .list(let element): message(in: element)
        default: nil
        }
    }

    /// Kinds of meta/v1, which appear under every group and version.
    private static let metaKinds: Set = [
        "DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions", "ListOptions", "GetOptions", "Status",
        "WatchEvent",
        "APIGroup", "APIGroupList", "APIResourceList", "APIVersions",
    ]

    static let meta = "io.k8s.apimachinery.pkg.apis.meta.v1"

    /// Where upstream keeps the types of a group.
    static let packages = [
        "": "io.k8s.api.core", "batch": "io.k8s.api.batch", "events.k8s.io": "io.k8s.api.events",
        "policy": "io.k8s.api.policy", "authorization.k8s.io": "io.k8s.api.authorization",
        "authentication.k8s.io": "io.k8s.api.authentication", "metrics.k8s.io": "io.k8s.metrics.pkg.apis.metrics",
        "meta.k8s.io": "io.k8s.apimachinery.pkg.apis.meta", "coordination.k8s.io": "io.k8s.api.coordination",
        "scheduling.k8s.io": "io.k8s.api.scheduling", "storage.k8s.io": "io.k8s.api.storage",
    ]
}
