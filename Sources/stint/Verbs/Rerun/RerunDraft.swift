import Kube

/// A new Job made from an old one. Works on the JSON, so that what the client does not know comes along.
struct RerunDraft {
    private let oldName: String
    private var metadata: JSONValue = .object([:])
    private var spec: JSONValue
    private let status: JSONValue
    /// What the numbered name begins with: that of the first Job in a row of reruns.
    private let baseName: String

    /// Without what belongs to the old Job alone: identity, owners, selector, the labels made from them, and notes of
    /// controllers and clients.
    init(_ old: JSONValue) {
        oldName = old.objectName
        spec = old["spec"] ?? .object([:])
        status = old["status"] ?? .object([:])
        spec.set("selector", to: nil)
        spec.set("manualSelector", to: nil)
        if let labels = spec.at("template", "metadata", "labels")?.object {
            spec.set("template", "metadata", "labels", to: .object(labels.filter { !Self.ownLabels.contains($0.key) }))
        }
        spec.set("template", "metadata", "creationTimestamp", to: nil)
        if let labels = old.at("metadata", "labels")?.object {
            let kept = labels.filter { !Self.ownLabels.contains($0.key) }
            metadata.set("labels", to: kept.isEmpty ? nil : .object(kept))
        }
        var annotations = old.at("metadata", "annotations")?.object ?? [:]
        let isRerun = annotations[StintAnnotation.rerunOf] != nil
        for key in Self.ownAnnotations { annotations[key] = nil }
        annotations[StintAnnotation.rerunOf] = .string(oldName)
        metadata.set("annotations", to: .object(annotations))
        baseName = isRerun ? Self.withoutNumber(oldName) : oldName
    }

    private static let ownLabels: Set = [
        JobLabels.controllerUID, JobLabels.legacyControllerUID, JobLabels.jobName, JobLabels.legacyJobName,
    ]

    private static let ownAnnotations = [
        LastApplied.annotation, StintAnnotation.oomRetries, "batch.kubernetes.io/cronjob-scheduled-timestamp",
        "cronjob.kubernetes.io/instantiate",
    ]

    func job(named name: String) -> JSONValue {
        var metadata = metadata
        metadata.set("name", to: .string(name))
        return .object(["apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec])
    }

    // MARK: Names

    private static let infix = "-rerun-"

    /// `x-rerun-1`, cut so that it fits into the label that pods carry.
    func name(_ number: Int) -> String {
        let ending = "\(Self.infix)\(number)"
        var base = baseName.prefix(63 - ending.count)
        while let last = base.last, last == "-" || last == "." { base.removeLast() }
        return base + ending
    }

    private static func withoutNumber(_ name: String) -> String {
        guard let infix = name.ranges(of: infix).last, Int(name[infix.upperBound...]) != nil else { return name }
        return String(name[..<infix.lowerBound])
    }

    // MARK: What failed

    /// 1. A Job that has not ended may still complete everything. 2. An Indexed Job leaves out the indexes it completed,
    /// or that were completed before it. 3. Another one asks for as many completions as it missed; a work queue, for
    /// which any success is enough, stays as it is.
    mutating func keepWhatFailed() throws {
        guard isTrue("Complete") || isTrue("Failed") else {
            throw Failure(
                "job \"\(oldName)\" has not finished: what failed is known afterwards "
                    + "(stint wait --for=condition=Finished job/\(oldName))")
        }
        if isTrue("Complete"), status["failedIndexes"]?.string?.isEmpty ?? true {
            throw Failure("nothing failed: job \"\(oldName)\" is complete")
        }
        guard let completions = spec["completions"]?.integer.map(Int.init) else { return }
        if spec["completionMode"]?.string == JobSpec.indexed {
            var completed = CompletionIndexes(status["completedIndexes"]?.string ?? "", below: completions)
            let before = metadata.at("annotations", StintAnnotation.completedBefore)?.string
            completed.insert(CompletionIndexes(before ?? "", below: completions))
            guard completed.count < completions else {
                throw Failure("nothing failed: job \"\(oldName)\" completed all of its \(completions) indexes")
            }
            metadata.set(
                "annotations", StintAnnotation.completedBefore, to: completed.count > 0 ? .string(completed.text) : nil)
            return
        }
        let missing = completions - Int(status["succeeded"]?.integer ?? 0)
        guard missing > 0 else {
            throw Failure("nothing failed: job \"\(oldName)\" reached all of its \(completions) completions")
        }
        spec.set("completions", to: .integer(Int64(missing)))
    }

    private func isTrue(_ type: String) -> Bool {
        status["conditions"]?.array?.contains { $0["type"]?.string == type && $0["status"]?.string == "True" } ?? false
    }

    // MARK: Limits

    /// Sets limits of a container, and lowers requests that would be above them.
    mutating func setLimits(_ amounts: [String: String], of chosen: String?) throws {
        guard !amounts.isEmpty else { return }
        var containers = spec.at("template", "spec", "containers")?.array ?? []
        let names = containers.map { $0["name"]?.string ?? "" }
        let list = names.joined(separator: ", ")
        if chosen == nil, names.count > 1 {
            throw Failure("job \"\(oldName)\" has several containers: choose one with --container out of: \(list)")
        }
        guard let index = chosen.map({ names.firstIndex(of: $0) }) ?? names.indices.first else {
            throw Failure("container \(chosen ?? "") is not valid for job \(oldName) out of: \(list)")
        }
        for (resource, amount) in amounts {
            containers[index].set("resources", "limits", resource, to: .string(amount))
            let request = containers[index].at("resources", "requests", resource).map(TextTable.text)
            if let request = request.flatMap({ Quantity($0) }), let limit = Quantity(amount), request > limit {
                containers[index].set("resources", "requests", resource, to: .string(amount))
            }
        }
        spec.set("template", "spec", "containers", to: .array(containers))
    }
}
