import Foundation
import Testing

@testable import Kube

@Suite struct PersistentVolumeTests {
    static func volume(
        _ source: String = "hostPath: {path: /data}", capacity: String = "{storage: 1Gi}",
        modes: String = "[ReadWriteOnce]"
    ) -> String {
        "metadata: {name: v}\nspec: {capacity: \(capacity), accessModes: \(modes), \(source)}"
    }

    static let affinity =
        "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}"

    static let refusals: [Row<String, String>] = [
        Row("no access mode", volume(modes: "[]"), "spec.accessModes: Required value"),
        Row(
            "no capacity", "metadata: {name: v}\nspec: {accessModes: [ReadWriteOnce], hostPath: {path: /data}}",
            "[spec.capacity: Required value, spec.capacity: Unsupported value: null: supported values: \"storage\"]"),
        Row(
            "a capacity of nothing", volume(capacity: "{storage: 0}"),
            "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero"),
        Row("no source", volume("volumeMode: Filesystem"), "spec: Required value: must specify a volume type"),
        Row(
            "two sources", volume("hostPath: {path: /a}, local: {path: /b}, \(affinity)"),
            "spec.local: Forbidden: may not specify more than 1 volume type"),
        Row("a directory without a path", volume("hostPath: {path: ''}"), "spec.hostPath.path: Required value"),
        Row(
            "a path that leads out", volume("hostPath: {path: /a/../b}"),
            "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"),
        Row(
            "a path from nowhere", volume("hostPath: {path: a}"),
            "spec.hostPath.path: Invalid value: \"a\": must be an absolute path"),
        Row(
            "a type that is none", volume("hostPath: {path: /a, type: Dir}"),
            "spec.hostPath.type: Unsupported value: \"Dir\": supported values: \"\", \"BlockDevice\", \"CharDevice\", "
                + "\"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\""),
        Row(
            "a local volume of no host", volume("local: {path: /a}"),
            "spec.nodeAffinity: Required value: Local volume requires node affinity"),
        Row(
            "hosts that are none", volume("hostPath: {path: /a}, nodeAffinity: {}"),
            "spec.nodeAffinity.required: Required value: must specify required node constraints"),
        Row(
            "a choice of none",
            volume("hostPath: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: []}}"),
            "spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term"),
        Row(
            "a comparison with two numbers",
            volume(
                "hostPath: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: "
                    + "[{key: a, operator: Gt, values: ['1', '2']}]}]}}"),
            "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified "
                + "single value when `operator` is 'Lt' or 'Gt'"),
        Row(
            "a policy that is none", volume("hostPath: {path: /a}, persistentVolumeReclaimPolicy: Burn"),
            "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Burn\": supported values: \"Delete\", \"Recycle\", "
                + "\"Retain\""),
        Row(
            "recycling is refused by name", volume("hostPath: {path: /a}, persistentVolumeReclaimPolicy: Recycle"),
            "spec.persistentVolumeReclaimPolicy: Forbidden: Recycle is not supported by stint; use Delete or Retain"),
        Row(
            "so are options of mount", volume("hostPath: {path: /a}, mountOptions: [ro]"),
            "spec.mountOptions: Forbidden: hostPath and local volumes have no mount options"),
        Row(
            "and devices", volume("hostPath: {path: /a}, volumeMode: Block"),
            "spec.volumeMode: Forbidden: block volumes are not supported by stint"),
        Row(
            "a server's directory", volume("nfs: {server: s, path: /x}"),
            "spec.nfs: Forbidden: only hostPath and local volumes are supported by stint"),
        Row(
            "a driver's volume", volume("csi: {driver: d, volumeHandle: h}"),
            "spec.csi: Forbidden: only hostPath and local volumes are supported by stint"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try admit(PersistentVolume.self, row.input, namespace: nil) }
                == "PersistentVolume \"v\" is invalid: \(row.expected)")
    }

    @Test func `every field is supported or refused, every source of the API is known`() {
        let fields = Mirror(reflecting: PersistentVolumeSpec()).children.compactMap(\.label)
        #expect(Set(fields) == Set(PersistentVolumeSpec.support.rows.map(\.field)))
        let sources = Schema.kubernetes["io.k8s.api.core.v1.PersistentVolumeSource"]?.fields.map(\.name) ?? []
        #expect(sources.count == 22 && Set(sources).isSubset(of: fields))
    }

    @Test func `a new volume is Pending, kept by hand, and stays while it is bound`() throws {
        let (volume, _) = try admit(PersistentVolume.self, Self.volume(), namespace: nil)
        #expect(volume.status == PersistentVolumeStatus(phase: "Pending", at: Timestamp(noon)))
        #expect(volume.spec.persistentVolumeReclaimPolicy == "Retain")
        #expect(volume.spec.volumeMode == "Filesystem")
        #expect(volume.spec.hostPath == HostPathVolumeSource(path: "/data", type: ""))
        #expect(volume.metadata.finalizers == ["kubernetes.io/pv-protection"])
    }

    static let updates: [Row<@Sendable (inout PersistentVolume) -> Void, String?>] = [
        Row("its policy changes", { $0.spec.persistentVolumeReclaimPolicy = "Delete" }, nil),
        Row("its size changes", { $0.spec.capacity = ["storage": Quantity("2Gi")!] }, nil),
        Row("hosts are named once", { $0.spec.nodeAffinity = Self.somewhere("a") }, nil),
        Row(
            "its place does not", { $0.spec.hostPath?.path = "/other" },
            "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"),
    ]

    static func somewhere(_ key: String) -> VolumeNodeAffinity {
        VolumeNodeAffinity(
            required: NodeSelector(nodeSelectorTerms: [
                NodeSelectorTerm(matchExpressions: [NodeSelectorRequirement(key: key, operator: "Exists")])
            ]))
    }

    @Test(arguments: updates)
    func update(_ row: Row<@Sendable (inout PersistentVolume) -> Void, String?>) throws {
        let (old, _) = try admit(PersistentVolume.self, Self.volume(), namespace: nil)
        var new = old
        row.input(&new)
        #expect(
            refusal { _ = try new.admitForUpdate(old: old) }
                == row.expected.map { "PersistentVolume \"v\" is invalid: \($0)" })
    }

    @Test func `hosts that were named stay`() throws {
        var (old, _) = try admit(PersistentVolume.self, Self.volume(), namespace: nil)
        old.spec.nodeAffinity = Self.somewhere("a")
        var new = old
        new.spec.nodeAffinity = Self.somewhere("b")
        let message = refusal { _ = try new.admitForUpdate(old: old) }
        #expect(message?.hasSuffix("field is immutable") == true && message?.contains("nodeAffinity: ") == true)
    }

    @Test func `a row as kubectl prints it`() throws {
        var (volume, _) = try admit(
            PersistentVolume.self, Self.volume(modes: "[ReadOnlyMany, ReadWriteOnce]"), namespace: nil)
        #expect(
            PersistentVolume.columns.map(\.name) == [
                "Name", "Capacity", "Access Modes", "Reclaim Policy", "Status", "Claim", "StorageClass",
                "VolumeAttributesClass", "Reason", "Age", "VolumeMode",
            ])
        let later = noon.addingTimeInterval(5)
        #expect(
            volume.cells(now: later) == [
                "v", "1Gi", "RWO,ROX", "Retain", "Pending", "", "", "<unset>", "", "5s", "Filesystem",
            ])
        volume.spec.claimRef = ObjectReference()
        volume.spec.claimRef?.namespace = "default"
        volume.spec.claimRef?.name = "c"
        volume.spec.storageClassName = "fast"
        volume.metadata.deletionTimestamp = Timestamp(noon)
        #expect(
            volume.cells(now: later) == [
                "v", "1Gi", "RWO,ROX", "Retain", "Terminating", "default/c", "fast", "<unset>", "", "5s", "Filesystem",
            ])
    }
}
