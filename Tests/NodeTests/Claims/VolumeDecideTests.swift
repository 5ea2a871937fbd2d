import Foundation
import Kube
import Testing

@testable import Node

/// What becomes of volumes: their phase, and what else is to be done.
struct VolumeDecideTests {
    static func word(_ volume: PersistentVolume, _ claim: PersistentVolumeClaim?) -> String {
        let decision = decide(volume, claim: claim, now: noon)
        let new = decision.volume ?? volume
        var words = [new.status?.phase ?? ""]
        if decision.removesContent { words.append("remove") }
        if new.spec.claimRef?.uid != volume.spec.claimRef?.uid { words.append("unbind") }
        if new.metadata.finalizers == nil { words.append("free") }
        return words.joined(separator: " ")
    }

    static func bound(_ change: (inout PersistentVolume) -> Void = { _ in }) -> PersistentVolume {
        var volume = bind(makeClaim(), makeVolume(), now: noon).volume
        change(&volume)
        return volume
    }

    static let claim = bind(makeClaim(), makeVolume(), now: noon).claim
    static let elsewhere = bind(makeClaim(), makeVolume("w"), now: noon).claim
    static let earlier = makeClaim { $0.metadata.uid = "another" }

    static func deleted(_ volume: PersistentVolume) -> PersistentVolume {
        var volume = volume
        volume.metadata.deletionTimestamp = Timestamp(noon)
        return volume
    }

    static let rows: [ClaimRow<(PersistentVolume, PersistentVolumeClaim?), String>] = [
        ClaimRow("a new one is free", (makeVolume { $0.status = .init(phase: "Pending") }, nil), "Available"),
        ClaimRow(
            "so is one that is kept for somebody", (makeVolume { $0.keep(for: "c") }, claim), "Available"),
        ClaimRow("one with its claim is bound", (bound { $0.status?.phase = "Available" }, claim), "Bound"),
        ClaimRow("its claim will come to it", (bound { $0.status?.phase = "Available" }, makeClaim()), "Available"),
        ClaimRow("its claim is gone: it is kept", (bound(), nil), "Released"),
        ClaimRow("another claim of the name is not its own", (bound(), earlier), "Released"),
        ClaimRow("its claim is gone: what is ours goes", (bound { $0.makeOurs() }, nil), "Released remove"),
        ClaimRow(
            "unless it is to be kept",
            (
                bound {
                    $0.makeOurs()
                    $0.spec.persistentVolumeReclaimPolicy = "Retain"
                }, nil
            ), "Released"),
        ClaimRow(
            "what is not ours is not ours to delete", (bound { $0.spec.persistentVolumeReclaimPolicy = "Delete" }, nil),
            "Failed"),
        ClaimRow(
            "what could not be removed is tried again",
            (
                bound {
                    $0.makeOurs()
                    $0.status?.phase = "Failed"
                }, nil
            ), "Failed remove"),
        ClaimRow("its claim has another: it is free again", (bound(), elsewhere), "Available unbind"),
        ClaimRow(
            "its claim has another: what was made for it goes", (bound { $0.makeOurs() }, elsewhere), "Released remove"),
        ClaimRow(
            "its claim has another, and its author kept it for the claim",
            (makeVolume { $0.keep(for: "c", uid: "uid-c") }, elsewhere), "Available unbind"),
        ClaimRow("a free one goes when it is deleted", (deleted(makeVolume()), nil), "Available free"),
        ClaimRow("a bound one stays until its claim is gone", (deleted(bound()), claim), "Bound"),
        ClaimRow("then it goes", (deleted(bound()), nil), "Released free"),
        ClaimRow("what is ours goes before it", (deleted(bound { $0.makeOurs() }), nil), "Released remove"),
        ClaimRow(
            "what is to be kept stays where it is",
            (
                deleted(
                    bound {
                        $0.makeOurs()
                        $0.spec.persistentVolumeReclaimPolicy = "Retain"
                    }), nil
            ), "Released free"),
    ]

    @Test(arguments: rows)
    func decides(_ row: ClaimRow<(PersistentVolume, PersistentVolumeClaim?), String>) {
        #expect(Self.word(row.input.0, row.input.1) == row.expected)
    }

    @Test func `nothing is written when nothing changes`() {
        #expect(decide(Self.bound(), claim: Self.claim, now: noon.addingTimeInterval(9)) == VolumeDecision())
        #expect(decide(makeVolume(), claim: nil, now: noon.addingTimeInterval(9)) == VolumeDecision())
    }

    @Test func `what failed says why, once`() {
        let decision = decide(
            Self.bound { $0.spec.persistentVolumeReclaimPolicy = "Delete" }, claim: nil, now: noon.addingTimeInterval(9)
        )
        let why = "host_path deleter only supports directories of stint.dev/host-directory but received /data/v"
        #expect(decision.event == .warning("VolumeFailedDelete", why))
        #expect(decision.volume?.status?.message == why)
        #expect(decision.volume?.status?.lastPhaseTransitionTime == Timestamp(noon.addingTimeInterval(9)))
        #expect(decide(decision.volume!, claim: nil, now: noon) == VolumeDecision())
    }

    @Test func `one that its author kept stays kept, one that we chose does not`() {
        let kept = decide(makeVolume { $0.keep(for: "c", uid: "uid-c") }, claim: Self.elsewhere, now: noon).volume
        #expect(kept?.spec.claimRef?.name == "c" && kept?.spec.claimRef?.uid == nil)
        let chosen = decide(Self.bound(), claim: Self.elsewhere, now: noon).volume
        #expect(chosen?.spec.claimRef == nil && chosen?.isBoundByController == false)
    }
}
