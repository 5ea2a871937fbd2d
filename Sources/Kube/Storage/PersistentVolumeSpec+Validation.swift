extension PersistentVolumeSpec {
    private static let noDriver = "only hostPath and local volumes are supported by stint"

    static let support = SupportTable<PersistentVolumeSpec>([
        .supported("capacity"), .supported("hostPath"), .supported("local"), .supported("accessModes"),
        .supported("claimRef"),
        .refused("persistentVolumeReclaimPolicy", "Recycle is not supported by stint; use Delete or Retain") {
            $0.persistentVolumeReclaimPolicy == "Recycle"
        },
        .supported("storageClassName"),
        .refused("mountOptions", "hostPath and local volumes have no mount options") {
            $0.mountOptions?.isEmpty == false
        },
        .refused("volumeMode", "block volumes are not supported by stint") { $0.volumeMode == "Block" },
        .supported("nodeAffinity"),
        .refused("volumeAttributesClassName", "stint has no drivers, so it has no attributes of them") {
            $0.volumeAttributesClassName != nil
        },
        .refused("gcePersistentDisk", noDriver) { $0.gcePersistentDisk != nil },
        .refused("awsElasticBlockStore", noDriver) { $0.awsElasticBlockStore != nil },
        .refused("glusterfs", noDriver) { $0.glusterfs != nil }, .refused("nfs", noDriver) { $0.nfs != nil },
        .refused("rbd", noDriver) { $0.rbd != nil }, .refused("iscsi", noDriver) { $0.iscsi != nil },
        .refused("cinder", noDriver) { $0.cinder != nil }, .refused("cephfs", noDriver) { $0.cephfs != nil },
        .refused("fc", noDriver) { $0.fc != nil }, .refused("flocker", noDriver) { $0.flocker != nil },
        .refused("flexVolume", noDriver) { $0.flexVolume != nil },
        .refused("azureFile", noDriver) { $0.azureFile != nil },
        .refused("vsphereVolume", noDriver) { $0.vsphereVolume != nil },
        .refused("quobyte", noDriver) { $0.quobyte != nil }, .refused("azureDisk", noDriver) { $0.azureDisk != nil },
        .refused("photonPersistentDisk", noDriver) { $0.photonPersistentDisk != nil },
        .refused("portworxVolume", noDriver) { $0.portworxVolume != nil },
        .refused("scaleIO", noDriver) { $0.scaleIO != nil }, .refused("storageos", noDriver) { $0.storageos != nil },
        .refused("csi", noDriver) { $0.csi != nil },
    ])

    /// Upstream's `ValidatePersistentVolumeSpec`.
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if (accessModes ?? []).isEmpty { errors.append(.required(path / "accessModes")) }
        errors += PersistentVolumeClaimSpec.validate(accessModes, path / "accessModes")
        errors += validateCapacity(path / "capacity")
        errors += Rules.oneOf(
            persistentVolumeReclaimPolicy, ["Delete", "Recycle", "Retain"], path / "persistentVolumeReclaimPolicy")
        if let nodeAffinity {
            errors +=
                nodeAffinity.required?.validate(path / "nodeAffinity" / "required")
                ?? [.required(path / "nodeAffinity" / "required", "must specify required node constraints")]
        }
        errors += validateSource(path)
        if let name = storageClassName, !name.isEmpty {
            errors += Names.problemsOfSubdomain(name).map { .invalid(path / "storageClassName", .string(name), $0) }
        }
        errors += Rules.oneOf(volumeMode, PersistentVolumeClaimSpec.volumeModes, path / "volumeMode")
        return errors + Self.support.errors(in: self, path)
    }

    private func validateCapacity(_ path: FieldPath) -> [FieldError] {
        let capacity = capacity ?? [:]
        var errors: [FieldError] = []
        if capacity.isEmpty { errors.append(.required(path)) }
        if capacity["storage"] == nil || capacity.count > 1 {
            errors.append(.notSupported(path, Rules.tree(self.capacity), ["storage"]))
        }
        for (name, amount) in capacity.sorted(by: { $0.key < $1.key }) where amount <= .zero {
            errors.append(.invalid(path[key: name], .string(amount.text), "must be greater than zero"))
        }
        return errors
    }

    private func validateSource(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let hostPath {
            errors += Self.validate(directory: hostPath.path, path / "hostPath" / "path")
            errors += Rules.oneOf(hostPath.type, Self.hostPathTypes, path / "hostPath" / "type")
        }
        if let local {
            if hostPath != nil {
                errors.append(.forbidden(path / "local", "may not specify more than 1 volume type"))
            } else {
                errors += Self.validate(directory: local.path, path / "local" / "path")
                if nodeAffinity == nil {
                    errors.append(.required(path / "nodeAffinity", "Local volume requires node affinity"))
                }
            }
        }
        let hasOther = Self.support.rows.contains { row in
            if case .refused(Self.noDriver) = row.verdict { row.isUsed(self) } else { false }
        }
        if hostPath == nil, local == nil, !hasOther {
            errors.append(.required(path, "must specify a volume type"))
        }
        return errors
    }

    private static let hostPathTypes = [
        "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
    ]

    /// Upstream takes a path that is not absolute too, and looks from wherever the kubelet was started.
    private static func validate(directory text: String, _ path: FieldPath) -> [FieldError] {
        if text.isEmpty { return [.required(path)] }
        if text.split(separator: "/").contains("..") { return [.invalid(path, .string(text), "must not contain '..'")] }
        return text.hasPrefix("/") ? [] : [.invalid(path, .string(text), "must be an absolute path")]
    }
}
