import Launch

/// A volume in a container: a file or directory of the host, or an image's layers.
public struct VolumePlacement: Hashable, Sendable {
    public enum Propagation: Sendable { case none, hostToContainer, bidirectional }

    /// The volume's, for messages.
    public var name: String
    /// On the host. Links in it are followed, so only the operator or we may have chosen it.
    public var source: String
    /// Of an image, bottom first; then `source` counts for nothing.
    public var layers: [String]
    /// Below the source and never out of it; empty is all of it. Made as a directory if it is missing.
    public var subPath: String
    public var target: String
    public var isReadOnly: Bool
    /// Read-only holds for what is mounted below the source too.
    public var isRecursive: Bool
    /// Device nodes in it can be opened, as far as the container's cgroup lets them.
    public var allowsDevices: Bool
    public var propagation: Propagation
    /// One of ``PodPlan/memoryVolumes``.
    public var isMemory: Bool

    public init(
        name: String, source: String = "", layers: [String] = [], subPath: String = "", target: String,
        isReadOnly: Bool = false, isRecursive: Bool = false, allowsDevices: Bool = false,
        propagation: Propagation = .none, isMemory: Bool = false
    ) {
        self.name = name
        self.source = source
        self.layers = layers
        self.subPath = subPath
        self.target = target
        self.isReadOnly = isReadOnly
        self.isRecursive = isRecursive
        self.allowsDevices = allowsDevices
        self.propagation = propagation
        self.isMemory = isMemory
    }

    /// What the init is told. An image is never written to, and nothing in it is run.
    var bind: VolumeBind {
        var attributes: MountAttributes = layers.isEmpty ? [] : [.readOnly, .noSetuid, .noExecute]
        if isReadOnly { attributes.insert(.readOnly) }
        if !allowsDevices { attributes.insert(.noDevices) }
        let travel: VolumeBind.Propagation =
            switch propagation {
            case .none: .none
            case .hostToContainer: .hostToContainer
            case .bidirectional: .bidirectional
            }
        return VolumeBind(
            name: name, source: source, subPath: subPath, target: target, attributes: attributes,
            isRecursive: isRecursive, propagation: travel)
    }
}

/// A volume of memory that all containers of a pod share: a tmpfs on a directory that must exist. What is in it is kept
/// for as long as the pod's supervisor lives, and nobody outside the pod sees it.
public struct MemoryVolumePlan: Hashable, Sendable {
    public var name: String
    public var path: String
    public var bytes: Int64
    public var mode: UInt32
    /// Nil is root's.
    public var group: UInt32?

    public init(name: String, path: String, bytes: Int64, mode: UInt32 = 0o777, group: UInt32? = nil) {
        self.name = name
        self.path = path
        self.bytes = bytes
        self.mode = mode
        self.group = group
    }

    /// tmpfs takes a size of zero for no limit.
    ///
    /// - Parameter users: the pod's own. The file system begins with their ids, and need not be mapped.
    func forSupervisor(_ users: UserRange?) -> MemoryVolume {
        MemoryVolume(
            name: name, path: path, bytes: UInt64(max(4096, bytes)), mode: mode, owner: users?.first,
            group: users.map { $0.first + (group ?? 0) } ?? group)
    }
}
