extension Rules {
    static func fileMode(_ mode: Int?, _ path: FieldPath) -> [FieldError] {
        guard let mode, !(0...0o777).contains(mode) else { return [] }
        return [
            .invalid(path, .integer(Int64(mode)), "must be a number between 0 and 0777 (octal), both inclusive")
        ]
    }

    /// Upstream's `ValidateLocalNonReservedPath`: names that start with ".." are the kubelet's own.
    static func nonReservedPath(_ text: String, _ path: FieldPath) -> [FieldError] {
        var errors = localPath(text, path)
        if text.hasPrefix(".."), !text.hasPrefix("../"), text != ".." {
            errors.append(.invalid(path, .string(text), "must not start with '..'"))
        }
        return errors
    }
}

extension KeyToPath {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if key.isEmpty { errors.append(.required(path / "key")) }
        if self.path.isEmpty { errors.append(.required(path / "path")) }
        errors += Rules.nonReservedPath(self.path, path / "path")
        return errors + Rules.fileMode(mode, path / "mode")
    }
}

extension SecretVolumeSource {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = secretName ?? "" == "" ? [.required(path / "secretName")] : []
        errors += Rules.fileMode(defaultMode, path / "defaultMode")
        return errors + (items ?? []).enumerated().flatMap { $1.validate((path / "items")[$0]) }
    }
}

extension ConfigMapVolumeSource {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = name ?? "" == "" ? [.required(path / "name")] : []
        errors += Rules.fileMode(defaultMode, path / "defaultMode")
        return errors + (items ?? []).enumerated().flatMap { $1.validate((path / "items")[$0]) }
    }
}

extension DownwardAPIVolumeSource {
    /// Upstream names the volume where the element would be meant.
    func validate(_ path: FieldPath) -> [FieldError] {
        Rules.fileMode(defaultMode, path / "defaultMode") + (items ?? []).flatMap { $0.validate(path) }
    }
}

extension DownwardAPIVolumeFile {
    static let fieldPaths = [
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
    ]

    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if self.path.isEmpty { errors.append(.required(path / "path")) }
        errors += Rules.nonReservedPath(self.path, path / "path")
        if let fieldRef {
            errors += fieldRef.validate(path / "fieldRef", allowed: Self.fieldPaths)
            if resourceFieldRef != nil {
                errors.append(
                    .invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"))
            }
        } else if let resourceFieldRef {
            let path = path / "resourceFieldRef"
            errors +=
                resourceFieldRef.containerName ?? "" == ""
                ? [.required(path / "containerName")] : resourceFieldRef.validate(path)
        } else {
            errors.append(.required(path, "one of fieldRef and resourceFieldRef is required"))
        }
        return errors + Rules.fileMode(mode, path / "mode")
    }
}

extension ProjectedVolumeSource {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = Rules.fileMode(defaultMode, path / "defaultMode")
        var taken: Set<String> = []
        func claim(_ file: String, shownAs name: String) {
            if !file.isEmpty, !taken.insert(file).inserted {
                errors.append(.invalid(path, .string(name), "conflicting duplicate paths"))
            }
        }
        for (index, source) in (sources ?? []).enumerated() {
            let place = (path / "sources")[index]
            for (field, object) in [("secret", source.secret), ("configMap", source.configMap)] {
                guard let object else { continue }
                if object.name ?? "" == "" { errors.append(.required(place / field / "name")) }
                for (number, item) in (object.items ?? []).enumerated() {
                    errors += item.validate((place / field / "items")[number])
                    claim(item.path, shownAs: object.name ?? "")
                }
            }
            for file in source.downwardAPI?.items ?? [] {
                errors += file.validate(place / "downwardAPI")
                claim(file.path, shownAs: file.path)
            }
            if source.count > 1 { errors.append(.forbidden(place, "may not specify more than 1 volume type")) }
        }
        return errors
    }
}

extension VolumeProjection {
    fileprivate var count: Int {
        let others = [serviceAccountToken, clusterTrustBundle, podCertificate]
        return [secret != nil, configMap != nil, downwardAPI != nil].count { $0 } + others.count { $0 != nil }
    }
}
