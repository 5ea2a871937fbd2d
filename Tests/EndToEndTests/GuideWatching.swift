import Foundation
import TestSupport
import Testing

/// Following a log, waiting, and the script that does both.
enum GuideWatching {
    static func aBackup(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        #expect(
            try await shell.printed("kubectl apply -f -", input: GuideWorld.backupJob(seconds: 8))
                == "job.batch/backup-job created\n")
        try await eventually("the backup runs", within: .seconds(20)) {
            value(try await daemon.get("job", "backup-job"), "status", "ready") as? Int == 1
        }
        let log = try shell.start("kubectl logs job/backup-job -f")
        try await log.prints("the log is followed while the Job runs") { $0 == "Starting backup...\n" }
        try await jobAndPods(shell)

        let patched = try await shell.printed(#"kubectl patch job backup-job -p '{"spec":{"parallelism":3}}'"#)
        #expect(patched == "job.batch/backup-job patched\n")
        let job = try await daemon.get("job", "backup-job")
        #expect(value(job, "spec", "parallelism") as? Int == 3)
        // There is one completion to reach: more pods would be for nothing.
        #expect(value(job, "status", "active") as? Int == 1)

        #expect(log.isRunning)
        let ended = await log.finish()
        #expect(ended.output == "Starting backup...\nBackup completed!\n" && ended.exitCode == 0, "\(ended)")
        try await daemon.stint("wait", "--for=condition=complete", "job/backup-job", "--timeout=30s")
        #expect(try await daemon.list("pods", selector: "job-name=backup-job").count == 1)
        try await fails(shell)
    }

    private static func jobAndPods(_ shell: ClientShell) async throws {
        let text = try await shell.printed("kubectl get jobs,pods --selector=app=backup")
        let tables = PrintedTable.all(text)
        #expect(tables.count == 2, "\(text)")
        #expect(tables.first?.columns == ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"])
        #expect(tables.first?.names == ["job.batch/backup-job"])
        #expect(tables.last?.columns == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"])
        let pods = try await shell.daemon.list("pods", selector: "app=backup")
        #expect(tables.last?.names == pods.compactMap { value($0, "metadata", "name") as? String }.map { "pod/\($0)" })
        #expect(tables.last?.column("STATUS") == ["Running"] && tables.last?.column("READY") == ["1/1"])
    }

    /// The wait for a failure, on a backup that fails after three seconds.
    private static func fails(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        try await daemon.stint("delete", "job", "backup-job")
        try await daemon.apply(GuideWorld.failingBackupJob)
        let wait = try shell.start("kubectl wait --for=condition=failed job/backup-job --timeout=60s")
        try await eventually("the backup runs", within: .seconds(20)) {
            value(try await daemon.get("job", "backup-job"), "status", "active") as? Int == 1
        }
        #expect(wait.isRunning)
        let waited = await wait.finish()
        #expect(waited.output == "job.batch/backup-job condition met\n" && waited.exitCode == 0, "\(waited)")
        let failed = try await daemon.condition("Failed", ofJob: "backup-job")
        #expect(failed?["status"] as? String == "True")
        #expect(failed?["reason"] as? String == "BackoffLimitExceeded")
    }

    static func severalJobs(_ shell: ClientShell) async throws {
        let sleeps = ["job1": 1, "job2": 5, "job3": 3]
        for (name, seconds) in sleeps { try await shell.daemon.apply(manifest(name, script: "sleep \(seconds)")) }
        let waited = try await shell.printed(
            "kubectl wait --for=condition=complete job/job1 job/job2 job/job3 --timeout=600s")
        #expect(
            waited.split(separator: "\n").sorted() == ["job1", "job2", "job3"].map { "job.batch/\($0) condition met" })
        for name in sleeps.keys {
            #expect(try await shell.daemon.condition("Complete", ofJob: name)?["status"] as? String == "True")
        }
    }

    private static let script = #"""
        #!/bin/bash
        JOB_NAME="important-job"
        echo "Waiting for job $JOB_NAME to complete..."
        kubectl wait --for=condition=complete job/$JOB_NAME --timeout=1800s

        if [ $? -eq 0 ]; then
            echo "Job completed successfully!"
            kubectl logs job/$JOB_NAME
        else
            echo "Job failed or timed out!"
            kubectl describe job $JOB_NAME
            kubectl logs job/$JOB_NAME
        fi
        """#

    static func theScript(_ shell: ClientShell) async throws {
        try await shell.daemon.apply(manifest("important-job", script: "echo working; sleep 4; echo important"))
        let running = try shell.start(script)
        try await running.prints("the script waits") { $0 == "Waiting for job important-job to complete...\n" }
        let ended = await running.finish()
        #expect(
            ended.output == """
                Waiting for job important-job to complete...
                job.batch/important-job condition met
                Job completed successfully!
                working
                important

                """)
        #expect(ended.exitCode == 0 && ended.errors == "", "\(ended.errors)")
    }

    /// Its other branch, at once: the Job is not there. The Job's time to fail would be half an hour.
    static func theScriptWithoutAJob(_ shell: ClientShell) async throws {
        let lost = script.replacing("\"important-job\"", with: "\"lost-job\"")
        let ended = try await shell.run(lost)
        #expect(ended.output == "Waiting for job lost-job to complete...\nJob failed or timed out!\n")
        let refusal = "Error from server (NotFound): jobs.batch \"lost-job\" not found\n"
        // Newer ones put what they asked for in front: it is the wait's, describe's and the log's all the same.
        #expect(ended.errors.components(separatedBy: "(NotFound): jobs.batch \"lost-job\" not found").count == 4)
        #expect(ended.errors.hasPrefix(refusal) && ended.exitCode == 1, "\(ended.errors)")
    }
}
