import Foundation

extension CronJob: Strategic {
    static let policies = ["Allow", "Forbid", "Replace"]
    /// A Job's name has 63 characters, of which its time takes 11.
    static let nameMaximum = 52

    public mutating func applyDefaults() {
        if spec.concurrencyPolicy ?? "" == "" { spec.concurrencyPolicy = "Allow" }
        spec.suspend = spec.suspend ?? false
        spec.successfulJobsHistoryLimit = spec.successfulJobsHistoryLimit ?? 3
        spec.failedJobsHistoryLimit = spec.failedJobsHistoryLimit ?? 1
        // The rest of the template gets its defaults when a Job is made of it.
        spec.jobTemplate.spec.template.spec.applyDefaults()
        spec.jobTemplate.spec.podFailurePolicy?.applyDefaults()
    }

    public mutating func prepareForCreate() { status = CronJobStatus() }

    public mutating func prepareForUpdate(old: CronJob) {
        status = old.status
        if spec != old.spec { metadata.generation = (old.metadata.generation ?? 0) + 1 }
    }

    public mutating func prepareForStatusUpdate(old: CronJob) {
        spec = old.spec
        if status == nil { status = CronJobStatus() }
    }

    public func validate() -> [FieldError] {
        var errors = metadata.validate(checkName: Names.problemsOfSubdomain)
        errors += spec.validate(old: nil, "spec")
        if name.utf8.count > Self.nameMaximum {
            errors.append(
                .invalid("metadata.name", .string(name), "must be no more than \(Self.nameMaximum) characters"))
        }
        return errors + Addition.errors(of: self, old: nil)
    }

    public func validateUpdate(old: CronJob) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata) + spec.validate(old: old.spec, "spec")
            + Addition.errors(of: self, old: old)
    }

    public func validateStatusUpdate(old: CronJob) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata) + Addition.errors(of: self, old: old)
    }

    public func warnings(old: CronJob?) -> [String] {
        let additions = Addition.warnings(of: self, old: old)
        if let old, old.spec == spec { return additions }
        return (old == nil ? Names.warningsOfPodName(name) : [])
            + spec.jobTemplate.spec.warnings("spec.jobTemplate.spec")
            + additions
    }
}

extension CronJobSpec {
    /// Upstream's `validateCronJobSpec`, in its order, and then what we refuse.
    func validate(old: CronJobSpec?, _ path: FieldPath) -> [FieldError] {
        var errors = validateSchedule(path / "schedule")
        errors += Rules.nonnegative(startingDeadlineSeconds, path / "startingDeadlineSeconds")
        if timeZone != old?.timeZone { errors += validateTimeZone(path / "timeZone") }
        errors += Rules.oneOf(concurrencyPolicy, CronJob.policies, path / "concurrencyPolicy")
        errors += jobTemplate.validate(path / "jobTemplate")
        errors += Rules.nonnegative(successfulJobsHistoryLimit, path / "successfulJobsHistoryLimit")
        errors += Rules.nonnegative(failedJobsHistoryLimit, path / "failedJobsHistoryLimit")
        let job = path / "jobTemplate" / "spec"
        errors += JobSpec.support.errors(in: jobTemplate.spec, job)
        return errors + jobTemplate.spec.template.spec.supportErrors(job / "template" / "spec")
    }

    private func validateSchedule(_ path: FieldPath) -> [FieldError] {
        if schedule.isEmpty { return [.required(path)] }
        var errors: [FieldError] = []
        do {
            _ = try CronSchedule(parsing: CronSchedule.withoutZone(schedule))
        } catch {
            errors.append(.invalid(path, .string(schedule), error.words))
        }
        if schedule.contains("TZ") {
            errors.append(
                .invalid(
                    path, .string(schedule), "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"))
        }
        return errors
    }

    private func validateTimeZone(_ path: FieldPath) -> [FieldError] {
        guard let timeZone else { return [] }
        if timeZone.isEmpty { return [.invalid(path, "", "timeZone must be nil or non-empty string")] }
        var errors: [FieldError] = []
        if timeZone.lowercased() == "local" {
            errors.append(
                .invalid(
                    path, .string(timeZone),
                    "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"))
        }
        // Go knows `Local`, in this spelling.
        if timeZone != "Local", Zone(named: timeZone) == nil {
            errors.append(.invalid(path, .string(timeZone), "unknown time zone \(timeZone)"))
        }
        return errors
    }
}

extension JobTemplateSpec {
    /// The selector is made with the Job.
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors = spec.validateTemplate(path / "spec")
        if let selector = spec.selector {
            errors.append(
                .invalid(path / "spec" / "selector", Rules.tree(selector), "`selector` will be auto-generated"))
        }
        if spec.manualSelector == true {
            errors.append(.notSupported(path / "spec" / "manualSelector", .bool(true), ["nil", "false"]))
        }
        return errors
    }
}
