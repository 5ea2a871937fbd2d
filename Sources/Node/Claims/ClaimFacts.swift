import Kube

/// What is known when a claim is looked at.
struct ClaimFacts: Sendable {
    var claim: PersistentVolumeClaim
    var volumes: [PersistentVolume] = []
    /// The class that the claim names; nil when it names none, or one that is not there.
    var storageClass: StorageClass?
    /// What claims get that name no class.
    var defaultClass: String?
    /// A pod that is not over wants the claim.
    var hasConsumer = false
    /// A pod that this host has taken in wants it. As upstream, also one that has ended: its object may be looked at by
    /// somebody who wants to know where its data is.
    var isInUse = false
    var node = NodeIdentity()

    /// The claim waits for its first pod.
    var isDelayed: Bool { storageClass?.waitsForConsumer == true && !hasConsumer }
}

/// The host, as volumes choose among hosts.
struct NodeIdentity: Equatable, Sendable {
    var name = ""
    var labels: [String: String] = [:]

    func reaches(_ volume: PersistentVolume) -> Bool {
        volume.spec.nodeAffinity?.required?.matches(name: name, labels: labels) ?? true
    }
}

/// What one look at a claim says should be. Nothing of it has happened yet.
struct ClaimDecision: Equatable, Sendable {
    /// The claim as it should be; nil when it is so.
    var claim: PersistentVolumeClaim?
    /// The volume it is bound to, as that should be; nil when it is so.
    var volume: PersistentVolume?
    /// A directory is to be made for it.
    var provisions = false
    var event: StorageEvent?
}

/// What is told to whoever looks at a claim or a volume.
struct StorageEvent: Equatable, Sendable {
    var isWarning = false
    var reason: String
    var message: String

    static func normal(_ reason: String, _ message: String) -> StorageEvent {
        StorageEvent(reason: reason, message: message)
    }

    static func warning(_ reason: String, _ message: String) -> StorageEvent {
        StorageEvent(isWarning: true, reason: reason, message: message)
    }
}
