/// What a pod or a container may use, in Kubernetes' units. Nil: no limit of its own.
public struct CgroupLimits: Sendable, Hashable {
    /// `limits.cpu`: hard, per 100 ms period.
    public var cpuLimitMillis: Int?
    /// `requests.cpu`: the share when processors are short. Nil and 0 get the smallest share, as in the kubelet.
    public var cpuRequestMillis: Int?
    /// `limits.memory`. Swap is never given on top.
    public var memoryLimitBytes: Int64?
    /// Processes and threads together.
    public var pids: Int?
    /// Which devices may be opened or made. Applied to containers; a pod's own group leaves it to them.
    public var devices: DevicePolicy

    public init(
        cpuLimitMillis: Int? = nil, cpuRequestMillis: Int? = nil, memoryLimitBytes: Int64? = nil, pids: Int? = nil,
        devices: DevicePolicy = .standard
    ) {
        self.cpuLimitMillis = cpuLimitMillis
        self.cpuRequestMillis = cpuRequestMillis
        self.memoryLimitBytes = memoryLimitBytes
        self.pids = pids
        self.devices = devices
    }
}

/// A pod's group bounds the sum of its containers; a container's group also gets what only makes sense for one.
enum CgroupLevel: Sendable { case pod, container }

/// Which of the kernel's two interfaces a controller is bound to.
public enum CgroupVersion: String, Codable, Sendable { case v1, v2 }
