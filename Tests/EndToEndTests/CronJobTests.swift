import Foundation
import TestSupport
import Testing

/// CronJobs, with real Jobs and real pods.
@Suite(
    .serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")),
    .notInTheGuest)
struct CronJobTests {
    @Test func `every two seconds a Job that completes; two of them stay; suspending stops it`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(cronManifest("tick", spec: ["successfulJobsHistoryLimit: 2"]))
            daemon.scope.cleanUp { _ = try? await daemon.tryStint("delete", "cronjob", "tick") }
            try await eventually("five starts were made", within: .seconds(15)) {
                try await daemon.createdJobs().count >= 5
            }
            try await eventually("two Jobs that completed stay, and at most one that runs", within: .seconds(5)) {
                let jobs = try await daemon.list("jobs")
                return jobs.count { isComplete($0) } == 2 && jobs.count <= 3
            }
            try await daemon.stint("patch", "cronjob", "tick", "-p", #"{"spec":{"suspend":true}}"#)
            let last = try await daemon.createdJobs()
            try await Task.sleep(for: .seconds(3))
            #expect(try await daemon.createdJobs() == last)
            #expect(Set(last).count == last.count)
            let cronJob = try await daemon.get("cronjob", "tick")
            #expect(value(cronJob, "status", "lastSuccessfulTime") is String)
            #expect(value(cronJob, "status", "active") == nil)
            let job = try #require(try await daemon.list("jobs").first)
            #expect(value(job, "metadata", "ownerReferences", "0", "name") as? String == "tick")
            #expect(
                value(job, "metadata", "annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp") is String)
        }
    }

    @Test func `a daemon that is killed again and again makes every start once at most`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                cronManifest("tick", every: "1s", spec: ["successfulJobsHistoryLimit: 1000"], annotations: "all"))
            daemon.scope.cleanUp { _ = try? await daemon.tryStint("delete", "cronjob", "tick") }
            for round in 0..<5 {
                try await Task.sleep(for: .milliseconds((300 + 170 * round) * Project.slowness))
                await daemon.crash()
                try await daemon.start()
            }
            try await daemon.stint("patch", "cronjob", "tick", "-p", #"{"spec":{"suspend":true}}"#)
            try await eventually("all have ended", within: .seconds(20)) {
                try await daemon.list("jobs").allSatisfy(isComplete)
            }
            let jobs = try await daemon.list("jobs")
            let times = jobs.compactMap {
                value($0, "metadata", "annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp") as? String
            }
            #expect(times.count == jobs.count && Set(times).count == times.count && times.count >= 2)
            // What the status says was started last is there, and nothing was started that it does not know of.
            let last = value(try await daemon.get("cronjob", "tick"), "status", "lastScheduleTime") as? String
            #expect(times.max() == last)
            for job in jobs {
                let name = try #require(value(job, "metadata", "name") as? String)
                // A pod that was being started when the daemon was killed may be a failure, which its Job makes up for.
                let failed = value(job, "status", "failed") as? Int ?? 0
                let attempts = try await daemon.attempts(job: name)
                #expect(attempts.count == 1 + failed, "\(name)")
                #expect(attempts.count { $0["exitCode"] as? Int == 0 } == 1, "\(name) ran once")
            }
        }
    }
}

private func cronManifest(
    _ name: String, every interval: String = "2s", spec: [String] = [], annotations catchUp: String = "last"
) -> String {
    """
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: \(name)
      annotations: {stint.dev/cron-catch-up: \(catchUp)}
    spec:
      schedule: "@every \(interval)"
      timeZone: Etc/UTC
    \(spec.map { "  \($0)\n" }.joined())  jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
              - {name: main, image: busybox, command: ["true"]}
    """
}

private func isComplete(_ job: [String: Any]) -> Bool {
    (value(job, "status", "conditions") as? [[String: Any]] ?? []).contains {
        $0["type"] as? String == "Complete" && $0["status"] as? String == "True"
    }
}

extension DaemonFixture {
    /// The names of all Jobs that were ever made, by the events about them.
    fileprivate func createdJobs() async throws -> [String] {
        try await list("events").compactMap { event in
            guard value(event, "involvedObject", "kind") as? String == "CronJob",
                event["reason"] as? String == "SuccessfulCreate"
            else { return nil }
            return event["message"] as? String
        }.sorted()
    }
}
