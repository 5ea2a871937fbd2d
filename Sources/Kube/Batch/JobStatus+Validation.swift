/// A change of a Job's status by a client: upstream's `ValidateJobStatusUpdate` with the options of its status strategy.
///
/// Most rules are only held when what they are about changes. So a status that broke a rule before can still be written
/// where it is right, and one that a change of the spec made wrong (fewer completions) is not held against whoever
/// comes next.
struct JobStatusChange {
    private let spec: JobSpec
    private let new: JobStatus
    private let old: JobStatus

    private let path: FieldPath = "status"
    private let conditions: FieldPath = "status.conditions"
    private let completionTime: FieldPath = "status.completionTime"

    init(of job: Job, from old: Job) {
        spec = job.spec
        new = job.status ?? JobStatus()
        self.old = old.status ?? JobStatus()
    }

    /// In upstream's order.
    func validate() -> [FieldError] {
        validateCounts() + validateUncounted() + validateCompletion() + validateReasonsToEnd() + validateEnd()
            + validateIndexes() + validatePods() + validateCriteria() + validateTransition()
    }

    // What is asked of both statuses.

    private func has(_ condition: String) -> Bool { new.trueCondition(condition) != nil }
    private func had(_ condition: String) -> Bool { old.trueCondition(condition) != nil }
    private func changes(_ condition: String) -> Bool { has(condition) != had(condition) }
    private var isFinished: Bool { has("Complete") || has("Failed") }
    private var changesFinished: Bool { isFinished != (had("Complete") || had("Failed")) }

    private func changes<Value: Equatable>(_ field: KeyPath<JobStatus, Value?>, absent: Value) -> Bool {
        (new[keyPath: field] ?? absent) != (old[keyPath: field] ?? absent)
    }

    private func changes<Value: Equatable>(_ field: KeyPath<JobStatus, Value?>) -> Bool {
        new[keyPath: field] != old[keyPath: field]
    }
}

extension JobStatusChange {
    private func validateCounts() -> [FieldError] {
        Rules.nonnegative(new.active, path / "active") + Rules.nonnegative(new.succeeded, path / "succeeded")
            + Rules.nonnegative(new.failed, path / "failed") + Rules.nonnegative(new.ready, path / "ready")
            + Rules.nonnegative(new.terminating, path / "terminating")
    }

    /// No pod may be named twice, not in one list and not in both.
    private func validateUncounted() -> [FieldError] {
        guard let uncounted = new.uncountedTerminatedPods else { return [] }
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (name, uids) in [("succeeded", uncounted.succeeded), ("failed", uncounted.failed)] {
            let path = path / "uncountedTerminatedPods" / name
            for (index, uid) in (uids ?? []).enumerated() {
                if uid.isEmpty {
                    errors.append(.invalid(path[index], "", "must not be empty"))
                } else if !seen.insert(uid).inserted {
                    errors.append(.duplicate(path[index], .string(uid)))
                }
            }
        }
        return errors
    }

    private func validateCompletion() -> [FieldError] {
        var errors: [FieldError] = []
        let isComplete = has("Complete")
        if isComplete, has("Failed"), changes("Complete") || changes("Failed") {
            errors.append(.invalid(conditions, nil, "cannot set Complete=True and Failed=true conditions"))
        }
        if isComplete, has("FailureTarget"), changes("Complete") || changes("FailureTarget") {
            errors.append(.invalid(conditions, nil, "cannot set Complete=True and FailureTarget=true conditions"))
        }
        if changes("Complete") || changes(\.completionTime) {
            if let time = new.completionTime, !isComplete {
                errors.append(
                    .invalid(
                        completionTime, Rules.tree(time),
                        "cannot set completionTime when there is no Complete=True condition"))
            }
            if new.completionTime == nil, isComplete {
                errors.append(.required(completionTime, "completionTime is required for Complete jobs"))
            }
        }
        if changes(\.startTime) || changes(\.completionTime), let start = new.startTime,
            let end = new.completionTime, end < start
        {
            errors.append(
                .invalid(completionTime, Rules.tree(end), "completionTime cannot be set before startTime"))
        }
        return errors
    }

    /// A Job ends only after it was said that it will.
    private func validateReasonsToEnd() -> [FieldError] {
        var errors: [FieldError] = []
        if has("Failed"), !has("FailureTarget"), changes("Failed") || changes("FailureTarget") {
            errors.append(
                .invalid(
                    conditions, nil, "cannot set Failed=True condition without the FailureTarget=true condition"))
        }
        if has("Complete"), !has("SuccessCriteriaMet"), changes("Complete") || changes("SuccessCriteriaMet") {
            errors.append(
                .invalid(
                    conditions, nil,
                    "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"))
        }
        return errors
    }

