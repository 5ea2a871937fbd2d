import Foundation
import Kube

/// Which of two active pods is deleted first when there are too many: the one that has come less far
/// (upstream's `controller.ActivePods`).
///
/// 1. Without a node before with one.  2. Pending, then Unknown, then Running.  3. Not ready before ready.
/// 4. Ready for a shorter time.  5. More restarts.  6. Younger.  7. By name, so that the order is always the same.
func goesFirst(_ a: Pod, _ b: Pod) -> Bool {
    let placed = (a.hasNode, b.hasNode)
    if placed.0 != placed.1 { return !placed.0 }
    let phases = (phaseRank(a), phaseRank(b))
    if phases.0 != phases.1 { return phases.0 < phases.1 }
    if a.isReady != b.isReady { return !a.isReady }
    if a.isReady {
        let since = (a.readyCondition?.lastTransitionTime, b.readyCondition?.lastTransitionTime)
        if since.0 != since.1 { return isLaterOrMissing(since.0, than: since.1) }
    }
    let restarts = (a.containerRestarts, b.containerRestarts)
    if restarts.0 != restarts.1 { return restarts.0 > restarts.1 }
    let created = (a.metadata.creationTimestamp, b.metadata.creationTimestamp)
    if created.0 != created.1 { return isLaterOrMissing(created.0, than: created.1) }
    return a.name < b.name
}

private func phaseRank(_ pod: Pod) -> Int {
    switch pod.phase {
    case "Pending": 0
    case "Unknown": 1
    default: 2
    }
}

private func isLaterOrMissing(_ a: Timestamp?, than b: Timestamp?) -> Bool {
    guard let a else { return true }
    guard let b else { return false }
    return a > b
}

extension Pod {
    fileprivate var hasNode: Bool { spec.nodeName?.isEmpty == false }
}
