// What becomes of each source of a volume here. To support one, change its row.

extension Optional where Wrapped: Collection {
    fileprivate var isFilled: Bool { self?.isEmpty == false }
}

extension Volume {
    static let support = SupportTable<Volume>([
        .supported("hostPath"), .supported("emptyDir"), .supported("secret"), .supported("configMap"),
        .supported("downwardAPI"), .supported("projected"), .supported("image"), .supported("persistentVolumeClaim"),
        .refused("gcePersistentDisk") { $0.gcePersistentDisk != nil },
        .refused("awsElasticBlockStore") { $0.awsElasticBlockStore != nil },
        .refused("gitRepo") { $0.gitRepo != nil }, .refused("nfs") { $0.nfs != nil },
        .refused("iscsi") { $0.iscsi != nil }, .refused("glusterfs") { $0.glusterfs != nil },
        .refused("rbd") { $0.rbd != nil }, .refused("flexVolume") { $0.flexVolume != nil },
        .refused("cinder") { $0.cinder != nil }, .refused("cephfs") { $0.cephfs != nil },
        .refused("flocker") { $0.flocker != nil }, .refused("fc") { $0.fc != nil },
        .refused("azureFile") { $0.azureFile != nil }, .refused("vsphereVolume") { $0.vsphereVolume != nil },
        .refused("quobyte") { $0.quobyte != nil }, .refused("azureDisk") { $0.azureDisk != nil },
        .refused("photonPersistentDisk") { $0.photonPersistentDisk != nil },
        .refused("portworxVolume") { $0.portworxVolume != nil }, .refused("scaleIO") { $0.scaleIO != nil },
        .refused("storageos") { $0.storageos != nil }, .refused("csi") { $0.csi != nil },
        .refused("ephemeral") { $0.ephemeral != nil },
    ])

    func supportErrors(_ path: FieldPath) -> [FieldError] {
        var errors = Self.support.errors(in: self, path)
        if let medium = emptyDir?.medium, medium.hasPrefix("HugePages") {
            errors.append(.forbidden(path / "emptyDir" / "medium", "huge pages are not supported by stint yet"))
        }
        // Fields that upstream has behind a gate that is off.
        func refuseUser(_ user: Int64?, _ field: FieldPath) {
            if user != nil { errors.append(.forbidden(field, "not supported by stint yet")) }
        }
        for (name, source) in [
            ("secret", (secret?.defaultUser, secret?.items ?? [])),
            ("configMap", (configMap?.defaultUser, configMap?.items ?? [])),
        ] {
            refuseUser(source.0, path / name / "defaultUser")
            for (index, item) in source.1.enumerated() {
                refuseUser(item.user, (path / name / "items")[index] / "user")
            }
        }
        refuseUser(downwardAPI?.defaultUser, path / "downwardAPI" / "defaultUser")
        for (index, file) in (downwardAPI?.items ?? []).enumerated() {
            refuseUser(file.user, (path / "downwardAPI" / "items")[index] / "user")
        }
        refuseUser(projected?.defaultUser, path / "projected" / "defaultUser")
        for (index, source) in (projected?.sources ?? []).enumerated() {
            let place = (path / "projected" / "sources")[index]
            errors += VolumeProjection.support.errors(in: source, place)
            for (name, items) in [("secret", source.secret?.items), ("configMap", source.configMap?.items)] {
                for (index, item) in (items ?? []).enumerated() {
                    refuseUser(item.user, (place / name / "items")[index] / "user")
                }
            }
            for (index, file) in (source.downwardAPI?.items ?? []).enumerated() {
                refuseUser(file.user, (place / "downwardAPI" / "items")[index] / "user")
            }
        }
        return errors
    }
}

extension VolumeProjection {
    static let support = SupportTable<VolumeProjection>([
        .supported("secret"), .supported("configMap"), .supported("downwardAPI"),
        .refused("serviceAccountToken", "pods get no API credentials") { $0.serviceAccountToken != nil },
        .refused("clusterTrustBundle") { $0.clusterTrustBundle != nil },
        .refused("podCertificate") { $0.podCertificate != nil },
    ])
}

extension VolumeMount {
    static let support = SupportTable<VolumeMount>([
        .supported("name"), .supported("readOnly"), .supported("recursiveReadOnly"), .supported("mountPath"),
        .supported("subPath"), .supported("mountPropagation"), .supported("subPathExpr"),
        .refused("bindMountOptions") { $0.bindMountOptions.isFilled },
    ])
}

extension PodSpec {
    func volumeSupportErrors(_ path: FieldPath) -> [FieldError] {
        var errors = (volumes ?? []).enumerated().flatMap { $1.supportErrors((path / "volumes")[$0]) }
        let hasMemory = (volumes ?? []).contains { $0.emptyDir?.medium == "Memory" }
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            for (index, container) in containers.enumerated() {
                for (number, mount) in (container.volumeMounts ?? []).enumerated() {
                    let place = ((path / list)[index] / "volumeMounts")[number]
                    errors += VolumeMount.support.errors(in: mount, place)
                    // Nor does anything from a mount namespace that belongs to a user namespace.
                    if hostUsers == false, mount.mountPropagation == "Bidirectional" {
                        errors.append(
                            .forbidden(
                                place / "mountPropagation", "Bidirectional is not supported when `hostUsers` is false"))
                    }
                    // A volume of memory is in a mount namespace of the pod, from which nothing reaches the host.
                    if hasMemory, mount.mountPropagation == "Bidirectional" {
                        errors.append(
                            .forbidden(
                                place / "mountPropagation",
                                "Bidirectional beside a volume of medium Memory is not supported by stint yet"))
                    }
                }
            }
        }
        return errors
    }
}
