extension Addition {
    /// What cannot be read, where it would have a meaning. On an update only what is new is looked at: an object that was
    /// stored with a bad value can still be written, and whoever acts on the value takes it for absent.
    static func errors<C: AdditionCarrier>(of carrier: C, old: C?) -> [FieldError] {
        let sites = carrier.additionSites
        let before = old?.additionSites.map(\.annotations) ?? sites.map { _ in nil }
        return zip(sites, before).flatMap { site, before in
            site.stintKeys.filter { site.annotations?[$0] != before?[$0] }.compactMap(site.error(in:))
        }
    }

    /// What will not do what its author hopes.
    static func warnings<C: AdditionCarrier>(of carrier: C, old: C?) -> [String] {
        let sites = carrier.additionSites
        if let old, old.additionSites == sites { return [] }
        return sites.flatMap { site in
            site.stintKeys.compactMap { key in site.problem(with: key).map { "\(site.path[key: key]): \($0)" } }
        }
    }

    /// Written by the daemon, never by an author.
    static let written: Set = [
        StintAnnotation.oomRetries, prefix + "boot-id", prefix + "job-deadline",
    ]

    fileprivate var homes: String {
        switch places {
        case [.cronJob]: "a CronJob"
        case [.job]: "a Job"
        default: "a Job or a pod"
        }
    }
}

extension AdditionSite {
    fileprivate func error(in key: String) -> FieldError? {
        guard let addition = Addition.byKey[key], addition.places.contains(place), let text = annotations?[key]
        else { return nil }
        do {
            try addition.check(text, job)
            return nil
        } catch {
            return .invalid(path[key: key], .string(text), error.words)
        }
    }

    fileprivate func problem(with key: String) -> String? {
        guard let addition = Addition.byKey[key] else { return nearMiss(of: key) }
        guard addition.places.contains(place) else {
            if place == .cronJob { return "ignored: it belongs in spec.jobTemplate.metadata.annotations" }
            return "ignored: it only means something on \(addition.homes)"
        }
        return switch key {
        case StintAnnotation.oomRetry where !hasMemoryLimit: "ignored: no container has a memory limit"
        case StintAnnotation.deadlineSignal: problemOfDeadlineSignal(annotations?[key] ?? "")
        default: nil
        }
    }

    private func nearMiss(of key: String) -> String? {
        if Addition.written.contains(key) { return nil }
        let names = Addition.all.map { String($0.key.dropFirst(Addition.prefix.count)) }
        let near = NearMiss.find(String(key.dropFirst(Addition.prefix.count)), in: names)
        return near.map { "unknown annotation, did you mean \"\(Addition.prefix)\($0)\"?" }
    }

    private var hasMemoryLimit: Bool { pod?.containers.contains { $0.resources?.limits?["memory"] != nil } ?? false }

    private func problemOfDeadlineSignal(_ text: String) -> String? {
        let deadlines = [job?.activeDeadlineSeconds, pod?.activeDeadlineSeconds].compactMap(\.self)
        guard let deadline = deadlines.min() else { return "ignored: there is no activeDeadlineSeconds" }
        // A value that cannot be read has been refused, or was stored before it could be.
        guard let signal = try? DeadlineSignal(parsing: text), signal.lead >= deadline else { return nil }
        return "the signal comes at the start: it is due \(signal.lead)s before a deadline of \(deadline)s"
    }
}
