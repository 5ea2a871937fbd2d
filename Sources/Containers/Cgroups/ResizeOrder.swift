/// In which order groups of one pod are given other limits of one controller. Pure.
///
/// A pod never has less than its containers may take together: the pod grows before they do, they shrink before it does,
/// and of them those that shrink come first (the kubelet's order). v1 insists on it for processors: a quota that is larger
/// than that of the group above is refused.
enum ResizeOrder {
    struct Change: Hashable, Sendable {
        /// Nil is the pod's own group.
        var container: String?
        /// In the kernel's unit; nil is no limit.
        var now: Int64?
        var wanted: Int64?

        var grows: Bool {
            guard let now else { return false }
            return wanted.map { $0 > now } ?? true
        }
        var shrinks: Bool {
            guard let wanted else { return false }
            return now.map { wanted < $0 } ?? true
        }
    }

    static func decide(pod: Change, containers: [Change]) -> [Change] {
        let inside = containers.filter(\.shrinks) + containers.filter { !$0.shrinks }
        return pod.grows ? [pod] + inside : inside + [pod]
    }
}

/// What a pod that runs is to have from now on.
public struct ResizePlan: Sendable, Hashable {
    public struct Container: Sendable, Hashable {
        public var name: String
        public var limits: CgroupLimits

        public init(name: String, limits: CgroupLimits) {
            self.name = name
            self.limits = limits
        }
    }

    public var pod: CgroupLimits
    /// False while a container that is to have less has not been started again: then the pod's group only grows.
    public var mayShrinkPod: Bool
    public var containers: [Container]

    public init(pod: CgroupLimits, mayShrinkPod: Bool = true, containers: [Container]) {
        self.pod = pod
        self.mayShrinkPod = mayShrinkPod
        self.containers = containers
    }
}

/// A group that holds more memory than it is to have.
public struct MemoryInUse: Sendable, Hashable {
    /// Nil is the pod.
    public var container: String?
    /// Bytes.
    public var wanted: Int64
    public var used: Int64

    public init(container: String?, wanted: Int64, used: Int64) {
        self.container = container
        self.wanted = wanted
        self.used = used
    }
}
