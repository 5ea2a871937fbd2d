/// A PersistentVolume (v1): room on disk that exists by itself, for a claim to be bound to.
public struct PersistentVolume: Resource {
    public static let type = ResourceType(
        kind: "PersistentVolume", plural: "persistentvolumes", singular: "persistentvolume", shortNames: ["pv"],
        isNamespaced: false)

    public var apiVersion: String? = PersistentVolume.type.apiVersion
    public var kind: String? = PersistentVolume.type.kind
    public var metadata: ObjectMeta
    public var spec: PersistentVolumeSpec
    public var status: PersistentVolumeStatus?

    public init(metadata: ObjectMeta, spec: PersistentVolumeSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

/// The sources that are kept as they came are refused by name.
public struct PersistentVolumeSpec: Codable, Hashable, Sendable {
    public var capacity: [String: Quantity]?
    public var hostPath: HostPathVolumeSource?
    public var local: LocalVolumeSource?
    public var gcePersistentDisk: JSONValue?
    public var awsElasticBlockStore: JSONValue?
    public var glusterfs: JSONValue?
    public var nfs: JSONValue?
    public var rbd: JSONValue?
    public var iscsi: JSONValue?
    public var cinder: JSONValue?
    public var cephfs: JSONValue?
    public var fc: JSONValue?
    public var flocker: JSONValue?
    public var flexVolume: JSONValue?
    public var azureFile: JSONValue?
    public var vsphereVolume: JSONValue?
    public var quobyte: JSONValue?
    public var azureDisk: JSONValue?
    public var photonPersistentDisk: JSONValue?
    public var portworxVolume: JSONValue?
    public var scaleIO: JSONValue?
    public var storageos: JSONValue?
    public var csi: JSONValue?
    public var accessModes: [String]?
    public var claimRef: ObjectReference?
    /// `Retain` or `Delete`.
    public var persistentVolumeReclaimPolicy: String?
    public var storageClassName: String?
    public var mountOptions: [String]?
    public var volumeMode: String?
    public var nodeAffinity: VolumeNodeAffinity?
    public var volumeAttributesClassName: String?

    public init() {}
}

public struct LocalVolumeSource: Codable, Hashable, Sendable {
    public var path: String
    public var fsType: String?

    public init(path: String) { self.path = path }
}

public struct VolumeNodeAffinity: Codable, Hashable, Sendable {
    public var required: NodeSelector?

    public init(required: NodeSelector? = nil) { self.required = required }
}

public struct PersistentVolumeStatus: Codable, Hashable, Sendable {
    /// `Pending`, `Available`, `Bound`, `Released` or `Failed`.
    public var phase: String?
    public var message: String?
    public var reason: String?
    public var lastPhaseTransitionTime: Timestamp?

    public init(phase: String? = nil, at time: Timestamp? = nil) {
        self.phase = phase
        lastPhaseTransitionTime = time
    }
}

extension PersistentVolume {
    /// Keeps a volume as long as it is bound.
    public static let protectionFinalizer = "kubernetes.io/pv-protection"
    /// Keeps a volume that was made for a claim until what is in it is gone.
    public static let deletionFinalizer = "external-provisioner.volume.kubernetes.io/finalizer"

    public var className: String { metadata.annotations?[StorageAnnotation.betaClass] ?? spec.storageClassName ?? "" }

    public var capacity: Quantity { spec.capacity?["storage"] ?? .zero }

    public var isBoundByController: Bool { metadata.annotations?[StorageAnnotation.boundByController] != nil }

    /// Bound to this claim, or kept for it (upstream `IsVolumeBoundToClaim`).
    public func isFor(_ claim: PersistentVolumeClaim) -> Bool {
        guard let reference = spec.claimRef, reference.name == claim.name, reference.namespace == claim.namespace
        else { return false }
        return reference.uid ?? "" == "" || reference.uid == claim.uid
    }
}
