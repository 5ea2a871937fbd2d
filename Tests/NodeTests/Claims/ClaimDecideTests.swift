import Foundation
import Kube
import Testing

@testable import Node

/// What becomes of claims: a word for it, with the volume it is about.
struct ClaimDecideTests {
    /// `bind v`, `make`, `wait REASON`, `lost`, `class NAME`, `free`, `grow v SIZE`, or `nothing`.
    static func word(_ facts: ClaimFacts) -> String {
        let decision = decide(facts, now: noon)
        if decision.provisions { return "make" }
        if let volume = decision.volume {
            if facts.claim.isBindCompleted, let stored = facts.volumes.first(where: { $0.name == volume.name }),
                stored.capacity != volume.capacity
            {
                return "grow \(volume.name) \(volume.capacity)"
            }
            return "bind \(volume.name)"
        }
        if let claim = decision.claim {
            if claim.metadata.finalizers == nil { return "free" }
            if claim.status?.phase == "Lost" { return "lost" }
            if claim.spec.storageClassName != facts.claim.spec.storageClassName {
                return "class \(claim.spec.storageClassName ?? "")"
            }
            if claim.isBindCompleted { return "bind \(claim.spec.volumeName ?? "")" }
        }
        return decision.event.map { "wait \($0.reason)" } ?? "nothing"
    }

    static let matching: [ClaimRow<ClaimFacts, String>] = [
        ClaimRow("the volume that fits", ClaimFacts(makeClaim(), makeVolume()), "bind v"),
        ClaimRow(
            "the smallest that fits",
            ClaimFacts(makeClaim(), makeVolume("a", "3Gi"), makeVolume("b", "2Gi"), makeVolume("c", "512Mi")), "bind b"),
        ClaimRow(
            "of two of one size the first by name", ClaimFacts(makeClaim(), makeVolume("b"), makeVolume("a")), "bind a"),
        ClaimRow(
            "one that can do no more than it must, before a smaller one that can",
            ClaimFacts(
                makeClaim(), makeVolume("wide", "1Gi") { $0.spec.accessModes = ["ReadWriteOnce", "ReadWriteMany"] },
                makeVolume("narrow", "2Gi")), "bind narrow"),
        ClaimRow(
            "one that can do more",
            ClaimFacts(makeClaim(), makeVolume { $0.spec.accessModes = ["ReadWriteMany", "ReadWriteOnce"] }), "bind v"),
        ClaimRow(
            "one that can do all of it",
            ClaimFacts(
                makeClaim { $0.spec.accessModes = ["ReadWriteOnce", "ReadOnlyMany"] }, makeVolume(),
                in: makeClass(provisioner: "x")),
            "wait ExternalProvisioning"),
        ClaimRow(
            "one of its class", ClaimFacts(makeClaim(), makeVolume(className: "slow"), in: makeClass(provisioner: "x")),
            "wait ExternalProvisioning"),
        ClaimRow(
            "without a class one without a class", ClaimFacts(makeClaim(className: ""), makeVolume(className: "")),
            "bind v"),
        ClaimRow("and no other", ClaimFacts(makeClaim(className: ""), makeVolume()), "wait FailedBinding"),
        ClaimRow(
            "one with the labels it asks for",
            ClaimFacts(
                makeClaim { $0.spec.selector = LabelSelector(matchLabels: ["a": "b"]) }, makeVolume("x"),
                makeVolume("y", "9Gi") { $0.metadata.labels = ["a": "b"] }), "bind y"),
        ClaimRow(
            "not one that another has",
            ClaimFacts(makeClaim(className: ""), makeVolume(className: "") { $0.keep(for: "d", uid: "uid-d") }),
            "wait FailedBinding"),
        ClaimRow(
            "not one that was kept for an earlier claim of the name",
            ClaimFacts(makeClaim(className: ""), makeVolume(className: "") { $0.keep(for: "c", uid: "uid-old") }),
            "wait FailedBinding"),
        ClaimRow(
            "not one that nobody has looked at yet",
            ClaimFacts(makeClaim(className: ""), makeVolume(className: "") { $0.status?.phase = "Pending" }),
            "wait FailedBinding"),
        ClaimRow(
            "not one that is to go",
            ClaimFacts(
                makeClaim(className: ""), makeVolume(className: "") { $0.metadata.deletionTimestamp = Timestamp(noon) }),
            "wait FailedBinding"),
        ClaimRow(
            "one that is kept for it, before one that fits better, whatever its class",
            ClaimFacts(makeClaim(), makeVolume("a"), makeVolume("k", "9Gi", className: "slow") { $0.keep(for: "c") }),
            "bind k"),
        ClaimRow(
            "not one that is kept for it and too small",
            ClaimFacts(makeClaim(), makeVolume("a"), makeVolume("k", "1Mi") { $0.keep(for: "c") }), "bind a"),
        ClaimRow(
            "hosts do not count for one that is bound at once",
            ClaimFacts(makeClaim(), makeVolume { $0.restrict(to: "elsewhere") }), "bind v"),
    ]

