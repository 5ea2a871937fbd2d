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
        let zone = spec.timeZone.flatMap(Zone.init(named:)) ?? .utc  // upstream: UTC where the host's zone rules
        annotations[Self.scheduledTimestamp] = RFC3339.format(start, in: zone)
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

/// Go's form of a time in events.
enum CronTimes {
    /// `Sun, 29 Mar 2026 01:30:00 +0000`.
    static func rfc1123(_ date: Date) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let time = CivilTime(secondsSince1970: Int64(date.timeIntervalSince1970.rounded(.down)))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[time.dayOfWeek]), \(two(time.day)) \(months[time.month - 1]) \(time.year) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) +0000"
    }
}
