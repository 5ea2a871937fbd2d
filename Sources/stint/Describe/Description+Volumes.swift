import Kube

extension Description {
    mutating func volumes(_ volumes: [Volume]?, isTemplate: Bool) {
        let volumes = volumes ?? []
        line(isTemplate ? 1 : 0, volumes.isEmpty ? "Volumes:\t<none>" : "Volumes:")
        for volume in volumes {
            line(1, (isTemplate ? " " : "") + "\(volume.name):")
            source(of: volume)
        }
    }

    private mutating func source(of volume: Volume) {
        if let source = volume.hostPath {
            line(2, "Type:\tHostPath (bare host directory volume)")
            line(2, "Path:\t\(source.path)")
            line(2, "HostPathType:\t\(source.type ?? "<none>")")
        } else if let source = volume.emptyDir {
            line(2, "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)")
            line(2, "Medium:\t\(source.medium ?? "")")
            line(2, "SizeLimit:\t\(source.sizeLimit?.text ?? "<unset>")")
        } else if let source = volume.secret {
            line(2, "Type:\tSecret (a volume populated by a Secret)")
            line(2, "SecretName:\t\(source.secretName ?? "")")
            line(2, "Optional:\t\(source.optional ?? false)")
        } else if let source = volume.configMap {
            line(2, "Type:\tConfigMap (a volume populated by a ConfigMap)")
            line(2, "Name:\t\(source.name ?? "")")
            line(2, "Optional:\t\(source.optional ?? false)")
        } else if let source = volume.persistentVolumeClaim {
            line(
                2,
                "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)")
            line(2, "ClaimName:\t\(source.claimName)")
            line(2, "ReadOnly:\t\(source.readOnly ?? false)")
        } else if let source = volume.downwardAPI {
            line(2, "Type:\tDownwardAPI (a volume populated by information about the pod)")
            line(2, "Items:")
            for item in source.items ?? [] {
                let from = item.fieldRef?.fieldPath ?? item.resourceFieldRef?.resource
                line(3, "\(from ?? "") -> \(item.path)")
            }
        } else if let source = volume.projected {
            line(2, "Type:\tProjected (a volume that contains injected data from multiple sources)")
            for part in source.sources ?? [] { projected(part) }
        } else if let source = volume.image {
            line(2, "Type:\tImage (a container image or OCI artifact)")
            line(2, "Reference:\t\(source.reference ?? "")")
            line(2, "PullPolicy:\t\(source.pullPolicy ?? "")")
        } else {
            line(1, "<unknown>")
        }
    }

    private mutating func projected(_ source: VolumeProjection) {
        if let secret = source.secret {
            line(2, "SecretName:\t\(secret.name ?? "")")
            line(2, "Optional:\t\(secret.optional ?? false)")
        } else if source.downwardAPI != nil {
            line(2, "DownwardAPI:\ttrue")
        } else if let map = source.configMap {
            line(2, "ConfigMapName:\t\(map.name ?? "")")
            line(2, "Optional:\t\(map.optional ?? false)")
        } else if let token = source.serviceAccountToken {
            line(2, "TokenExpirationSeconds:\t\(token["expirationSeconds"]?.plain ?? "")")
        }
    }
}
