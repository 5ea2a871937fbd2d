import Foundation
import Kube

/// What deleting an object means for it now. Nothing has happened yet.
enum Deletion<R: Resource>: Equatable {
    /// It goes; this is its last state.
    case remove(R)
    /// It stays, and says that it is being deleted.
    case mark(R)
}

/// A type whose objects get time to end before they are removed.
protocol GracefullyDeleted: Resource {
    /// The seconds an object of this type gets, given what the client asked for.
    func deletionGrace(requested: Int64?) -> Int64
}

extension Pod: GracefullyDeleted {
    /// As upstream's pod strategy: nothing runs of a pod without a node or of one that has ended, so it waits for
    /// nobody; a negative period means one second.
    func deletionGrace(requested: Int64?) -> Int64 {
        if (spec.nodeName ?? "").isEmpty || hasEnded { return 0 }
        let period = requested ?? spec.terminationGracePeriodSeconds ?? 30
        return period < 0 ? 1 : period
    }
}

extension Deletion {
    /// The rules of upstream's registry (`rest.BeforeDelete`, `updateForGracefulDeletionAndFinalizers`), in order:
    ///
    /// 1. A pod already ending may only get less time, never more; asking for more or for nothing changes nothing.
    /// 2. A pod asked to end for the first time gets its grace period, finalizers or not.
    /// 3. The propagation policy sets its finalizers.
    /// 4. An object with finalizers stays, marked, with a grace period of zero (or the one of 1 and 2). A namespace has
    ///    finalizers of its own, in its spec, and says that it is terminating.
    /// 5. An object with time left stays, marked. Everything else goes.
    static func decide(_ object: R, _ options: DeleteOptions, now: Date) -> Deletion {
        var object = object
        var grace: Int64?  // set when the object ends gracefully, perhaps in no time
        if let pod = object as? any GracefullyDeleted {
            if let until = object.metadata.deletionTimestamp {
                let left = object.metadata.deletionGracePeriodSeconds ?? 0
                if left > 0 {
                    guard let wanted = options.gracePeriodSeconds, wanted < left else { return .mark(object) }
                    let period = max(0, wanted)
                    object.metadata.deletionTimestamp = Timestamp(until.date.addingTimeInterval(Double(period - left)))
                    object.metadata.deletionGracePeriodSeconds = period
                    grace = period
                }
            } else {
                let period = pod.deletionGrace(requested: options.gracePeriodSeconds)
                object.metadata.markDeleted(at: now.addingTimeInterval(Double(period)), grace: period)
                grace = period
            }
        }
        let old = object.metadata.finalizers ?? []
        let finalizers = options.finalizers(from: old)
        if finalizers != old { object.metadata.finalizers = finalizers.isEmpty ? nil : finalizers }
        if !object.isHeld { return (grace ?? 0) > 0 ? .mark(object) : .remove(object) }
        if grace == nil { object.metadata.markDeleted(at: now, grace: 0) }
        if var namespace = object as? Namespace {
            namespace.status = namespace.status ?? NamespaceStatus()
            namespace.status?.phase = "Terminating"
            object = namespace as? R ?? object
        }
        return .mark(object)
    }
}

extension ObjectMeta {
    /// The generation moves too, so that a controller sees that what it should do has changed.
    fileprivate mutating func markDeleted(at time: Date, grace: Int64) {
        if deletionTimestamp == nil, let generation, generation > 0 { self.generation = generation + 1 }
        let time = Timestamp(time)
        if deletionTimestamp.map({ $0 > time }) ?? true { deletionTimestamp = time }
        deletionGracePeriodSeconds = grace
    }
}

extension Resource {
    /// True when a deletion has to wait for somebody to take his finalizer away.
    var isHeld: Bool {
        !(metadata.finalizers ?? []).isEmpty || !((self as? Namespace)?.spec?.finalizers ?? []).isEmpty
    }

    /// True of an object that is being deleted and that nothing holds any more: an update that makes it so removes it.
    var isFreeToGo: Bool {
        metadata.deletionTimestamp != nil && (metadata.deletionGracePeriodSeconds ?? 0) == 0 && !isHeld
    }
}
