extension ObjectMeta {
    /// Labels, annotations and the rest of what every object has; `checkName` is the form of this kind's names.
    func validate(
        isNamespaced: Bool = true, _ path: FieldPath = "metadata", checkName: (String) -> [String]
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if let prefix = generateName, !prefix.isEmpty {
            // A prefix may end in a dash, for something follows it.
            let probe = prefix.count > 1 && prefix.hasSuffix("-") ? prefix.dropLast(2) + "a" : prefix[...]
            errors += checkName(String(probe)).map { .invalid(path / "generateName", .string(prefix), $0) }
        }
        if let name, !name.isEmpty {
            errors += checkName(name).map { .invalid(path / "name", .string(name), $0) }
        } else {
            errors.append(.required(path / "name", "name or generateName is required"))
        }
        if isNamespaced {
            if let namespace, !namespace.isEmpty {
                errors += Names.problemsOfLabel(namespace).map {
                    .invalid(path / "namespace", .string(namespace), $0)
                }
            } else {
                errors.append(.required(path / "namespace"))
            }
        } else if namespace ?? "" != "" {
            errors.append(.forbidden(path / "namespace", "not allowed on this type"))
        }
        return errors + validateCommon(path) + validateFinalizers(path / "finalizers")
    }

    func validateUpdate(old: ObjectMeta, _ path: FieldPath = "metadata") -> [FieldError] {
        var errors: [FieldError] = []
        let added = Set(finalizers ?? []).subtracting(old.finalizers ?? []).sorted()
        if old.deletionTimestamp != nil, !added.isEmpty {
            let list = added.map(\.goQuoted).joined(separator: ", ")
            errors.append(
                .forbidden(
                    path / "finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"
                ))
        }
        return errors + validateCommon(path) + validateFinalizers(path / "finalizers")
    }

    private func validateCommon(_ path: FieldPath) -> [FieldError] {
        var errors = Self.validateLabels(labels, path / "labels")
        errors += Self.validateAnnotations(annotations, path / "annotations")
        let controllers = (ownerReferences ?? []).filter { $0.controller == true }
        for (index, owner) in (ownerReferences ?? []).enumerated() {
            let path = (path / "ownerReferences")[index]
            let required = [
                ("apiVersion", owner.apiVersion), ("kind", owner.kind), ("name", owner.name), ("uid", owner.uid),
            ]
            for (field, value) in required where value.isEmpty {
                errors.append(.required(path / field, "must not be empty"))
            }
        }
        if controllers.count > 1 {
            let (first, second) = (controllers[0], controllers[1])
            errors.append(
                .invalid(
                    path / "ownerReferences", nil,
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                        + "\(first.kind)/\(first.name) and \(second.kind)/\(second.name)"))
        }
        return errors
    }

    private func validateFinalizers(_ path: FieldPath) -> [FieldError] {
        (finalizers ?? []).flatMap { name in
            Names.problemsOfQualifiedName(name).map { .invalid(path, .string(name), $0) }
        }
    }

    static func validateLabels(_ labels: [String: String]?, _ path: FieldPath) -> [FieldError] {
        (labels ?? [:]).sorted { $0.key < $1.key }.flatMap { key, value in
            Names.problemsOfQualifiedName(key).map { FieldError.invalid(path, .string(key), $0) }
                + Names.problemsOfLabelValue(value).map { .invalid(path, .string(value), $0) }
        }
    }

    /// All of an object's annotations together may have 256 KiB.
    static let annotationBytes = 256 << 10

    static func validateAnnotations(_ annotations: [String: String]?, _ path: FieldPath) -> [FieldError] {
        guard let annotations else { return [] }
        var errors = annotations.keys.sorted().flatMap { key in
            Names.problemsOfQualifiedName(key.lowercased()).map { FieldError.invalid(path, .string(key), $0) }
        }
        if annotations.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) > annotationBytes {
            errors.append(.tooLong(path, maximum: annotationBytes))
        }
        return errors
    }
}
