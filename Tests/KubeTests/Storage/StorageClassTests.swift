import Foundation
import Testing

@testable import Kube

@Suite struct StorageClassTests {
    static let ours = "provisioner: stint.dev/host-directory"

    static let refusals: [Row<String, String>] = [
        Row("nobody who makes volumes", "provisioner: ''", "provisioner: Required value"),
        Row(
            "a maker that is no name", "provisioner: a b",
            "provisioner: Invalid value: \"a b\": \(Names.problemsOfQualifiedName("a b")[0])"),
        Row(
            "a parameter without a name", "provisioner: x\nparameters: {'': a}",
            "parameters: Invalid value: \"\": field can not be empty."),
        Row(
            "a policy that is none", "provisioner: x\nreclaimPolicy: Recycle",
            "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\""),
        Row(
            "a time that is none", "provisioner: x\nvolumeBindingMode: Later",
            "volumeBindingMode: Unsupported value: \"Later\": supported values: \"Immediate\", \"WaitForFirstConsumer\""
        ),
        Row(
            "what our own provisioner does not know is refused", "\(ours)\nparameters: {type: ssd}",
            "parameters: Forbidden: stint.dev/host-directory has no parameters"),
        Row(
            "directories have no options", "\(ours)\nmountOptions: [ro]",
            "mountOptions: Forbidden: the volumes of stint.dev/host-directory have no mount options"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try admit(StorageClass.self, "metadata: {name: s}\n\(row.input)", namespace: nil) }
                == "StorageClass.storage.k8s.io \"s\" is invalid: \(row.expected)")
    }

    @Test func `what others make is theirs to know`() throws {
        let (storageClass, warnings) = try admit(
            StorageClass.self,
            "metadata: {name: s}\nprovisioner: x.org/y\nparameters: {type: ssd}\nmountOptions: [ro]\n"
                + "allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]",
            namespace: nil)
        #expect(storageClass.reclaimPolicy == "Delete" && storageClass.volumeBindingMode == "Immediate")
        #expect(warnings == ["allowedTopologies: ignored: there is one host to choose"])
    }

    static let updates: [Row<@Sendable (inout StorageClass) -> Void, String?>] = [
        Row("claims of it may grow from now on", { $0.allowVolumeExpansion = true }, nil),
        Row("it becomes the default", { $0.metadata.annotations = [StorageAnnotation.isDefaultClass: "true"] }, nil),
        Row(
            "its parameters stay", { $0.parameters = ["a": "b"] },
            "parameters: Forbidden: updates to parameters are forbidden."),
        Row(
            "so does its maker", { $0.provisioner = "z" },
            "provisioner: Forbidden: updates to provisioner are forbidden."),
        Row(
            "and its policy", { $0.reclaimPolicy = "Retain" },
            "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden."),
        Row(
            "and its time", { $0.volumeBindingMode = "WaitForFirstConsumer" },
            "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable"),
    ]

    @Test(arguments: updates)
    func update(_ row: Row<@Sendable (inout StorageClass) -> Void, String?>) throws {
        let (old, _) = try admit(StorageClass.self, "metadata: {name: s}\nprovisioner: x", namespace: nil)
        var new = old
        row.input(&new)
        #expect(
            refusal { _ = try new.admitForUpdate(old: old) }
                == row.expected.map { "StorageClass.storage.k8s.io \"s\" is invalid: \($0)" })
    }

    static func named(_ name: String, at seconds: Double, isDefault: Bool = true) -> StorageClass {
        var storageClass = StorageClass(metadata: ObjectMeta(name: name), provisioner: "x")
        storageClass.metadata.creationTimestamp = Timestamp(noon.addingTimeInterval(seconds))
        if isDefault { storageClass.metadata.annotations = [StorageAnnotation.isDefaultClass: "true"] }
        return storageClass
    }

    @Test(
        arguments: [
            Row("none", [], nil), Row("none that says so", [named("a", at: 0, isDefault: false)], nil),
            Row("the newest", [named("a", at: 0), named("b", at: 1), named("c", at: 2, isDefault: false)], "b"),
            Row("of one age the first", [named("b", at: 0), named("a", at: 0)], "a"),
        ] as [Row<[StorageClass], String?>])
    func defaultClass(_ row: Row<[StorageClass], String?>) {
        #expect(StorageClass.defaultClass(of: row.input)?.name == row.expected)
    }

    @Test func `a row as kubectl prints it`() throws {
        var (storageClass, _) = try admit(StorageClass.self, "metadata: {name: s}\nprovisioner: x", namespace: nil)
        #expect(
            StorageClass.columns.map(\.name) == [
                "Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age",
            ])
        #expect(storageClass.cells(now: noon) == ["s", "x", "Delete", "Immediate", false, "0s"])
        storageClass.metadata.annotations = [StorageAnnotation.isDefaultClass: "true"]
        storageClass.allowVolumeExpansion = true
        #expect(storageClass.cells(now: noon) == ["s (default)", "x", "Delete", "Immediate", true, "0s"])
    }
}

