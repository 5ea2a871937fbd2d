extension PodSpec {
    /// Upstream's `ValidateVolumes`, and `ValidateVolumeMounts` for every container. A volume with something wrong counts
    /// as missing for those who mount it.
    func validateVolumes(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var sound: Set<String> = []
        for (index, volume) in (volumes ?? []).enumerated() {
            let path = (path / "volumes")[index]
            var wrong = volume.validateSource(path)
            if volume.name.isEmpty {
                wrong.append(.required(path / "name"))
            } else {
                wrong += Names.problemsOfLabel(volume.name).map {
                    .invalid(path / "name", .string(volume.name), $0)
                }
            }
            if sound.contains(volume.name) { wrong.append(.duplicate(path / "name", .string(volume.name))) }
            if wrong.isEmpty { sound.insert(volume.name) }
            errors += wrong
        }
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            for (index, container) in containers.enumerated() {
                errors += container.validateMounts(of: sound, (path / list)[index] / "volumeMounts")
            }
        }
        return errors
    }
}

extension Volume {
    /// Every source that is set, with what is wrong with it, in upstream's order.
    private func sources(_ path: FieldPath) -> [(field: String, errors: [FieldError])] {
        var found: [(String, [FieldError])] = []
        func add(_ field: String, _ errors: [FieldError]?) {
            if let errors { found.append((field, errors)) }
        }
        func add(_ field: String, _ value: JSONValue?) {
            if value != nil { found.append((field, [])) }
        }
        add("emptyDir", emptyDir?.validate(path / "emptyDir"))
        add("hostPath", hostPath?.validate(path / "hostPath"))
        add("gitRepo", gitRepo)
        add("gcePersistentDisk", gcePersistentDisk)
        add("awsElasticBlockStore", awsElasticBlockStore)
        add("secret", secret?.validate(path / "secret"))
        add("nfs", nfs)
        add("iscsi", iscsi)
        add("glusterfs", glusterfs)
        add("flocker", flocker)
        add("persistentVolumeClaim", persistentVolumeClaim?.validate(path / "persistentVolumeClaim"))
        add("rbd", rbd)
        add("cinder", cinder)
        add("cephFS", cephfs)
        add("quobyte", quobyte)
        // Upstream spells it so in this message.
        add("downwarAPI", downwardAPI?.validate(path / "downwardAPI"))
        add("fc", fc)
        add("flexVolume", flexVolume)
        add("configMap", configMap?.validate(path / "configMap"))
        add("azureFile", azureFile)
        add("vsphereVolume", vsphereVolume)
        add("photonPersistentDisk", photonPersistentDisk)
        add("portworxVolume", portworxVolume)
        add("azureDisk", azureDisk)
        add("storageos", storageos)
        add("projected", projected?.validate(path / "projected"))
        add("scaleIO", scaleIO)
        add("csi", csi)
        add("ephemeral", ephemeral)
        add("image", image?.validate(path / "image"))
        return found
    }

    /// Upstream's `validateVolumeSource`: the first source is looked at, every further one is too many.
    func validateSource(_ path: FieldPath) -> [FieldError] {
        let found = sources(path)
        guard let first = found.first else { return [.required(path, "must specify a volume type")] }
        return first.errors
            + found.dropFirst().map { .forbidden(path / $0.field, "may not specify more than 1 volume type") }
    }
}

extension EmptyDirVolumeSource {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let sizeLimit, sizeLimit < .zero {
            errors.append(.forbidden(path / "sizeLimit", "SizeLimit field must be a valid resource quantity"))
        }
        if let mode, !(0...0o1777).contains(mode) {
            errors.append(
                .invalid(
                    path / "mode", .integer(Int64(mode)), "must be a number between 0 and 01777 (octal), both inclusive"
                ))
        }
        // Upstream lets any word through and fails the mount for ever.
        if let medium, !["", "Memory"].contains(medium), !medium.hasPrefix("HugePages") {
            errors.append(.notSupported(path / "medium", .string(medium), ["", "Memory", "HugePages"]))
        }
        return errors
    }
}

extension HostPathVolumeSource {
    static let types = [
        "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
    ]

    func validate(_ path: FieldPath) -> [FieldError] {
        if self.path.isEmpty { return [.required(path / "path")] }
        var errors = Rules.noBacksteps(self.path, path / "path")
        if !self.path.hasPrefix("/") {
            errors.append(.invalid(path / "path", .string(self.path), "must be an absolute path"))
        }
        errors += Rules.noNUL(self.path, path / "path")
        return errors + Rules.oneOf(type, Self.types, path / "type")
    }
}

extension ImageVolumeSource {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = reference ?? "" == "" ? [.required(path / "reference")] : []
        errors += Rules.oneOf(pullPolicy, ["Always", "IfNotPresent", "Never"], path / "pullPolicy")
        return errors
    }
}

extension PersistentVolumeClaimVolumeSource {
    func validate(_ path: FieldPath) -> [FieldError] {
        claimName.isEmpty ? [.required(path / "claimName")] : []
    }
}

extension Rules {
    static func noBacksteps(_ text: String, _ path: FieldPath) -> [FieldError] {
        guard text.split(separator: "/").contains("..") else { return [] }
        return [.invalid(path, .string(text), "must not contain '..'")]
    }

    /// Upstream's `validateLocalDescendingPath`.
    static func localPath(_ text: String, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if text.hasPrefix("/") { errors.append(.invalid(path, .string(text), "must be a relative path")) }
        return errors + noBacksteps(text, path) + noNUL(text, path)
    }

    /// The kernel's strings end at NUL: what follows one would vanish without a word.
    static func noNUL(_ text: String, _ path: FieldPath) -> [FieldError] {
        guard text.utf8.contains(0) else { return [] }
        return [.invalid(path, .string(text), "must not contain a NUL character")]
    }
}
