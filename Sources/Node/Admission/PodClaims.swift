import Kube

/// Whether a pod's claims let it be taken in. A value: nothing here has happened yet.
enum PodClaims {
    enum Verdict: Equatable, Sendable {
        case ready
        /// Nil while its volumes are being made, which is soon.
        case waiting(message: String?)
    }

    /// What is known of one of its claims.
    struct Fact: Sendable {
        var name: String
        var claim: PersistentVolumeClaim?
        var storageClass: StorageClass?
        /// The volume it is bound to.
        var volume: PersistentVolume?
        /// Another pod has it that has been taken in.
        var isTaken = false
    }

    /// In upstream's order: what no host could help with, of any claim, before what is about this host (the plugins
    /// VolumeRestrictions and VolumeBinding of the scheduler).
    static func judge(_ facts: [Fact], node: NodeIdentity) -> Verdict {
        for fact in facts {
            let name = fact.name.goQuoted
            guard let claim = fact.claim else { return wait("persistentvolumeclaim \(name) not found") }
            if claim.status?.phase == "Lost" {
                let volume = (claim.spec.volumeName ?? "").goQuoted
                return wait("persistentvolumeclaim \(name) bound to non-existent persistentvolume \(volume)")
            }
            if claim.metadata.deletionTimestamp != nil { return wait("persistentvolumeclaim \(name) is being deleted") }
        }
        if facts.contains(where: { !$0.isBound && $0.storageClass?.waitsForConsumer != true }) {
            return wait("pod has unbound immediate PersistentVolumeClaims")
        }
        if facts.contains(where: { $0.isTaken && $0.claim?.isForOnePod == true }) {
            return wait(
                "1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode")
        }
        if facts.contains(where: { $0.isBound && $0.volume == nil }) {
            return wait("1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)")
        }
        if facts.contains(where: { fact in fact.volume.map { !node.reaches($0) } ?? false }) {
            return wait("1 node(s) didn't match PersistentVolume's node affinity")
        }
        guard let unbound = facts.first(where: { !$0.isBound }) else { return .ready }
        if unbound.storageClass?.provisioner == StorageClass.hostDirectory { return .waiting(message: nil) }
        return wait("1 node(s) didn't find available persistent volumes to bind")
    }

    private static func wait(_ why: String) -> Verdict { .waiting(message: "0/1 nodes are available: \(why).") }
}

extension PodClaims.Fact {
    var isBound: Bool { claim?.status?.phase == "Bound" }
}

/// The pods that wait for their claims, and who has the claims that one pod alone may use.
struct ClaimHolders {
    /// By uid.
    private var waiting: [String: String] = [:]
    private var holders: [ObjectKey: String] = [:]

    func isTaken(_ key: ObjectKey, for uid: String) -> Bool { holders[key].map { $0 != uid } ?? false }

    mutating func wait(_ uid: String, in namespace: String) { waiting[uid] = namespace }

    /// The pod has been taken in.
    mutating func take(_ keys: [ObjectKey], for uid: String) {
        waiting[uid] = nil
        for key in keys { holders[key] = uid }
    }

    /// - Returns: true when somebody may be waiting for what it had.
    mutating func forget(_ uid: String) -> Bool {
        waiting[uid] = nil
        let had = holders.filter { $0.value == uid }.map(\.key)
        for key in had { holders[key] = nil }
        return !had.isEmpty && !waiting.isEmpty
    }

    /// Nil looks everywhere.
    func waiting(in namespace: String?) -> [String] {
        waiting.filter { namespace == nil || $0.value == namespace }.map(\.key)
    }
}
