/// A directory, a file or a device that containers of a pod can mount, and what it is made from: exactly one of the
/// sources is set. Those of type `JSONValue` are kept as they came; `Volume+Support.swift` refuses them by name.
public struct Volume: Codable, Hashable, Sendable {
    public var name: String
    public var hostPath: HostPathVolumeSource?
    public var emptyDir: EmptyDirVolumeSource?
    public var secret: SecretVolumeSource?
    public var configMap: ConfigMapVolumeSource?
    public var downwardAPI: DownwardAPIVolumeSource?
    public var projected: ProjectedVolumeSource?
    public var persistentVolumeClaim: PersistentVolumeClaimVolumeSource?
    public var image: ImageVolumeSource?

    public var gcePersistentDisk: JSONValue?
    public var awsElasticBlockStore: JSONValue?
    public var gitRepo: JSONValue?
    public var nfs: JSONValue?
    public var iscsi: JSONValue?
    public var glusterfs: JSONValue?
    public var rbd: JSONValue?
    public var flexVolume: JSONValue?
    public var cinder: JSONValue?
    public var cephfs: JSONValue?
    public var flocker: JSONValue?
    public var fc: JSONValue?
    public var azureFile: JSONValue?
    public var vsphereVolume: JSONValue?
    public var quobyte: JSONValue?
    public var azureDisk: JSONValue?
    public var photonPersistentDisk: JSONValue?
    public var portworxVolume: JSONValue?
    public var scaleIO: JSONValue?
    public var storageos: JSONValue?
    public var csi: JSONValue?
    public var ephemeral: JSONValue?

    public init(name: String) { self.name = name }
}

/// A file or directory of the host.
public struct HostPathVolumeSource: Codable, Hashable, Sendable {
    public var path: String
    /// What must be there, or is made; empty is no check.
    public var type: String?

    public init(path: String, type: String? = nil) {
        self.path = path
        self.type = type
    }
}

/// An empty directory that lives as long as the pod.
public struct EmptyDirVolumeSource: Codable, Hashable, Sendable {
    /// Empty for the disk, `Memory` for a tmpfs.
    public var medium: String?
    public var sizeLimit: Quantity?
    /// Permission bits, with sticky; 0777 if nil.
    public var mode: Int?

    public init(medium: String? = nil, sizeLimit: Quantity? = nil) {
        self.medium = medium
        self.sizeLimit = sizeLimit
    }
}

/// The files of an image, to be read only.
public struct ImageVolumeSource: Codable, Hashable, Sendable {
    public var reference: String?
    /// `Always`, `Never` or `IfNotPresent`.
    public var pullPolicy: String?

    public init(reference: String) { self.reference = reference }
}

/// The volume that a claim of the pod's namespace is bound to.
public struct PersistentVolumeClaimVolumeSource: Codable, Hashable, Sendable {
    public var claimName: String
    /// Makes all mounts of it read-only.
    public var readOnly: Bool?

    public init(claimName: String, readOnly: Bool? = nil) {
        self.claimName = claimName
        self.readOnly = readOnly
    }
}
