import Kube
import Store

/// What the garbage collector does with an object that has owners.
enum OwnerDecision: Equatable {
    case keep
    /// Some owners are gone while others live: the object loses the references to those that are gone.
    case forget(uids: Set<String>)
    case delete(DeleteOptions.Propagation)
}

/// What is known of an owner.
enum OwnerState: Equatable {
    case alive
    case gone
    /// It is being deleted and waits for its dependents.
    case waiting
}

/// Upstream's `attemptToDeleteItem`, in order:
///
/// 1. An object that is being deleted already is left alone.
/// 2. While one owner lives the object stays; references to the others go.
/// 3. Otherwise it is deleted. Its own finalizers say how its dependents are treated, or, without one, in the background.
func decide(_ object: ObjectMeta, owners: [(reference: OwnerReference, state: OwnerState)]) -> OwnerDecision {
    if object.deletionTimestamp != nil || owners.isEmpty { return .keep }
    let dead = owners.filter { $0.state != .alive }
    if dead.isEmpty { return .keep }
    if dead.count < owners.count { return .forget(uids: Set(dead.map(\.reference.uid))) }
    let finalizers = object.finalizers ?? []
    if finalizers.contains(DeleteOptions.orphanFinalizer) { return .delete(.orphan) }
    if finalizers.contains(DeleteOptions.foregroundFinalizer) { return .delete(.foreground) }
    return .delete(.background)
}
