import Foundation
import Testing

@testable import Kube

@Suite struct PersistentVolumeClaimTests {
    static let good = "metadata: {name: c}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"

    static func spec(_ more: String, modes: String = "[ReadWriteOnce]", storage: String = "1Gi") -> String {
        "metadata: {name: c}\nspec: {accessModes: \(modes), resources: {requests: {storage: \(storage)}}, \(more)}"
    }

    static let refusals: [Row<String, String>] = [
        Row(
            "no access mode", "metadata: {name: c}\nspec: {resources: {requests: {storage: 1Gi}}}",
            "spec.accessModes: Required value: at least 1 access mode is required"),
        Row(
            "an access mode that is none", spec("", modes: "[Often]"),
            "spec.accessModes: Unsupported value: \"Often\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", "
                + "\"ReadWriteOnce\", \"ReadWriteOncePod\""),
        Row(
            "one pod alone, and others too", spec("", modes: "[ReadWriteOncePod, ReadWriteMany]"),
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"),
        Row(
            "no request", "metadata: {name: c}\nspec: {accessModes: [ReadWriteOnce]}",
            "spec.resources[storage]: Required value"),
        Row(
            "a request of something else",
            "metadata: {name: c}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {memory: 1Gi}}}",
            "spec.resources[storage]: Required value"),
        Row(
            "a request for nothing", spec("", storage: "0"),
            "spec.resources[storage]: Invalid value: \"0\": must be greater than zero"),
        Row(
            "a request for less than nothing", spec("", storage: "-1Gi"),
            "spec.resources[storage]: Invalid value: \"-1Gi\": must be greater than zero"),
        Row(
            "a class that is no name", spec("storageClassName: a_b"),
            "spec.storageClassName: Invalid value: \"a_b\": \(Names.problemsOfSubdomain("a_b")[0])"),
        Row(
            "a mode that is none", spec("volumeMode: Disk"),
            "spec.volumeMode: Unsupported value: \"Disk\": supported values: \"Block\", \"Filesystem\""),
        Row(
            "a selector without values", spec("selector: {matchExpressions: [{key: a, operator: In}]}"),
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
                + "'NotIn'"),
        Row(
            "devices are refused by name", spec("volumeMode: Block"),
            "spec.volumeMode: Forbidden: block volumes are not supported by stint"),
        Row(
            "so is what a volume is filled from", spec("dataSource: {kind: PersistentVolumeClaim, name: d}"),
            "spec.dataSource: Forbidden: not supported by stint yet"),
        Row(
            "also the newer way", spec("dataSourceRef: {kind: PersistentVolumeClaim, name: d}"),
            "spec.dataSourceRef: Forbidden: not supported by stint yet"),
        Row(
            "and attributes of drivers", spec("volumeAttributesClassName: gold"),
            "spec.volumeAttributesClassName: Forbidden: stint has no drivers, so it has no attributes of them"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try admit(PersistentVolumeClaim.self, row.input) }
                == "PersistentVolumeClaim \"c\" is invalid: \(row.expected)")
    }

    @Test func `every field is supported or refused`() {
        let fields = Mirror(reflecting: PersistentVolumeClaimSpec()).children.compactMap(\.label)
        #expect(Set(fields) == Set(PersistentVolumeClaimSpec.support.rows.map(\.field)))
    }

    @Test func `a new claim is Pending, of files, and kept while a pod uses it`() throws {
        let yaml = Self.good + "\nstatus: {phase: Bound, capacity: {storage: 1Ti}}"
        let (claim, warnings) = try admit(PersistentVolumeClaim.self, yaml)
        #expect(claim.status == PersistentVolumeClaimStatus(phase: "Pending"))
        #expect(claim.spec.volumeMode == "Filesystem")
        #expect(claim.metadata.finalizers == ["kubernetes.io/pvc-protection"])
        #expect(warnings == [])
    }

    static func stored(bound: Bool) throws -> PersistentVolumeClaim {
        var (claim, _) = try admit(PersistentVolumeClaim.self, spec("storageClassName: fast"))
        guard bound else { return claim }
        claim.spec.volumeName = "v"
        claim.status?.phase = "Bound"
        claim.status?.capacity = ["storage": Quantity("1Gi")!]
        return claim
    }

    static let immutable =
        "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"

    static let updates: [Row<(Bool, @Sendable (inout PersistentVolumeClaim) -> Void), String?>] = [
        Row("labels change", (false, { $0.metadata.labels = ["a": "b"] }), nil),
        Row("a volume is named once", (false, { $0.spec.volumeName = "v" }), nil),
        Row("and not another one after it", (true, { $0.spec.volumeName = "w" }), immutable),
        Row("the class stays", (false, { $0.spec.storageClassName = "slow" }), immutable),
        Row("so do the modes", (true, { $0.spec.accessModes = ["ReadWriteMany"] }), immutable),
        Row("a bound claim asks for more", (true, { $0.ask("2Gi") }), nil),
        Row("one that is not bound does not", (false, { $0.ask("2Gi") }), immutable),
        Row(
            "nobody asks for less than he has", (true, { $0.ask("512Mi") }),
            "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"),
    ]

    @Test(arguments: updates)
    func update(_ row: Row<(Bool, @Sendable (inout PersistentVolumeClaim) -> Void), String?>) throws {
        let old = try Self.stored(bound: row.input.0)
        var new = old
        row.input.1(&new)
        #expect(
            refusal { _ = try new.admitForUpdate(old: old) }
                == row.expected.map { "PersistentVolumeClaim \"c\" is invalid: \($0)" })
    }

    @Test func `a claim that had no class may get one`() throws {
        let (old, _) = try admit(PersistentVolumeClaim.self, Self.good)
        var new = old
        new.spec.storageClassName = "fast"
        #expect(refusal { _ = try new.admitForUpdate(old: old) } == nil)
    }

    @Test func `clients write the status through its subresource alone`() throws {
        let old = try Self.stored(bound: false)
        var new = try Self.stored(bound: true)
        var other = new
        _ = try new.admitForUpdate(old: old)
        #expect(new.status?.phase == "Pending" && new.spec.volumeName == "v")
        _ = try other.admitForUpdate(old: old, isStatus: true)
        #expect(other.status?.phase == "Bound" && other.spec.volumeName == nil)
    }

    @Test func `a row as kubectl prints it`() throws {
        var claim = try Self.stored(bound: false)
        let later = noon.addingTimeInterval(90)
        #expect(
            PersistentVolumeClaim.columns.map(\.name) == [
                "Name", "Status", "Volume", "Capacity", "Access Modes", "StorageClass", "VolumeAttributesClass", "Age",
                "VolumeMode",
            ])
        #expect(claim.cells(now: later) == ["c", "Pending", "", "", "", "fast", "<unset>", "90s", "Filesystem"])
        claim = try Self.stored(bound: true)
        claim.status?.accessModes = ["ReadWriteMany", "ReadWriteOnce"]
        #expect(
            claim.cells(now: later) == ["c", "Bound", "v", "1Gi", "RWO,RWX", "fast", "<unset>", "90s", "Filesystem"])
        claim.metadata.deletionTimestamp = Timestamp(noon)
        #expect(claim.cells(now: later)[1] == "Terminating")
    }
}

extension PersistentVolumeClaim {
    fileprivate mutating func ask(_ amount: String) { spec.resources?.requests?["storage"] = Quantity(amount)! }
}
