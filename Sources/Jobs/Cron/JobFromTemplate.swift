import Foundation
import Kube

extension CronJob {
    /// When a Job of a CronJob was to start, RFC 3339.
    static let scheduledTimestamp = "batch.kubernetes.io/cronjob-scheduled-timestamp"

    /// The name of the Job of a start: upstream's, which has the minutes since 1970.
    ///
    /// With `@every` below a minute it has the seconds, because starts of the same minute would share a name; upstream
    /// takes the second of them for made already and loses it. Ten digits, as many as a CronJob's name leaves room for.
    func jobName(at start: Date, _ schedule: CronSchedule) -> String {
        let seconds = Int64(start.timeIntervalSince1970.rounded(.down))
        if case .every(let interval) = schedule, interval < 60 { return "\(name)-\(seconds)" }
        return "\(name)-\(seconds / 60)"
    }

    /// A Job of the template, admitted as the API admits one.
    func makeJob(named name: String, at start: Date, uid: String, now: Date) throws(Status) -> Job {
        let template = spec.jobTemplate
        var meta = ObjectMeta(name: name, namespace: metadata.namespace)
        meta.labels = template.metadata?.labels
        var annotations = template.metadata?.annotations ?? [:]
        let zone = spec.timeZone.flatMap(TimeZone.init(named:)) ?? .gmt  // upstream: UTC where the host's zone rules
        annotations[Self.scheduledTimestamp] = CronTimes.rfc3339(start, in: zone)
        meta.annotations = annotations
        meta.ownerReferences = [
            OwnerReference(
                apiVersion: CronJob.type.apiVersion, kind: CronJob.type.kind, name: self.name, uid: self.uid,
                controller: true, blockOwnerDeletion: true)
        ]
        var job = Job(metadata: meta, spec: template.spec)
        _ = try job.admitForCreate(namespace: metadata.namespace, uid: uid, now: now)
        return job
    }
}

/// Go's forms of a time.
enum CronTimes {
    /// `2026-03-29T03:30:00+02:00`.
    static func rfc3339(_ date: Date, in zone: TimeZone) -> String {
        let offset = zone.secondsFromGMT(for: date)
        let text = RFC3339.format(date.addingTimeInterval(TimeInterval(offset)), fractionDigits: 0)
        if offset == 0 { return text }
        let minutes = abs(offset) / 60
        return text.dropLast() + (offset < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
    }

    /// `Sun, 29 Mar 2026 01:30:00 +0000`.
    static func rfc1123(_ date: Date) -> String {
        let text = RFC3339.format(date, fractionDigits: 0)
        let parts = text.dropLast().split(whereSeparator: { $0 == "-" || $0 == "T" })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((date.timeIntervalSince1970 / 86400).rounded(.down))
        guard parts.count == 4, let month = Int(parts[1]) else { return text }
        return "\(days[(day % 7 + 7) % 7]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) +0000"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