    private func validateEnd() -> [FieldError] {
        guard isFinished else { return [] }
        var errors: [FieldError] = []
        if let active = new.active, active > 0, changesFinished || changes(\.active, absent: 0) {
            errors.append(
                .invalid(path / "active", .integer(Int64(active)), "active>0 is invalid for finished job"))
        }
        // One that has nothing to do ends while it is suspended, and so without ever having started.
        let hasNothingToDo = spec.suspend == true && spec.completions == 0
        if new.startTime == nil, !hasNothingToDo, changesFinished || changes(\.startTime) {
            errors.append(.required(path / "startTime", "startTime is required for finished job"))
        }
        let uncounted = new.uncountedTerminatedPods
        let isCounted = (uncounted?.succeeded ?? []).isEmpty && (uncounted?.failed ?? []).isEmpty
        if !isCounted, changesFinished || changes(\.uncountedTerminatedPods) {
            errors.append(
                .invalid(
                    path / "uncountedTerminatedPods", Rules.tree(uncounted),
                    "uncountedTerminatedPods needs to be empty for finished job"))
        }
        return errors
    }

    private func validateIndexes() -> [FieldError] {
        let changesCompleted = changes(\.completedIndexes, absent: "")
        let changesFailed = changes(\.failedIndexes)
        let (completed, failed) = (new.completedIndexes ?? "", new.failedIndexes)
        let (completedPath, failedPath) = (path / "completedIndexes", path / "failedIndexes")
        var errors: [FieldError] = []
        if changesCompleted, let completions = spec.completions {
            errors += validateFormat(completed, completions, completedPath, "completedIndexes")
        }
        if changesFailed, let failed, let completions = spec.completions, spec.backoffLimitPerIndex != nil {
            errors += validateFormat(failed, completions, failedPath, "failedIndexes")
        }
        if changesCompleted, !completed.isEmpty, !spec.isIndexed {
            errors.append(
                .invalid(
                    completedPath, .string(completed),
                    "cannot set non-empty completedIndexes when non-indexed completion mode"))
        }
        if changesFailed, let failed, spec.backoffLimitPerIndex == nil {
            errors.append(
                .invalid(
                    failedPath, .string(failed),
                    "cannot set non-null failedIndexes when backoffLimitPerIndex is null"))
        }
        if changesCompleted || changesFailed, let failed, let completions = spec.completions,
            let index = IndexNotation.firstShared(completed, failed, completions: completions)
        {
            errors.append(
                .invalid(
                    failedPath, .string(failed), "failedIndexes and completedIndexes overlap at index: \(index)"))
        }
        return errors
    }

    private func validateFormat(
        _ text: String, _ completions: Int, _ path: FieldPath, _ name: String
    ) -> [FieldError] {
        do {
            _ = try IndexNotation.count(text, completions: completions)
            return []
        } catch {
            return [.invalid(path, .string(text), "error parsing \(name): \(error.words)")]
        }
    }

    private func validatePods() -> [FieldError] {
        var errors: [FieldError] = []
        if let terminating = new.terminating, terminating > 0, isFinished,
            changesFinished || changes(\.terminating)
        {
            errors.append(
                .invalid(
                    path / "terminating", .integer(Int64(terminating)), "terminating>0 is invalid for finished job"))
        }
        if let ready = new.ready, ready > new.active ?? 0, changes(\.ready) || changes(\.active, absent: 0) {
            errors.append(
                .invalid(path / "ready", .integer(Int64(ready)), "cannot set more ready pods than active"))
        }
        return errors
    }

    private func validateCriteria() -> [FieldError] {
        var errors: [FieldError] = []
        for other in ["Failed", "FailureTarget"] where has("SuccessCriteriaMet") && has(other) {
            errors.append(
                .invalid(conditions, nil, "cannot set SuccessCriteriaMet=True and \(other)=true conditions"))
        }
        if spec.successPolicy != nil, !has("SuccessCriteriaMet"), has("Complete") {
            errors.append(
                .invalid(
                    conditions, nil,
                    "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"))
        }
        return errors
    }

    /// What may not be taken back.
    private func validateTransition() -> [FieldError] {
        var errors: [FieldError] = []
        for type in ["Failed", "Complete", "FailureTarget"] where had(type) && !has(type) {
            errors.append(.invalid(conditions, nil, "cannot disable the terminal \(type)=True condition"))
        }
        func counter(_ name: String, _ new: Int?, _ old: Int?) {
            guard new ?? 0 < old ?? 0 else { return }
            errors.append(
                .invalid(path / name, .integer(Int64(new ?? 0)), "cannot decrease the \(name) counter"))
        }
        counter("failed", new.failed, old.failed)
        // An elastic Job that shrank has fewer successes.
        if !spec.isIndexed || spec.completions != spec.parallelism {
            counter("succeeded", new.succeeded, old.succeeded)
        }
        if let time = new.completionTime, let before = old.completionTime, time != before {
            errors.append(.invalid(completionTime, Rules.tree(time), "completionTime cannot be mutated"))
        }
        // A Job that is resumed begins anew.
        let isResumed = had("Suspended") && !has("Suspended")
        if old.startTime != nil, changes(\.startTime), spec.suspend != true, !isResumed {
            errors.append(.required(path / "startTime", "startTime cannot be removed for unsuspended job"))
        }
        if had("SuccessCriteriaMet"), !has("SuccessCriteriaMet") {
            errors.append(.invalid(conditions, nil, "cannot disable the SuccessCriteriaMet=True condition"))
        }
        if had("Complete"), !had("SuccessCriteriaMet"), has("SuccessCriteriaMet") {
            errors.append(
                .invalid(
                    conditions, nil,
                    "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"))
        }
        return errors
    }
}
