extension Container {
    /// Upstream's `ValidateVolumeMounts`. It names the list where the field of an element would be meant, for all but
    /// name and path.
    func validateMounts(of volumes: Set<String>, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var places: Set<String> = []
        for (index, mount) in (volumeMounts ?? []).enumerated() {
            let place = path[index]
            if mount.name.isEmpty { errors.append(.required(place / "name")) }
            if !volumes.contains(mount.name) { errors.append(.notFound(place / "name", .string(mount.name))) }
            if mount.mountPath.isEmpty { errors.append(.required(place / "mountPath")) }
            if !places.insert(mount.mountPath).inserted {
                errors.append(.invalid(place / "mountPath", .string(mount.mountPath), "must be unique"))
            }
            errors += Rules.noNUL(mount.mountPath, place / "mountPath")
            let (subPath, expression) = (mount.subPath ?? "", mount.subPathExpr ?? "")
            errors += Rules.localPath(subPath, path / "subPath")
            if !expression.isEmpty {
                if !subPath.isEmpty {
                    errors.append(
                        .invalid(
                            place / "subPathExpr", .string(expression),
                            "subPathExpr and subPath are mutually exclusive"))
                }
                errors += Rules.localPath(expression, path / "subPathExpr")
            }
            errors += validatePropagation(mount, path / "mountPropagation")
            errors += mount.validateRecursiveReadOnly(path / "recursiveReadOnly")
        }
        return errors
    }

    private func validatePropagation(_ mount: VolumeMount, _ path: FieldPath) -> [FieldError] {
        var errors = Rules.oneOf(mount.mountPropagation, ["Bidirectional", "HostToContainer", "None"], path)
        if mount.mountPropagation == "Bidirectional", securityContext?.privileged != true {
            errors.append(
                .forbidden(path, "Bidirectional mount propagation is available only to privileged containers"))
        }
        return errors
    }
}

extension VolumeMount {
    fileprivate func validateRecursiveReadOnly(_ path: FieldPath) -> [FieldError] {
        switch recursiveReadOnly {
        case nil, "Disabled": return []
        case "Enabled", "IfPossible":
            var errors: [FieldError] = []
            if readOnly != true { errors.append(.forbidden(path, "may only be specified when readOnly is true")) }
            if mountPropagation ?? "None" != "None" {
                errors.append(
                    .forbidden(path, "may only be specified when mountPropagation is None or not specified"))
            }
            return errors
        case let other?:
            return [.notSupported(path, .string(other), ["Disabled", "Enabled", "IfPossible"])]
        }
    }
}
