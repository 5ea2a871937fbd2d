/// A PersistentVolumeClaim (v1): asks for room on disk that outlives pods.
public struct PersistentVolumeClaim: Resource {
    public static let type = ResourceType(
        kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", singular: "persistentvolumeclaim",
        shortNames: ["pvc"])

    public var apiVersion: String? = PersistentVolumeClaim.type.apiVersion
    public var kind: String? = PersistentVolumeClaim.type.kind
    public var metadata: ObjectMeta
    public var spec: PersistentVolumeClaimSpec
    public var status: PersistentVolumeClaimStatus?

    public init(metadata: ObjectMeta, spec: PersistentVolumeClaimSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct PersistentVolumeClaimSpec: Codable, Hashable, Sendable {
    /// `ReadWriteOnce`, `ReadOnlyMany`, `ReadWriteMany` or `ReadWriteOncePod`.
    public var accessModes: [String]?
    public var selector: LabelSelector?
    public var resources: VolumeResourceRequirements?
    /// The volume it is bound to, or asks to be bound to.
    public var volumeName: String?
    /// Nil for the default class, empty for none.
    public var storageClassName: String?
    public var volumeMode: String?
    public var dataSource: JSONValue?
    public var dataSourceRef: JSONValue?
    public var volumeAttributesClassName: String?

    public init() {}
}

public struct VolumeResourceRequirements: Codable, Hashable, Sendable {
    public var limits: [String: Quantity]?
    public var requests: [String: Quantity]?

    public init(requests: [String: Quantity]? = nil) { self.requests = requests }
}

public struct PersistentVolumeClaimStatus: Codable, Hashable, Sendable {
    /// `Pending`, `Bound` or `Lost`.
    public var phase: String?
    public var accessModes: [String]?
    public var capacity: [String: Quantity]?
    public var conditions: [JSONValue]?
    public var allocatedResources: [String: Quantity]?
    public var allocatedResourceStatuses: [String: String]?
    public var currentVolumeAttributesClassName: String?
    public var modifyVolumeStatus: JSONValue?

    public init(phase: String? = nil) { self.phase = phase }
}

extension PersistentVolumeClaim {
    /// Keeps a claim as long as a pod uses it.
    public static let protectionFinalizer = "kubernetes.io/pvc-protection"

    /// The class it asks for: nil for the default one, empty for none. The old annotation speaks first
    /// (upstream `GetPersistentVolumeClaimClass`).
    public var className: String? {
        metadata.annotations?[StorageAnnotation.betaClass] ?? spec.storageClassName
    }

    public var requestedStorage: Quantity { spec.resources?.requests?["storage"] ?? .zero }

    /// It was bound once; what is missing since then is lost.
    public var isBindCompleted: Bool { metadata.annotations?[StorageAnnotation.bindCompleted] != nil }

    /// One pod alone may use it.
    public var isForOnePod: Bool { spec.accessModes?.contains("ReadWriteOncePod") == true }
}

/// Annotations with which upstream's volume controller notes what it has done.
public enum StorageAnnotation {
    /// On a claim that was bound, whoever asked for it.
    public static let bindCompleted = "pv.kubernetes.io/bind-completed"
    /// On the side of a binding that the controller chose, and not the author.
    public static let boundByController = "pv.kubernetes.io/bound-by-controller"
    /// On a volume that was made for a claim: who made it.
    public static let provisionedBy = "pv.kubernetes.io/provisioned-by"
    /// On a claim for which a volume is to be made: who is to make it.
    public static let provisioner = "volume.kubernetes.io/storage-provisioner"
    /// On a claim whose first pod has come: the node of the pod.
    public static let selectedNode = "volume.kubernetes.io/selected-node"
    public static let isDefaultClass = "storageclass.kubernetes.io/is-default-class"
    public static let isBetaDefaultClass = "storageclass.beta.kubernetes.io/is-default-class"
    static let betaClass = "volume.beta.kubernetes.io/storage-class"
}
