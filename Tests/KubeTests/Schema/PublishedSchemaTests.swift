import Testing

@testable import Kube

/// What the tables say. That they are right was taken from the published API; here they must agree with themselves and
/// with the types we decode.
@Suite struct PublishedSchemaTests {
    static let schema = Schema.kubernetes
    static let core = "io.k8s.api.core.v1"
    static let batch = "io.k8s.api.batch.v1"

    static func messages() throws -> [MessageSchema] { try Schema.tables.flatMap { try $0.messages() } }

    @Test func `lists of plain values are united without a key, lists of objects with one`() throws {
        for message in try Self.messages() {
            for field in message.fields where field.patch.merges {
                guard case .list(let element) = field.type else { continue }
                let isObject = if case .message = element { true } else { false }
                #expect((field.patch.mergeKey != nil) == isObject, "\(message.name).\(field.name)")
            }
        }
    }

    @Test func `lists of kinds are kinds with metadata and items`() throws {
        for message in try Self.messages() where message.name.hasSuffix("List") && message.field(named: "items") != nil
        {
            #expect(message.isKind, "\(message.name)")
            #expect(message.field(named: "metadata")?.type == .message("\(Schema.meta).ListMeta"), "\(message.name)")
            #expect(message.field(named: "items")?.type == .list(.message(String(message.name.dropLast(4)))))
            #expect(message.field(named: "items")?.isRequired == true, "\(message.name)")
        }
    }

    static let values: [Row<any Sendable, String>] = [
        Row("Job", Job(metadata: ObjectMeta(), spec: JobSpec(template: template)), "\(batch).Job"),
        Row("JobSpec", JobSpec(template: template), "\(batch).JobSpec"),
        Row("JobStatus", JobStatus(), "\(batch).JobStatus"),
        Row("JobCondition", JobCondition(type: "", status: ""), "\(batch).JobCondition"),
        Row("UncountedTerminatedPods", UncountedTerminatedPods(), "\(batch).UncountedTerminatedPods"),
        Row("Event", Event(metadata: ObjectMeta(), involvedObject: ObjectReference()), "\(core).Event"),
        Row("EventSource", EventSource(), "\(core).EventSource"),
        Row("ObjectReference", ObjectReference(), "\(core).ObjectReference"),
        Row("Namespace", Namespace(metadata: ObjectMeta()), "\(core).Namespace"),
        Row("NamespaceSpec", NamespaceSpec(), "\(core).NamespaceSpec"),
        Row("NamespaceStatus", NamespaceStatus(), "\(core).NamespaceStatus"),
        Row("Node", HostNode(metadata: ObjectMeta()), "\(core).Node"),
        Row("NodeSpec", HostNodeSpec(), "\(core).NodeSpec"),
        Row("NodeStatus", HostNodeStatus(), "\(core).NodeStatus"),
        Row("NodeCondition", HostNodeCondition(type: "", status: ""), "\(core).NodeCondition"),
        Row("NodeAddress", HostNodeAddress(type: "", address: ""), "\(core).NodeAddress"),
        Row("ContainerImage", HostNodeImage(), "\(core).ContainerImage"),
        Row("NodeSystemInfo", NodeSystemInfo(), "\(core).NodeSystemInfo"),
        Row("ObjectMeta", ObjectMeta(), "\(Schema.meta).ObjectMeta"),
        Row(
            "OwnerReference", OwnerReference(apiVersion: "", kind: "", name: "", uid: ""),
            "\(Schema.meta).OwnerReference"),
        Row("ListMeta", ListMeta(), "\(Schema.meta).ListMeta"),
        Row("LabelSelector", LabelSelector(), "\(Schema.meta).LabelSelector"),
        Row(
            "LabelSelectorRequirement", LabelSelectorRequirement(key: "", operator: ""),
            "\(Schema.meta).LabelSelectorRequirement"),
        Row("Status", Status(code: 200, reason: "", message: ""), "\(Schema.meta).Status"),
        Row("StatusDetails", StatusDetails(), "\(Schema.meta).StatusDetails"),
        Row("StatusCause", StatusCause(), "\(Schema.meta).StatusCause"),
    ]

