/// Makes a volume, or a part of it, appear in the file system of a container.
public struct VolumeMount: Codable, Hashable, Sendable {
    public var name: String
    public var readOnly: Bool?
    /// `Disabled`, `IfPossible` or `Enabled`: whether `readOnly` holds for what is mounted below it too.
    public var recursiveReadOnly: String?
    public var mountPath: String
    /// From the root of the volume.
    public var subPath: String?
    /// `None`, `HostToContainer` or `Bidirectional`.
    public var mountPropagation: String?
    /// As `subPath`, with `$(NAME)` filled in from the container's environment.
    public var subPathExpr: String?
    public var bindMountOptions: [String]?

    public init(name: String, mountPath: String) {
        self.name = name
        self.mountPath = mountPath
    }
}

/// A mount as it turned out.
public struct VolumeMountStatus: Codable, Hashable, Sendable {
    public var name: String
    public var mountPath: String
    public var readOnly: Bool?
    /// `Disabled` or `Enabled`; nil of what can be written.
    public var recursiveReadOnly: String?

    public init(_ mount: VolumeMount, isReadOnly: Bool) {
        name = mount.name
        mountPath = mount.mountPath
        guard isReadOnly else { return }
        readOnly = true
        recursiveReadOnly = ["Enabled", "IfPossible"].contains(mount.recursiveReadOnly) ? "Enabled" : "Disabled"
    }
}
