extension PodSpec {
    /// Upstream's `validateSysctls`. Which of them a pod may have is not decided here but where it runs.
    func validateSysctls(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, sysctl) in (securityContext?.sysctls ?? []).enumerated() {
            let (path, value) = (path[index] / "name", JSONValue.string(sysctl.name))
            if sysctl.name.isEmpty {
                errors.append(.required(path))
            } else if !Sysctl.isName(sysctl.name) {
                errors.append(
                    .invalid(
                        path, value,
                        "must have at most 253 characters and match regex "
                            + "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"))
            } else if names.contains(sysctl.name) {
                errors.append(.duplicate(path, value))
            }
            names.insert(sysctl.name)
            switch sysctl.namespace {
            case .network where hostNetwork == true:
                errors.append(.invalid(path, value, "may not be specified when 'hostNetwork' is true"))
            case .ipc where hostIPC == true:
                errors.append(.invalid(path, value, "may not be specified when 'hostIPC' is true"))
            default: break
            }
        }
        return errors
    }
}

extension Sysctl {
    /// Parts with a dot or a slash between them, none of which can be `..` or nothing.
    fileprivate static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 253 else { return false }
        let parts = name.utf8.split(omittingEmptySubsequences: false) { ".".utf8.contains($0) || "/".utf8.contains($0) }
        return parts.allSatisfy { part in
            guard let first = part.first, let last = part.last, isAlphanumeric(first), isAlphanumeric(last) else {
                return false
            }
            return part.allSatisfy { isAlphanumeric($0) || "-_".utf8.contains($0) }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte)
    }
}
