extension PodSecurityContext {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = Rules.id(fsGroup, path / "fsGroup")
        errors += Rules.id(runAsUser, path / "runAsUser")
        errors += Rules.id(runAsGroup, path / "runAsGroup")
        for (index, group) in (supplementalGroups ?? []).enumerated() {
            errors += Rules.id(group, (path / "supplementalGroups")[index])
        }
        errors += Rules.oneOf(
            supplementalGroupsPolicy, ["Merge", "Strict"], path / "supplementalGroupsPolicy")
        errors += Rules.oneOf(fsGroupChangePolicy, ["Always", "OnRootMismatch"], path / "fsGroupChangePolicy")
        return errors + (seccompProfile?.validate(path / "seccompProfile") ?? [])
    }
}

extension SecurityContext {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = Rules.id(runAsUser, path / "runAsUser")
        errors += Rules.id(runAsGroup, path / "runAsGroup")
        errors += Rules.oneOf(procMount, ["Default", "Unmasked"], path / "procMount")
        errors += seccompProfile?.validate(path / "seccompProfile") ?? []
        if allowPrivilegeEscalation == false {
            if privileged == true {
                errors.append(
                    .invalid(
                        path, Rules.tree(self),
                        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"))
            }
            if (capabilities?.add ?? []).contains("CAP_SYS_ADMIN") {
                errors.append(
                    .invalid(
                        path, Rules.tree(self),
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"))
            }
        }
        return errors
    }
}

extension SeccompProfile {
    func validate(_ path: FieldPath) -> [FieldError] {
        if type.isEmpty { return [.required(path / "type", "type is required when seccompProfile is set")] }
        var errors = Rules.oneOf(type, ["Localhost", "RuntimeDefault", "Unconfined"], path / "type")
        if type == "Localhost" {
            if let localhostProfile, !localhostProfile.isEmpty {
                errors += Self.validateLocal(localhostProfile, path / "localhostProfile")
            } else {
                errors.append(
                    .required(
                        path / "localhostProfile", "must be set when seccomp type is Localhost"))
            }
        } else if localhostProfile != nil {
            errors.append(
                .invalid(
                    path / "localhostProfile", localhostProfile.map { .string($0) },
                    "can only be set when seccomp type is Localhost"))
        }
        return errors
    }

    /// A path that stays below the directory of profiles.
    private static func validateLocal(_ name: String, _ path: FieldPath) -> [FieldError] {
        if name.hasPrefix("/") { return [.invalid(path, .string(name), "must be a relative path")] }
        if name.split(separator: "/").contains("..") { return [.invalid(path, .string(name), "must not contain '..'")] }
        return []
    }
}
