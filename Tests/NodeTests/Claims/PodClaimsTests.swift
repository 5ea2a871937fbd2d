import Foundation
import Kube
import Testing

@testable import Node

struct PodClaimsTests {
    private static func fact(
        _ claim: PersistentVolumeClaim?, _ storageClass: StorageClass? = nil, _ volume: PersistentVolume? = nil,
        isTaken: Bool = false
    ) -> PodClaims.Fact {
        PodClaims.Fact(name: "c", claim: claim, storageClass: storageClass, volume: volume, isTaken: isTaken)
    }

    private static let bound = bind(makeClaim(), makeVolume(), now: noon)
    private static let alone = bind(
        makeClaim { $0.spec.accessModes = ["ReadWriteOncePod"] }, makeVolume(), now: noon)

    private static func wait(_ why: String) -> PodClaims.Verdict {
        .waiting(message: "0/1 nodes are available: \(why).")
    }

    static let rows: [ClaimRow<[PodClaims.Fact], PodClaims.Verdict>] = [
        ClaimRow("a bound claim", [fact(bound.claim, nil, bound.volume)], .ready),
        ClaimRow("a claim that is not there", [fact(nil)], wait("persistentvolumeclaim \"c\" not found")),
        ClaimRow(
            "a claim that goes", [fact(ClaimDecideTests.deleted(bound.claim), nil, bound.volume)],
            wait("persistentvolumeclaim \"c\" is being deleted")),
        ClaimRow(
            "a claim that lost its volume", [fact(ClaimDecideTests.bound { $0.status = .init(phase: "Lost") })],
            wait("persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\"")),
        ClaimRow(
            "a claim that is bound at once, and is not yet", [fact(makeClaim(), makeClass())],
            wait("pod has unbound immediate PersistentVolumeClaims")),
        ClaimRow(
            "one without a class", [fact(makeClaim(className: ""))],
            wait("pod has unbound immediate PersistentVolumeClaims")),
        ClaimRow("one that waited for the pod", [fact(makeClaim(), makeClass(waits: true))], .waiting(message: nil)),
        ClaimRow(
            "one that waited for the pod, and nobody makes a volume",
            [fact(makeClaim(), makeClass(provisioner: "kubernetes.io/no-provisioner", waits: true))],
            wait("1 node(s) didn't find available persistent volumes to bind")),
        ClaimRow(
            "one of two that is missing", [fact(bound.claim, nil, bound.volume), fact(nil)],
            wait("persistentvolumeclaim \"c\" not found")),
        ClaimRow(
            "one that another pod has alone", [fact(alone.claim, nil, alone.volume, isTaken: true)],
            wait("1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode")),
        ClaimRow("one that others have too", [fact(bound.claim, nil, bound.volume, isTaken: true)], .ready),
        ClaimRow(
            "one whose volume is gone", [fact(bound.claim)],
            wait("1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)")),
        ClaimRow(
            "one whose volume is elsewhere",
            [fact(bound.claim, nil, makeVolume { $0.restrict(to: "elsewhere") })],
            wait("1 node(s) didn't match PersistentVolume's node affinity")),
    ]

    @Test(arguments: rows)
    func judges(_ row: ClaimRow<[PodClaims.Fact], PodClaims.Verdict>) {
        #expect(PodClaims.judge(row.input, node: NodeIdentity(name: "box", labels: [:])) == row.expected)
    }

    @Test func `a claim for one pod comes back when that pod is gone`() {
        let key = ObjectKey(namespace: "default", name: "c")
        var holders = ClaimHolders()
        holders.take([key], for: "a")
        #expect(holders.isTaken(key, for: "b") && !holders.isTaken(key, for: "a"))
        let alone = holders.forget("a")
        #expect(!alone, "nobody waits")
        holders.take([key], for: "a")
        holders.wait("b", in: "default")
        #expect(holders.waiting(in: "default") == ["b"] && holders.waiting(in: "other") == [])
        #expect(holders.waiting(in: nil) == ["b"])
        let freed = holders.forget("a")
        #expect(freed && !holders.isTaken(key, for: "b"))
        holders.take([key], for: "b")
        #expect(holders.waiting(in: nil) == [])
    }
}