@Suite struct NodeSelectorTests {
    static func term(_ key: String, _ operation: String, _ values: [String]? = nil) -> NodeSelectorTerm {
        NodeSelectorTerm(matchExpressions: [NodeSelectorRequirement(key: key, operator: operation, values: values)])
    }

    static let rows: [Row<[NodeSelectorTerm], Bool>] = [
        Row("one of the values", [term("disk", "In", ["ssd", "tape"])], true),
        Row("none of the values", [term("disk", "NotIn", ["ssd"])], false),
        Row("a label that is there", [term("disk", "Exists")], true),
        Row("a label that is not", [term("gpu", "Exists")], false),
        Row("a number that is larger", [term("cores", "Gt", ["3"])], true),
        Row("a number that is not smaller", [term("cores", "Lt", ["3"])], false),
        Row("a comparison with nothing", [term("cores", "Lt", [])], false),
        Row("one of two terms", [term("gpu", "Exists"), term("disk", "Exists")], true),
        Row("an empty term fits none", [NodeSelectorTerm()], false),
        Row("no term fits none", [], false),
        Row(
            "the host's name",
            [NodeSelectorTerm(matchFields: [.init(key: "metadata.name", operator: "In", values: ["here"])])], true),
        Row(
            "another host's name",
            [NodeSelectorTerm(matchFields: [.init(key: "metadata.name", operator: "In", values: ["there"])])], false),
        Row("an operator that is none", [term("disk", "Like", ["s"])], false),
    ]

    @Test(arguments: rows)
    func matches(_ row: Row<[NodeSelectorTerm], Bool>) {
        let selector = NodeSelector(nodeSelectorTerms: row.input)
        #expect(selector.matches(name: "here", labels: ["disk": "ssd", "cores": "4"]) == row.expected)
    }
}

@Suite struct StorageSchemaTests {
    static let core = "io.k8s.api.core.v1"
    static let values: [Row<any Sendable, String>] = [
        Row(
            "claim", PersistentVolumeClaim(metadata: ObjectMeta(), spec: PersistentVolumeClaimSpec()),
            "\(core).PersistentVolumeClaim"),
        Row("its spec", PersistentVolumeClaimSpec(), "\(core).PersistentVolumeClaimSpec"),
        Row("its resources", VolumeResourceRequirements(), "\(core).VolumeResourceRequirements"),
        Row("its status", PersistentVolumeClaimStatus(), "\(core).PersistentVolumeClaimStatus"),
        Row(
            "volume", PersistentVolume(metadata: ObjectMeta(), spec: PersistentVolumeSpec()),
            "\(core).PersistentVolume"),
        Row("its spec", PersistentVolumeSpec(), "\(core).PersistentVolumeSpec"),
        Row("its status", PersistentVolumeStatus(), "\(core).PersistentVolumeStatus"),
        Row("hostPath", HostPathVolumeSource(path: ""), "\(core).HostPathVolumeSource"),
        Row("local", LocalVolumeSource(path: ""), "\(core).LocalVolumeSource"),
        Row("affinity", VolumeNodeAffinity(), "\(core).VolumeNodeAffinity"),
        Row("selector", NodeSelector(nodeSelectorTerms: []), "\(core).NodeSelector"),
        Row("term", NodeSelectorTerm(), "\(core).NodeSelectorTerm"),
        Row("requirement", NodeSelectorRequirement(key: "", operator: ""), "\(core).NodeSelectorRequirement"),
        Row("class", StorageClass(metadata: ObjectMeta(), provisioner: ""), "io.k8s.api.storage.v1.StorageClass"),
    ]

    @Test(arguments: values)
    func `every field that we decode is in the table`(_ row: Row<any Sendable, String>) throws {
        let message = try #require(Schema.kubernetes[row.expected])
        var names = Set(Mirror(reflecting: row.input).children.compactMap(\.label))
        #expect(!names.isEmpty)
        if message.isKind { names.subtract(["apiVersion", "kind"]) }
        #expect(names.filter { Schema.kubernetes.field($0, of: message) == nil } == [])
    }
}
