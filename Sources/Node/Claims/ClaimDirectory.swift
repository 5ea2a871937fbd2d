import Kube
import Store

/// Where on this host a claim's volume is, or in the kubelet's words why a container that mounts it has to wait.
///
/// - Parameter wasMounted: the pod has begun with the claim: then one that is being deleted stays, because a pod that has
///   been taken in keeps its claims. A pod that has not begun is not among those who keep them.
func claimDirectory(
    for name: String, in namespace: String, _ store: Store, node: NodeIdentity, wasMounted: Bool = false
) -> ClaimDirectory {
    guard let claim = store.get(PersistentVolumeClaim.self, ObjectKey(namespace: namespace, name: name)) else {
        return .waiting("persistentvolumeclaim \(name.goQuoted) not found")
    }
    let problem = "error processing PVC \(namespace)/\(name):"
    if claim.metadata.deletionTimestamp != nil, !wasMounted {
        return .waiting("\(problem) can't start pod because PVC is being deleted")
    }
    guard claim.status?.phase == "Bound", let volumeName = claim.spec.volumeName, !volumeName.isEmpty else {
        return .waiting("\(problem) PVC is not bound")
    }
    guard let volume = store.get(PersistentVolume.self, ObjectKey(namespace: nil, name: volumeName)) else {
        return .waiting("\(problem) failed to find PV \(volumeName.goQuoted)")
    }
    guard volume.spec.claimRef?.uid == claim.uid else {
        return .waiting("\(problem) PV \(volumeName.goQuoted) is bound to another claim")
    }
    guard node.reaches(volume) else {
        return .waiting(
            "\(problem) node \(node.name.goQuoted) does not match the node affinity of PV \(volumeName.goQuoted)")
    }
    if let hostPath = volume.spec.hostPath { return .directory(path: hostPath.path, type: hostPath.type ?? "") }
    guard let local = volume.spec.local else {
        return .waiting("\(problem) PV \(volumeName.goQuoted) has no directory")
    }
    return .directory(path: local.path, type: "Directory")
}

extension NodeIdentity {
    /// With the labels that the operator gave the host.
    init(named name: String, in store: Store) {
        self.init(
            name: name,
            labels: store.get(HostNode.self, ObjectKey(namespace: nil, name: name))?.metadata.labels ?? [:])
    }
}

extension Pod {
    /// The claims its volumes name.
    var claimNames: [String] { (spec.volumes ?? []).compactMap { $0.persistentVolumeClaim?.claimName } }

    var usesClaims: Bool { spec.volumes?.contains { $0.persistentVolumeClaim != nil } == true }

    /// An attempt of one of its containers was made, so its volumes were there.
    var hasBegun: Bool {
        ((status?.initContainerStatuses ?? []) + (status?.containerStatuses ?? [])).contains {
            $0.restartCount > 0 || $0.state?.running != nil || $0.state?.terminated != nil || $0.lastState != nil
        }
    }
}
