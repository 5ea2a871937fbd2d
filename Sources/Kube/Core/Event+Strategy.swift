extension Event: Strategic {
    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + validateInvolvedObject()
    }

    public func validateUpdate(old: Event) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata) + validateInvolvedObject()
    }

    /// Events about things without a namespace live in `default`.
    private func validateInvolvedObject() -> [FieldError] {
        let involved = involvedObject.namespace ?? ""
        if involved == namespace || (involved.isEmpty && namespace == "default") { return [] }
        return [
            .invalid("involvedObject.namespace", .string(involved), "does not match event.namespace")
        ]
    }
}
