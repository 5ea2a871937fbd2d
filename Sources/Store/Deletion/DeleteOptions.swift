import Kube

/// How an object is to be deleted (`metav1.DeleteOptions`; the JSON is the same).
public struct DeleteOptions: Codable, Hashable, Sendable {
    /// Seconds the object has to end by itself; nil for the type's own default. Zero removes at once.
    public var gracePeriodSeconds: Int64?
    public var preconditions: Preconditions?
    /// Nil: what the object's finalizers already say, or else in the background.
    public var propagationPolicy: Propagation?
    /// The old way to say `Orphan` (true) or `Background` (false).
    public var orphanDependents: Bool?
    public var dryRun: [String]?

    public init(
        gracePeriodSeconds: Int64? = nil, propagationPolicy: Propagation? = nil, preconditions: Preconditions? = nil
    ) {
        self.gracePeriodSeconds = gracePeriodSeconds
        self.propagationPolicy = propagationPolicy
        self.preconditions = preconditions
    }

    /// What happens to the objects that this one owns.
    public enum Propagation: String, Codable, Sendable {
        /// They lose their owner reference and stay.
        case orphan = "Orphan"
        /// They are deleted some time after the owner.
        case background = "Background"
        /// They are deleted first; the owner waits for them.
        case foreground = "Foreground"
    }

    /// The object must still be this one, in this version.
    public struct Preconditions: Codable, Hashable, Sendable {
        public var uid: String?
        public var resourceVersion: String?

        public init(uid: String? = nil, resourceVersion: String? = nil) {
            self.uid = uid
            self.resourceVersion = resourceVersion
        }
    }
}

extension DeleteOptions {
    /// The finalizer that keeps an owner until its dependents have lost their reference to it.
    public static let orphanFinalizer = "orphan"
    /// The finalizer that keeps an owner until its dependents are gone.
    public static let foregroundFinalizer = "foregroundDeletion"

    /// The finalizers after the propagation policy had its say
    /// (upstream `deletionFinalizersForGarbageCollection`).
    func finalizers(from old: [String]) -> [String] {
        let policy: Propagation =
            if let orphanDependents {
                orphanDependents ? .orphan : .background
            } else if let propagationPolicy {
                propagationPolicy
            } else if old.contains(Self.orphanFinalizer) {
                .orphan
            } else if old.contains(Self.foregroundFinalizer) {
                .foreground
            } else {
                .background
            }
        var new = old.filter { $0 != Self.orphanFinalizer && $0 != Self.foregroundFinalizer }
        switch policy {
        case .orphan: new.append(Self.orphanFinalizer)
        case .foreground: new.append(Self.foregroundFinalizer)
        case .background: break
        }
        return Set(new) == Set(old) ? old : new
    }
}
