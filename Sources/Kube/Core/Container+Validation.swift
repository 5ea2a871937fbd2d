extension Container {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        let image = image ?? ""
        if image.isEmpty {
            errors.append(.required(path / "image"))
        } else if image.first?.isWhitespace == true || image.last?.isWhitespace == true {
            errors.append(
                .invalid(path / "image", .string(image), "must not have leading or trailing whitespace"))
        }
        errors += Rules.oneOf(
            terminationMessagePolicy, ["FallbackToLogsOnError", "File"], path / "terminationMessagePolicy")
        errors += Rules.oneOf(imagePullPolicy, ["Always", "IfNotPresent", "Never"], path / "imagePullPolicy")
        for (index, variable) in (env ?? []).enumerated() { errors += variable.validate((path / "env")[index]) }
        for (index, source) in (envFrom ?? []).enumerated() {
            errors += source.validate((path / "envFrom")[index], list: path / "envFrom")
        }
        errors += resources?.validate(path / "resources") ?? []
        errors += validateRestartPolicy(path)
        errors += securityContext?.validate(path / "securityContext") ?? []
        // The kernel's strings end at NUL: what follows one would vanish without a word.
        for (field, words) in [("command", command), ("args", args)] {
            for (index, word) in (words ?? []).enumerated() where word.utf8.contains(0) {
                errors.append(.invalid((path / field)[index], .string(word), "must not contain a NUL character"))
            }
        }
        if let workingDir, workingDir.utf8.contains(0) {
            errors.append(
                .invalid(path / "workingDir", .string(workingDir), "must not contain a NUL character"))
        }
        return errors
    }
}

extension EnvVar {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if name.isEmpty {
            errors.append(.required(path / "name"))
        } else {
            errors += Names.problemsOfEnvironmentName(name).map { .invalid(path / "name", .string(name), $0) }
        }
        if let value, value.utf8.contains(0) {
            errors.append(.invalid(path / "value", .string(value), "must not contain a NUL character"))
        }
        guard let valueFrom else { return errors }
        return errors + valueFrom.validate(hasValue: value ?? "" != "", path / "valueFrom")
    }
}

extension EnvVarSource {
    /// What `fieldRef` can name in an environment variable.
    static let fieldPaths = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ]
    static let resources = [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
        "requests.memory",
    ]

    func validate(hasValue: Bool, _ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let fieldRef { errors += fieldRef.validate(path / "fieldRef") }
        if let resourceFieldRef { errors += resourceFieldRef.validate(path / "resourceFieldRef") }
        if let configMapKeyRef { errors += configMapKeyRef.validate(path / "configMapKeyRef") }
        if let secretKeyRef { errors += secretKeyRef.validate(path / "secretKeyRef") }
        let isSet = [
            fieldRef != nil, resourceFieldRef != nil, configMapKeyRef != nil, secretKeyRef != nil, fileKeyRef != nil,
        ]
        let count = isSet.count { $0 }
        if count == 0 {
            errors.append(
                .invalid(
                    path, "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
                ))
        } else if hasValue {
            errors.append(.invalid(path, "", "may not be specified when `value` is not empty"))
        } else if count > 1 {
            errors.append(.invalid(path, "", "may not have more than one field specified at a time"))
        }
        return errors
    }
}

extension KeySelector {
    func validate(_ path: FieldPath) -> [FieldError] {
        let name = name ?? ""
        var errors = Names.problemsOfSubdomain(name).map { FieldError.invalid(path / "name", .string(name), $0) }
        if key.isEmpty { return errors + [.required(path / "key")] }
        errors += Names.problemsOfConfigKey(key).map { .invalid(path / "key", .string(key), $0) }
        return errors
    }
}

