extension JobSpec {
    /// What may not change (upstream's `ValidateJobSpecUpdate`, without the rules that hold of every spec).
    /// `isUnstarted`: the Job is suspended and never ran, so where its pods run may change.
    func validateUpdate(old: JobSpec, isUnstarted: Bool, _ path: FieldPath) -> [FieldError] {
        var errors = validateCompletionsUpdate(old: old, path)
        errors += Rules.immutable(selector, old.selector, path / "selector")
        let kept = isUnstarted ? old.template.takingSchedule(of: template) : old.template
        errors += Rules.immutable(template, kept, path / "template")
        errors += Rules.immutable(completionMode, old.completionMode, path / "completionMode")
        errors += Rules.immutable(podFailurePolicy, old.podFailurePolicy, path / "podFailurePolicy")
        errors += Rules.immutable(backoffLimitPerIndex, old.backoffLimitPerIndex, path / "backoffLimitPerIndex")
        errors += Rules.immutable(managedBy, old.managedBy, path / "managedBy")
        errors += Rules.immutable(successPolicy, old.successPolicy, path / "successPolicy")
        return errors
    }

    /// An Indexed Job may grow and shrink, completions and parallelism together. That it has none is refused already.
    private func validateCompletionsUpdate(old: JobSpec, _ path: FieldPath) -> [FieldError] {
        guard isIndexed else { return Rules.immutable(completions, old.completions, path / "completions") }
        guard let completions, completions != old.completions, completions != parallelism else { return [] }
        return [
            .invalid(
                path / "completions", .integer(Int64(completions)),
                "can only be modified in tandem with \(path / "parallelism")")
        ]
    }
}

extension PodTemplateSpec {
    /// This template with what a queue may still set before the Job runs, from the new one: node affinity, node
    /// selector, tolerations, scheduling gates, labels and annotations.
    fileprivate func takingSchedule(of new: PodTemplateSpec) -> PodTemplateSpec {
        var result = self
        result.spec.affinity = Self.takingNodeAffinity(of: new.spec.affinity, spec.affinity)
        result.spec.nodeSelector = new.spec.nodeSelector
        result.spec.tolerations = new.spec.tolerations
        result.spec.schedulingGates = new.spec.schedulingGates
        var metadata = metadata ?? ObjectMeta()
        metadata.labels = new.metadata?.labels
        metadata.annotations = new.metadata?.annotations
        result.metadata = new.metadata == nil && metadata == ObjectMeta() ? nil : metadata
        return result
    }

    /// The new node affinity and the rest of the old; nothing where nothing is left.
    private static func takingNodeAffinity(of new: JSONValue?, _ old: JSONValue?) -> JSONValue? {
        guard let new else {
            let rest = (old?.object ?? [:]).filter { $0.key != "nodeAffinity" }
            return rest.isEmpty ? nil : .object(rest)
        }
        var members = old?.object ?? [:]
        members["nodeAffinity"] = new["nodeAffinity"]
        return .object(members)
    }
}
