import Foundation
import TestSupport
import Testing

/// Suspending and resuming, CronJobs, labels, and the guide's summary.
enum GuideChanging {
    static func suspendsAndResumes(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        try await daemon.apply(GuideWorld.longRunning)
        func pods() async throws -> [String] {
            try await daemon.list("pods", selector: "job-name=long-running-job").compactMap {
                value($0, "metadata", "name") as? String
            }
        }
        func active() async throws -> Int { value(try await job(), "status", "active") as? Int ?? 0 }
        func job() async throws -> [String: Any] { try await daemon.get("job", "long-running-job") }

        try await eventually("it runs", within: .seconds(20)) { try await active() == 1 }
        let first = try await (pods: pods(), start: value(job(), "status", "startTime") as? String)
        try await Task.sleep(for: .seconds(1.1))  // the start times are whole seconds
        #expect(
            try await shell.printed(#"kubectl patch job long-running-job -p '{"spec":{"suspend":true}}'"#)
                == "job.batch/long-running-job patched\n")
        try await eventually("its pod is ended", within: .seconds(20)) { try await pods().isEmpty }
        try await eventually("it says that it is suspended", within: .seconds(10)) {
            try await daemon.condition("Suspended", ofJob: "long-running-job")?["status"] as? String == "True"
        }
        #expect(try await active() == 0)
        #expect(value(try await job(), "status", "failed") == nil)

        let look = "kubectl get job long-running-job -o jsonpath='{.spec.suspend}'"
        #expect(try await shell.printed(look) == "true")
        #expect(
            try await shell.printed(#"kubectl patch job long-running-job -p '{"spec":{"suspend":false}}'"#)
                == "job.batch/long-running-job patched\n")
        #expect(try await shell.printed(look) == "false")
        try await eventually("it runs again", within: .seconds(20)) { try await active() == 1 }
        #expect(try await pods() != first.pods)
        let again = try #require(value(try await job(), "status", "startTime") as? String)
        #expect(try again > #require(first.start))
    }

    static func cronJobs(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        let made = try await createFromCronJob(
            shell, "kubectl create job manual-backup --from=cronjob/backup-cronjob")
        #expect(made == "job.batch/manual-backup created\n")
        let job = try await daemon.get("job", "manual-backup")
        #expect(
            value(job, "metadata", "annotations") as? [String: String]
                == ["cronjob.kubernetes.io/instantiate": "manual", "example.com/owner": "nobody"])
        #expect(value(job, "metadata", "labels", "made-of") as? String == "backup-cronjob")
        let owner = value(job, "metadata", "ownerReferences", "0")
        #expect(value(owner, "kind") as? String == "CronJob" && value(owner, "name") as? String == "backup-cronjob")
        #expect(value(owner, "uid") as? String == (try await daemon.uid("cronjob", "backup-cronjob")))
        #expect(value(job, "spec", "backoffLimit") as? Int == 2)
        try await daemon.stint("wait", "--for=condition=complete", "job/manual-backup", "--timeout=60s")
        #expect(try await daemon.stint("logs", "job/manual-backup").output == "the work of backup-cronjob\n")

        // Created and watched in one line, which goes on until it is stopped.
        var line = "kubectl create job test-run --from=cronjob/data-process && kubectl get jobs -w"
        if shell.client.isKubectl(before: 21) {
            _ = try await createFromCronJob(shell, "kubectl create job test-run --from=cronjob/data-process")
            line = "kubectl get jobs -w"
        }
        let watch = try shell.start(line)
        try await watch.prints("the new Job completes before one's eyes") { text in
            text.split(separator: "\n").map { watchedCells(String($0)) }.contains {
                $0.first == "test-run" && $0.dropFirst().prefix(2) == ["Complete", "1/1"]
            }
        }
        #expect(watch.isRunning)
        if !shell.client.isKubectl(before: 21) { #expect(watch.lines.first == "job.batch/test-run created") }
        await watch.stop()
        #expect(try await daemon.stint("logs", "job/test-run").output == "the work of data-process\n")
    }

