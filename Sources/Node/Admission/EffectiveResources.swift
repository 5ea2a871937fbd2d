import Kube

extension PodSpec {
    /// What all containers of the pod have together at the time when that is most (upstream's `PodRequests`, KEP-753):
    /// init containers run one at a time beside the sidecars that were started before them, then everybody else runs.
    ///
    /// - Parameter amount: of one container; nil is none.
    /// - Returns: nil when a container has none and `isBound` says that then there is none for the pod either.
    func mostAtOnce(isBound: Bool, _ amount: (Container) -> Int64?) -> Int64? {
        if isBound, allContainers.contains(where: { amount($0) == nil }) { return nil }
        var sidecars: Int64 = 0
        var most: Int64 = 0
        for container in initContainers ?? [] {
            let own = amount(container) ?? 0
            most = max(most, sidecars + own)
            if container.restartPolicy == "Always" { sidecars += own }
        }
        return max(most, containers.reduce(sidecars) { $0 + (amount($1) ?? 0) })
    }
}
