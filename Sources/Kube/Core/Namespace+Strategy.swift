extension Namespace: Strategic {
    public mutating func applyDefaults() {
        // Every namespace can be selected by its name.
        if let name = metadata.name, !name.isEmpty {
            metadata.labels = (metadata.labels ?? [:]).merging(["kubernetes.io/metadata.name": name]) { _, ours in ours
            }
        }
    }

    public mutating func prepareForCreate() {
        status = NamespaceStatus(phase: "Active")
        spec = NamespaceSpec(finalizers: ["kubernetes"])
    }

    public mutating func prepareForUpdate(old: Namespace) {
        spec = old.spec
        status = old.status
    }

    public mutating func prepareForStatusUpdate(old: Namespace) {
        spec = old.spec
        if status == nil { status = old.status }
    }

    public func validate() -> [FieldError] {
        metadata.validate(isNamespaced: false, checkName: Names.problemsOfLabel)
    }

    public func validateUpdate(old: Namespace) -> [FieldError] { metadata.validateUpdate(old: old.metadata) }
}