extension EnvFromSource {
    /// Upstream names the list where the element would be meant.
    func validate(_ path: FieldPath, list: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let prefix, !prefix.isEmpty {
            errors += Names.problemsOfEnvironmentName(prefix).map { .invalid(path / "prefix", .string(prefix), $0) }
        }
        for (field, reference) in [("configMapRef", configMapRef), ("secretRef", secretRef)] {
            guard let reference else { continue }
            let name = reference.name ?? ""
            errors +=
                name.isEmpty
                ? [.required(path / field / "name")]
                : Names.problemsOfSubdomain(name).map { .invalid(path / field / "name", .string(name), $0) }
        }
        switch (configMapRef, secretRef) {
        case (nil, nil): errors.append(.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`"))
        case (_?, _?): errors.append(.invalid(list, "", "may not have more than one field specified at a time"))
        default: break
        }
        return errors
    }
}

extension ObjectFieldSelector {
    func validate(_ path: FieldPath, allowed: [String] = EnvVarSource.fieldPaths) -> [FieldError] {
        if fieldPath.isEmpty { return [.required(path / "fieldPath")] }
        for prefix in ["metadata.labels['", "metadata.annotations['"]
        where fieldPath.hasPrefix(prefix) && fieldPath.hasSuffix("']") {
            let key = String(fieldPath.dropFirst(prefix.count).dropLast(2))
            // Annotations' keys may have any case.
            let checked = prefix.contains("annotations") ? key.lowercased() : key
            return Names.problemsOfQualifiedName(checked).map { .invalid(path, .string(key), $0) }
        }
        if allowed.contains(fieldPath) { return [] }
        return [.notSupported(path / "fieldPath", .string(fieldPath), allowed)]
    }
}

extension ResourceFieldSelector {
    static let divisors: [String: [String]] = [
        "cpu": ["1m", "1"],
        "memory": ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
    ]

    func validate(_ path: FieldPath) -> [FieldError] {
        if resource.isEmpty { return [.required(path / "resource")] }
        guard EnvVarSource.resources.contains(resource) else {
            return [.notSupported(path / "resource", .string(resource), EnvVarSource.resources)]
        }
        guard let divisor, divisor != .zero, let name = resource.split(separator: ".").last else { return [] }
        let (kind, words) =
            switch name {
            case "cpu": ("cpu", "cpu")
            case "memory": ("memory", "memory")
            default: ("memory", "local ephemeral storage")
            }
        let allowed = Self.divisors[kind] ?? []
        if allowed.contains(divisor.text) { return [] }
        let list = allowed.joined(separator: kind == "cpu" ? " and " : ", ")
        return [
            .invalid(
                path / "divisor", .string(resource),
                "only divisor's values \(list) are supported with the \(words) resource")
        ]
    }
}

extension ResourceRequirements {
    static let standardNames = ["cpu", "memory", "ephemeral-storage"]

    /// - Parameter isForPod: of a pod as a whole; only some resources can be given to one.
    func validate(_ path: FieldPath, isForPod: Bool = false) -> [FieldError] {
        var errors: [FieldError] = []
        for (name, amount) in (limits ?? [:]).sorted(by: { $0.key < $1.key }) {
            errors += Self.validate(name, amount, isForPod, (path / "limits")[key: name])
        }
        for (name, amount) in (requests ?? [:]).sorted(by: { $0.key < $1.key }) {
            errors += Self.validate(name, amount, isForPod, (path / "requests")[key: name])
            guard let limit = limits?[name] else { continue }
            if name.contains("/") || name.hasPrefix("hugepages-"), amount != limit {
                errors.append(.invalid(path / "requests", .string(amount.text), "must be equal to \(name) limit"))
            } else if amount > limit {
                errors.append(
                    .invalid(
                        path / "requests", .string(amount.text),
                        "must be less than or equal to \(name) limit of \(limit)"))
            }
        }
        return errors
    }

    private static func validate(
        _ name: String, _ amount: Quantity, _ isForPod: Bool, _ path: FieldPath
    ) -> [FieldError] {
        var errors: [FieldError] = Names.problemsOfQualifiedName(name).map { .invalid(path, .string(name), $0) }
        let isStandard = name.contains("/") || standardNames.contains(name) || name.hasPrefix("hugepages-")
        if !isStandard {
            errors.append(.invalid(path, .string(name), "must be a standard resource type or fully qualified"))
        }
        if isForPod, errors.isEmpty, !PodSpec.isForPods(name) {
            errors.append(.notSupported(path, .string(name), ["cpu", "hugepages-", "memory"]))
        } else if !isForPod, !isStandard {
            errors.append(.invalid(path, .string(name), "must be a standard resource for containers"))
        }
        if amount < .zero {
            errors.append(.invalid(path, .string(amount.text), "must be greater than or equal to 0"))
        }
        return errors
    }
}
