import Foundation

extension PersistentVolumeClaim: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Status", "Pending until a volume is found, then Bound; Lost when the volume is gone."),
        TableColumn("Volume", "The volume the claim is bound to."),
        TableColumn("Capacity", "The room the volume has."),
        TableColumn("Access Modes", "In which ways the volume can be mounted."),
        TableColumn("StorageClass", "StorageClass of the pvc"),
        TableColumn("VolumeAttributesClass", "VolumeAttributesClass of the pvc"),
        .age,
        TableColumn("VolumeMode", priority: 1, "As files or as a device."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let isPlaced = spec.volumeName ?? "" != ""
        return [
            .string(name), .string(metadata.deletionTimestamp == nil ? status?.phase ?? "" : "Terminating"),
            .string(spec.volumeName ?? ""),
            .string(isPlaced ? (status?.capacity?["storage"] ?? .zero).text : ""),
            .string(isPlaced ? AccessModes.text(status?.accessModes) : ""),
            .string(className ?? ""), .string(spec.volumeAttributesClassName ?? "<unset>"),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
            .string(spec.volumeMode ?? "<unset>"),
        ]
    }
}

extension PersistentVolume: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Capacity", "How large the volume is."),
        TableColumn("Access Modes", "In which ways the volume can be mounted."),
        TableColumn("Reclaim Policy", "What becomes of the volume when its claim is gone."),
        TableColumn("Status", "Whether the volume is free."),
        TableColumn("Claim", "The claim that has it, or that it is kept for."),
        TableColumn("StorageClass", "StorageClass of the pv"),
        TableColumn("VolumeAttributesClass", "VolumeAttributesClass of the pv"),
        TableColumn("Reason", "Why it is so, in a word."),
        .age,
        TableColumn("VolumeMode", priority: 1, "As files or as a device."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let claim = spec.claimRef.map { "\($0.namespace ?? "")/\($0.name ?? "")" } ?? ""
        return [
            .string(name), .string(capacity.text), .string(AccessModes.text(spec.accessModes)),
            .string(spec.persistentVolumeReclaimPolicy ?? ""),
            .string(metadata.deletionTimestamp == nil ? status?.phase ?? "" : "Terminating"), .string(claim),
            .string(className), .string(spec.volumeAttributesClassName ?? "<unset>"), .string(status?.reason ?? ""),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
            .string(spec.volumeMode ?? "<unset>"),
        ]
    }
}

extension StorageClass: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Provisioner", "Who makes the volumes."),
        TableColumn("ReclaimPolicy", "What becomes of its volumes when their claims are gone."),
        TableColumn("VolumeBindingMode", "When a claim gets its volume."),
        TableColumn("AllowVolumeExpansion", "Whether claims of the class may grow."),
        .age,
    ]

    public func cells(now: Date) -> [JSONValue] {
        [
            .string(isDefault ? "\(name) (default)" : name), .string(provisioner), .string(reclaimPolicy ?? "Delete"),
            .string(volumeBindingMode ?? "Immediate"), .bool(allowVolumeExpansion ?? false),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
        ]
    }
}

/// In kubectl's short words and order, each once.
enum AccessModes {
    private static let short = [
        ("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"),
    ]

    static func text(_ modes: [String]?) -> String {
        short.filter { modes?.contains($0.0) == true }.map(\.1).joined(separator: ",")
    }
}