    private static let template = PodTemplateSpec(spec: PodSpec(containers: []))

    @Test(arguments: values)
    func `every field that we decode is in the table`(_ row: Row<any Sendable, String>) throws {
        let message = try #require(Self.schema[row.expected])
        var names = Set(Mirror(reflecting: row.input).children.compactMap(\.label))
        #expect(!names.isEmpty)
        if message.isKind { names.subtract(["apiVersion", "kind"]) }
        #expect(names.subtracting(message.fields.map(\.name)) == [])
    }

    @Test func `a Job has all fields of the published one`() {
        func fields(_ name: String) -> Set<String> { Set(Self.schema[name]?.fields.map(\.name) ?? []) }
        #expect(fields("\(Self.batch).JobSpec") == Set(JobSpec.support.rows.map(\.field)))
        #expect(fields("\(Self.batch).JobStatus") == Set(Mirror(reflecting: JobStatus()).children.compactMap(\.label)))
    }

    /// Numbers that do not follow the order of the fields, from `generated.proto`.
    @Test(arguments: [
        Row("JobSpec", ("\(batch).JobSpec", "podReplacementPolicy"), 14),
        Row("JobSpec", ("\(batch).JobSpec", "backoffLimit"), 7), Row("JobStatus", ("\(batch).JobStatus", "ready"), 9),
        Row("CronJobSpec", ("\(batch).CronJobSpec", "timeZone"), 8),
        Row("Event", ("\(core).Event", "eventTime"), 10), Row("ServicePort", ("\(core).ServicePort", "appProtocol"), 6),
        Row("Secret", ("\(core).Secret", "type"), 3), Row("Secret", ("\(core).Secret", "immutable"), 5),
        Row("ObjectMeta", ("\(Schema.meta).ObjectMeta", "managedFields"), 17),
        Row("OwnerReference", ("\(Schema.meta).OwnerReference", "apiVersion"), 5),
        Row("CreateOptions", ("\(Schema.meta).CreateOptions", "fieldManager"), 3),
        Row("ListOptions", ("\(Schema.meta).ListOptions", "sendInitialEvents"), 11),
    ])
    func numbers(_ row: Row<(String, String), Int>) {
        #expect(Self.schema[row.input.0]?.field(named: row.input.1)?.number == row.expected)
    }

    @Test(
        arguments: [
            Row("a kind", ("batch", "v1", "CronJob"), "\(batch).CronJob"),
            Row("of the group without a name", ("", "v1", "Node"), "\(core).Node"),
            Row("its list", ("", "v1", "NodeList"), "\(core).NodeList"),
            Row(
                "of metrics", ("metrics.k8s.io", "v1beta1", "PodMetrics"),
                "io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics"),
            Row("the newer events", ("events.k8s.io", "v1", "Event"), "io.k8s.api.events.v1.Event"),
            Row("options belong to every group", ("batch", "v1", "DeleteOptions"), "\(Schema.meta).DeleteOptions"),
            Row("so do outcomes", ("", "v1", "Status"), "\(Schema.meta).Status"),
            Row(
                "only metadata", ("meta.k8s.io", "v1", "PartialObjectMetadataList"),
                "\(Schema.meta).PartialObjectMetadataList"),
            Row("a group that is not served", ("apps", "v1", "Deployment"), nil),
            Row("a version that is not served", ("batch", "v1beta1", "CronJob"), nil),
        ] as [Row<(String, String, String), String?>])
    func messagesOfKinds(_ row: Row<(String, String, String), String?>) {
        let message = Self.schema.message(group: row.input.0, version: row.input.1, kind: row.input.2)
        #expect(message?.name == row.expected)
        if message != nil { #expect(message?.isKind == true) }
    }
}