    /// A kubectl older than batch/v1's CronJob does not know what it is shown, whoever serves it; `stint` does.
    private static func createFromCronJob(_ shell: ClientShell, _ line: String) async throws -> String {
        guard shell.client.isKubectl(before: 21) else { return try await shell.printed(line) }
        let refused = try await shell.run(line)
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("no kind \"CronJob\" is registered for version \"batch/v1\""), "\(refused)")
        return try await shell.withStint().printed(line)
    }

    /// No kubectl has `--labels` here: it says so, and `stint` does what is meant.
    static func labels(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        let date = try await shell.printed("date +%Y%m%d").trimmingCharacters(in: .newlines)
        for (line, name, labels) in [
            (
                #"""
                kubectl create job urgent-backup --from=cronjob/daily-backup \
                  --labels=priority=high,manual=true
                """#, "urgent-backup", ["priority": "high", "manual": "true"]
            ),
            (
                #"""
                kubectl create job data-sync-$(date +%Y%m%d) \
                  --image=sync-image \
                  --labels=team=data,env=prod,date=$(date +%Y%m%d)
                """#, "data-sync-\(date)", ["team": "data", "env": "prod", "date": date]
            ),
        ] {
            if !shell.client.isStint {
                let refused = try await shell.run(line)
                #expect(refused.exitCode == 1 && refused.output == "")
                #expect(refused.errors.lowercased().hasPrefix("error: unknown flag: --labels\n"), "\(refused.errors)")
                #expect(try await daemon.tryStint("get", "job", name).exitCode == 1)
            }
            #expect(try await shell.withStint().printed(line) == "job.batch/\(name) created\n")
            let job = try await daemon.get("job", name)
            let has = value(job, "metadata", "labels") as? [String: String] ?? [:]
            #expect(has.merging(labels) { $1 } == has, "\(has)")
            try await daemon.stint("wait", "--for=condition=complete", "job/\(name)", "--timeout=60s")
        }
    }

    /// The commands of the summary, with names in place of the brackets.
    static func theSummary(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        #expect(
            try await shell.printed("kubectl create job summary --image=busybox")
                == "job.batch/summary created\n")
        #expect(
            PrintedTable(try await shell.printed("kubectl get jobs"))?.row("summary")["COMPLETIONS"]?.hasSuffix("/1")
                == true)
        #expect(
            try await shell.printed("kubectl wait --for=condition=complete job/summary")
                == "job.batch/summary condition met\n")
        #expect(try await shell.printed("kubectl describe job summary").contains(/Name: +summary\n/))
        // The image's own command is a shell that has nothing to read.
        #expect(try await shell.printed("kubectl logs job/summary") == "")
        let pods = PrintedTable(try await shell.printed("kubectl get pods --selector=job-name=summary"))
        #expect(pods?.rows.count == 1 && pods?.names.first?.hasPrefix("summary-") == true)
        #expect(
            try await shell.printed(#"kubectl patch job summary -p '{"spec":{"activeDeadlineSeconds":300}}'"#)
                == "job.batch/summary patched\n")
        #expect(value(try await daemon.get("job", "summary"), "spec", "activeDeadlineSeconds") as? Int == 300)
        #expect(
            try await createFromCronJob(shell, "kubectl create job by-hand --from=cronjob/daily-backup")
                == "job.batch/by-hand created\n")
        #expect(
            try await shell.printed("kubectl delete job summary").hasPrefix(#"job.batch "summary" deleted"#))
        #expect(try await daemon.tryStint("get", "job", "summary").exitCode == 1)
        try await eventually("its pod goes with it", within: .seconds(20)) {
            try await daemon.list("pods", selector: "job-name=summary").isEmpty
        }
    }
}