    @Test(arguments: matching)
    func `a claim gets`(_ row: ClaimRow<ClaimFacts, String>) { #expect(Self.word(row.input) == row.expected) }

    static let named: [ClaimRow<ClaimFacts, String>] = [
        ClaimRow("it is bound to that", ClaimFacts(asking(), makeVolume()), "bind v"),
        ClaimRow("it waits for one that is not there", ClaimFacts(asking()), "nothing"),
        ClaimRow(
            "not to one of another class", ClaimFacts(asking(), makeVolume(className: "slow")), "wait VolumeMismatch"),
        ClaimRow("not to one that is too small", ClaimFacts(asking(), makeVolume("v", "1Mi")), "wait VolumeMismatch"),
        ClaimRow(
            "not to one that another has", ClaimFacts(asking(), makeVolume { $0.keep(for: "d") }), "wait FailedBinding"),
        ClaimRow("to one that is kept for it", ClaimFacts(asking(), makeVolume { $0.keep(for: "c") }), "bind v"),
        ClaimRow(
            "it does not get another one", ClaimFacts(asking(), makeVolume("w"), in: makeClass()), "nothing"),
    ]

    static func asking() -> PersistentVolumeClaim { makeClaim { $0.spec.volumeName = "v" } }

    @Test(arguments: named)
    func `a claim that names its volume`(_ row: ClaimRow<ClaimFacts, String>) {
        #expect(Self.word(row.input) == row.expected)
    }

    @Test(arguments: [
        ClaimRow("the size", makeVolume("v", "1Mi"), "requested PV is too small"),
        ClaimRow("the class", makeVolume(className: ""), "storageClassName does not match"),
        ClaimRow("the mode", makeVolume { $0.spec.volumeMode = "Block" }, "incompatible volumeMode"),
        ClaimRow("the access", makeVolume { $0.spec.accessModes = ["ReadOnlyMany"] }, "incompatible accessMode"),
        ClaimRow(
            "its end", makeVolume { $0.metadata.deletionTimestamp = Timestamp(noon) },
            "the volume is marked for deletion \"v\""),
    ])
    func `what is wrong with the volume it names is said`(_ row: ClaimRow<PersistentVolume, String>) {
        let event = decide(ClaimFacts(Self.asking(), row.input), now: noon).event
        #expect(event == .warning("VolumeMismatch", "Cannot bind to requested volume \"v\": \(row.expected)"))
    }

    static let making: [ClaimRow<ClaimFacts, String>] = [
        ClaimRow("at once", ClaimFacts(makeClaim(), in: makeClass()), "make"),
        ClaimRow(
            "when its first pod comes", ClaimFacts(makeClaim(), in: makeClass(waits: true)), "wait WaitForFirstConsumer"
        ),
        ClaimRow(
            "which is now", ClaimFacts(makeClaim(), in: makeClass(waits: true)).changed { $0.hasConsumer = true },
            "make"),
        ClaimRow(
            "until then it gets no other", ClaimFacts(makeClaim(), makeVolume(), in: makeClass(waits: true)),
            "wait WaitForFirstConsumer"),
        ClaimRow(
            "then it does, before one is made",
            ClaimFacts(makeClaim(), makeVolume(), in: makeClass(waits: true)).changed { $0.hasConsumer = true },
            "bind v"),
        ClaimRow(
            "but for one that is kept for it",
            ClaimFacts(makeClaim(), makeVolume { $0.keep(for: "c") }, in: makeClass(waits: true)), "bind v"),
        ClaimRow(
            "not one that this host does not reach",
            ClaimFacts(makeClaim(), makeVolume { $0.restrict(to: "elsewhere") }, in: makeClass(waits: true))
                .changed { $0.hasConsumer = true }, "make"),
        ClaimRow(
            "one that it does",
            ClaimFacts(makeClaim(), makeVolume { $0.restrict(to: "here") }, in: makeClass(waits: true))
                .changed { $0.hasConsumer = true }, "bind v"),
        ClaimRow("a class that is not there makes nothing", ClaimFacts(makeClaim()), "wait ProvisioningFailed"),
        ClaimRow(
            "nor one that has no provisioner",
            ClaimFacts(makeClaim(), in: makeClass(provisioner: "kubernetes.io/no-provisioner")),
            "wait ProvisioningFailed"),
        ClaimRow(
            "for another provisioner somebody else is waited",
            ClaimFacts(makeClaim(), in: makeClass(provisioner: "a.org/b")),
            "wait ExternalProvisioning"),
        ClaimRow(
            "nothing is made that has labels somebody chooses by",
            ClaimFacts(makeClaim { $0.spec.selector = LabelSelector() }, in: makeClass()), "wait ProvisioningFailed"),
        ClaimRow("without a class nothing is made", ClaimFacts(makeClaim(className: "")), "wait FailedBinding"),
        ClaimRow("nor without a default one", ClaimFacts(makeClaim(className: nil)), "wait FailedBinding"),
        ClaimRow(
            "which it gets as soon as there is one",
            ClaimFacts(makeClaim(className: nil)).changed { $0.defaultClass = "standard" }, "class standard"),
        ClaimRow(
            "not when it asked for none",
            ClaimFacts(makeClaim(className: "")).changed { $0.defaultClass = "standard" }, "wait FailedBinding"),
    ]

    @Test(arguments: making)
    func `a volume is made`(_ row: ClaimRow<ClaimFacts, String>) { #expect(Self.word(row.input) == row.expected) }

    static func bound(_ size: String = "1Gi", _ change: (inout PersistentVolumeClaim) -> Void = { _ in })
        -> PersistentVolumeClaim
    {
        var claim = bind(makeClaim(), makeVolume(), now: noon).claim
        claim.spec.resources?.requests?["storage"] = Quantity(size)!
        change(&claim)
        return claim
    }

    static let owned = bind(makeClaim(), makeVolume(), now: noon).volume

    static let later: [ClaimRow<ClaimFacts, String>] = [
        ClaimRow("stays as it is", ClaimFacts(bound(), owned), "nothing"),
        ClaimRow("gets back a volume that lost its claim", ClaimFacts(bound(), makeVolume()), "bind v"),
        ClaimRow("is lost with its volume", ClaimFacts(bound()), "lost"),
        ClaimRow("is lost without its name", ClaimFacts(bound { $0.spec.volumeName = nil }, owned), "lost"),
        ClaimRow(
            "is lost when another has the volume", ClaimFacts(bound(), makeVolume { $0.keep(for: "d", uid: "uid-d") }),
            "lost"),
        ClaimRow("is lost once", ClaimFacts(bound { $0.status = .init(phase: "Lost") }), "nothing"),
        ClaimRow("does not grow what stint has not made", ClaimFacts(bound("2Gi"), owned), "nothing"),
        ClaimRow("grows what it has", ClaimFacts(bound("2Gi"), ours), "grow v 2Gi"),
        ClaimRow("does not shrink it", ClaimFacts(bound("512Mi"), ours), "nothing"),
    ]

    static let ours: PersistentVolume = {
        var volume = owned
        let boundBy = volume.metadata.annotations ?? [:]
        volume.makeOurs()
        volume.metadata.annotations?.merge(boundBy) { $1 }
        return volume
    }()

    @Test(arguments: later)
    func `a claim that was bound`(_ row: ClaimRow<ClaimFacts, String>) { #expect(Self.word(row.input) == row.expected) }

    @Test func `what it has grown to is its capacity`() {
        let decision = decide(ClaimFacts(Self.bound("2Gi"), Self.ours), now: noon)
        #expect(decision.claim?.status?.capacity == ["storage": Quantity("2Gi")!])
        #expect(decision.event == .normal("VolumeResizeSuccessful", "ExpandVolume succeeded for volume default/c"))
    }

    static let ending: [ClaimRow<ClaimFacts, String>] = [
        ClaimRow("goes when nobody uses it", ClaimFacts(deleted(makeClaim())), "free"),
        ClaimRow("stays while a pod has it", ClaimFacts(deleted(bound())).changed { $0.isInUse = true }, "nothing"),
        ClaimRow(
            "gets no volume any more", ClaimFacts(deleted(makeClaim()), makeVolume()).changed { $0.isInUse = true },
            "nothing"),
        ClaimRow(
            "may be held by somebody else", ClaimFacts(deleted(makeClaim { $0.metadata.finalizers = ["a/b"] })),
            "nothing"),
    ]

    static func deleted(_ claim: PersistentVolumeClaim) -> PersistentVolumeClaim {
        var claim = claim
        claim.metadata.deletionTimestamp = Timestamp(noon)
        return claim
    }

    @Test(arguments: ending)
    func `a claim that is deleted`(_ row: ClaimRow<ClaimFacts, String>) {
        #expect(Self.word(row.input) == row.expected)
    }

    @Test func `both sides say who chose whom`() {
        let free = bind(makeClaim(), makeVolume(), now: noon)
        #expect(free.volume.spec.claimRef?.uid == "uid-c" && free.volume.spec.claimRef?.kind == "PersistentVolumeClaim")
        #expect(free.volume.status?.phase == "Bound" && free.claim.status?.phase == "Bound")
        #expect(free.claim.status?.capacity == ["storage": Quantity("1Gi")!])
        #expect(free.claim.status?.accessModes == ["ReadWriteOnce"])
        #expect(free.claim.spec.volumeName == "v" && free.claim.isBindCompleted && free.volume.isBoundByController)
        #expect(free.claim.metadata.annotations?[StorageAnnotation.boundByController] == "yes")
        let chosen = bind(Self.asking(), makeVolume { $0.keep(for: "c") }, now: noon)
        #expect(chosen.claim.metadata.annotations == [StorageAnnotation.bindCompleted: "yes"])
        #expect(chosen.volume.metadata.annotations == nil && chosen.volume.spec.claimRef?.uid == "uid-c")
        let again = bind(free.claim, free.volume, now: noon.addingTimeInterval(5))
        #expect(again.claim == free.claim && again.volume == free.volume)
    }

    @Test func `a volume that is made is bound from the beginning`() {
        let volume = Node.makeVolume(for: makeClaim(), of: makeClass(), directory: "/x/pvc-uid-c", now: noon)
        #expect(volume.name == "pvc-uid-c" && volume.isOurs)
        #expect(volume.spec.hostPath == HostPathVolumeSource(path: "/x/pvc-uid-c", type: "Directory"))
        #expect(volume.spec.persistentVolumeReclaimPolicy == "Delete" && volume.spec.storageClassName == "fast")
        #expect(
            volume.metadata.finalizers == [
                "kubernetes.io/pv-protection", "external-provisioner.volume.kubernetes.io/finalizer",
            ])
        let bound = bind(makeClaim(), volume, now: noon)
        #expect(bound.volume == volume, "nothing is left to be written")
        #expect(volume.validate() == [])
    }
}
