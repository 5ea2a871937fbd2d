extension PodSpec {
    /// `Guaranteed` when every container has limits for CPU and memory and requests as much, `BestEffort` when nothing is
    /// asked for, else `Burstable` (upstream `ComputePodQOS`). A pod with resources of its own is judged by these alone.
    public var qosClass: String {
        guard let resources else { return Self.qosClass(allContainers.map(\.resources)) }
        return Self.qosClass([resources])
    }

    /// An amount of 0 asks for nothing, and a request of 0 is less than any limit.
    private static func qosClass(_ all: [ResourceRequirements?]) -> String {
        var isBestEffort = true
        var isGuaranteed = true
        for resources in all {
            for name in ResourceRequirements.enforced {
                let limit = resources?.limits?[name] ?? .zero
                let request = resources?.requests?[name] ?? limit
                if limit.isPositive || request.isPositive { isBestEffort = false }
                if !limit.isPositive || request != limit { isGuaranteed = false }
            }
        }
        return isBestEffort ? "BestEffort" : isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
