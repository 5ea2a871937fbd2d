import Foundation
import TestSupport
import Testing

/// Jobs from the command line and from manifests, looked at in every way.
enum GuideCreating {
    static func fromTheCommandLine(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        try await makesThree(shell)
        try await tables(shell)
        let waited = try await shell.printed("kubectl wait --for=condition=complete job/hello-job --timeout=300s")
        #expect(waited == "job.batch/hello-job condition met\n")
        #expect(try await daemon.condition("Complete", ofJob: "hello-job")?["status"] as? String == "True")
        try await describesAndLogs(shell)
        try await pods(shell)

        let patched = try await shell.printed(
            #"kubectl patch job hello-job -p '{"spec":{"activeDeadlineSeconds":300}}'"#)
        #expect(patched == "job.batch/hello-job patched\n")
        #expect(value(try await daemon.get("job", "hello-job"), "spec", "activeDeadlineSeconds") as? Int == 300)

        try await daemon.stint("wait", "--for=condition=complete", "job/math-job", "--timeout=60s")
        #expect(try await shell.printed("kubectl logs job/math-job --tail=50") == "499500\n")
        let more = try await shell.printed(#"kubectl patch job math-job -p '{"spec":{"backoffLimit":5}}'"#)
        #expect(more == "job.batch/math-job patched\n")
        #expect(value(try await daemon.get("job", "math-job"), "spec", "backoffLimit") as? Int == 5)

        try await daemon.stint("wait", "--for=condition=complete", "job/file-process", "--timeout=60s")
        #expect(try await daemon.stint("logs", "job/file-process").output == "Processing files...\nDone!\n")
        let slept = try await daemon.get("job", "file-process")
        let start = (value(slept, "status", "startTime") as? String).flatMap(seconds)
        let end = (value(slept, "status", "completionTime") as? String).flatMap(seconds)
        #expect(try #require(end) - #require(start) >= 10)
    }

    private static func makesThree(_ shell: ClientShell) async throws {
        for (line, name, image, command) in [
            (
                #"kubectl create job hello-job --image=busybox -- echo "Hello Kubernetes Job""#, "hello-job", "busybox",
                ["echo", "Hello Kubernetes Job"]
            ),
            (
                #"kubectl create job math-job --image=python:3.9 -- python -c "print(sum(range(1000)))""#, "math-job",
                "python:3.9", ["python", "-c", "print(sum(range(1000)))"]
            ),
            (
                #"kubectl create job file-process --image=alpine -- sh -c "echo 'Processing files...' && sleep 10 && echo 'Done!'""#,
                "file-process", "alpine", ["sh", "-c", "echo 'Processing files...' && sleep 10 && echo 'Done!'"]
            ),
        ] {
            #expect(try await shell.printed(line) == "job.batch/\(name) created\n")
            let job = try await shell.daemon.get("job", name)
            let pod = value(job, "spec", "template", "spec")
            #expect(value(pod, "restartPolicy") as? String == "Never")
            #expect(value(pod, "containers", "0", "name") as? String == name)
            #expect(value(pod, "containers", "0", "image") as? String == image)
            #expect(value(pod, "containers", "0", "command") as? [String] == command)
        }
    }

    private static func tables(_ shell: ClientShell) async throws {
        let table = try #require(PrintedTable(try await shell.printed("kubectl get jobs")))
        #expect(table.columns == ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"])
        #expect(Set(table.names).isSuperset(of: ["hello-job", "math-job", "file-process"]))
        #expect(!table.names.contains("elsewhere"))
        // It sleeps for ten seconds, of which a few are gone.
        #expect(table.row("file-process")["STATUS"] == "Running")
        #expect(table.row("file-process")["COMPLETIONS"] == "0/1")
        #expect(table.row("file-process")["DURATION"]?.wholeMatch(of: /\d+s/) != nil)

        let wide = try #require(PrintedTable(try await shell.printed("kubectl get jobs -o wide")))
        #expect(wide.columns == table.columns + ["CONTAINERS", "IMAGES", "SELECTOR"])
        let row = wide.row("math-job")
        #expect(row["CONTAINERS"] == "math-job" && row["IMAGES"] == "python:3.9")
        let uid = try await shell.daemon.uid("job", "math-job")
        #expect(row["SELECTOR"] == "batch.kubernetes.io/controller-uid=\(uid)")
    }

    private static func describesAndLogs(_ shell: ClientShell) async throws {
        let described = try await shell.printed("kubectl describe job hello-job")
        let uid = try await shell.daemon.uid("job", "hello-job")
        for pattern in [
            #"Name: +hello-job\n"#, #"Namespace: +default\n"#,
            #"Selector: +batch.kubernetes.io/controller-uid=\#(uid)\n"#,
            #"Labels: +.*controller-uid=\#(uid)\n"#, #"Parallelism: +1\n"#, #"Completions: +1\n"#,
            #"Start Time: +\w{3}, \d\d "#, #"Completed At: +\w{3}, \d\d "#,
            #"Pods Statuses: +0 (Active \(0 Ready\)|Running) / 1 Succeeded / 0 Failed\n"#,
            #"Image: +busybox\n"#, #"Normal +SuccessfulCreate +\S+ +job-controller +Created pod: hello-job-\w{5}\n"#,
            #"Normal +Completed +\S+ +job-controller +Job completed\n"#,
        ] {
            #expect(try described.contains(Regex(pattern)), "\(pattern) is not in:\n\(described)")
        }
        #expect(try await shell.printed("kubectl logs job/hello-job") == "Hello Kubernetes Job\n")
        #expect(
            try await shell.printed("kubectl logs job/hello-job --all-containers=true") == "Hello Kubernetes Job\n")
    }

    private static func pods(_ shell: ClientShell) async throws {
        let all = try await shell.daemon.list("pods", selector: "job-name=hello-job")
        let names = all.compactMap { value($0, "metadata", "name") as? String }
        #expect(names.count == 1)
        let table = try #require(
            PrintedTable(try await shell.printed("kubectl get pods --selector=job-name=hello-job")))
        #expect(table.columns == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"])
        #expect(table.names == names)
        #expect(table.column("READY") == ["0/1"] && table.column("STATUS") == ["Completed"])
        #expect(table.column("RESTARTS") == ["0"])

        let byUID = try await shell.printed(
            "kubectl get pods -l controller-uid=$(kubectl get job hello-job -o jsonpath='{.metadata.labels.controller-uid}')"
        )
        #expect(PrintedTable(byUID)?.names == names)

        let wide = try #require(
            PrintedTable(try await shell.printed("kubectl get pods --selector=job-name=hello-job -o wide")))
        #expect(wide.columns == table.columns + ["IP", "NODE", "NOMINATED NODE", "READINESS GATES"])
        let node = try #require(try await shell.daemon.list("nodes").first)
        #expect(wide.column("NODE") == [value(node, "metadata", "name") as? String])
    }

    static func inOtherNamespaces(_ shell: ClientShell) async throws {
        let table = try #require(PrintedTable(try await shell.printed("kubectl get jobs -n my-namespace")))
        #expect(table.names == ["elsewhere"])
        let described = try await shell.printed("kubectl describe job backup-job -n production")
        for pattern in [
            #"Name: +backup-job\n"#, #"Namespace: +production\n"#, #"Labels: +app=backup\n"#,
            #"Active Deadline Seconds: +300s\n"#, #"Image: +alpine:latest\n"#,
            #"Created pod: backup-job-\w{5}\n"#,
        ] {
            #expect(try described.contains(Regex(pattern)), "\(pattern) is not in:\n\(described)")
        }
    }

    static func fromManifests(_ shell: ClientShell) async throws {
        let daemon = shell.daemon
        let pieces = try await shell.run("kubectl apply -f -", input: GuideWorld.dataProcessing)
        #expect(pieces.output == "job.batch/data-processing created\n" && pieces.exitCode == 0)
        // Nothing there is wrong, but the index it asks for is that of an Indexed Job.
        #expect(pieces.errors.contains("Warning: ") && pieces.errors.contains("completionMode"), "\(pieces.errors)")
        let cleaned = try await shell.printed("kubectl apply -f -", input: GuideWorld.autoCleanup)
        #expect(cleaned == "job.batch/auto-cleanup-job created\n")

        try await daemon.stint("wait", "--for=condition=complete", "job/auto-cleanup-job", "--timeout=60s")
        #expect(try await daemon.stint("logs", "job/auto-cleanup-job").output == "Job with auto cleanup\n")
        let job = try await daemon.get("job", "auto-cleanup-job")
        #expect(value(job, "spec", "ttlSecondsAfterFinished") as? Int == 3600)

        try await daemon.stint("wait", "--for=condition=complete", "job/data-processing", "--timeout=90s")
        let done = try await daemon.list("pods", selector: "job-name=data-processing")
        #expect(done.count == 5)
        for pod in done {
            let name = try #require(value(pod, "metadata", "name") as? String)
            #expect(
                try await daemon.stint("logs", name).output
                    == "Processing data chunk \nChunk  processed successfully\n")
        }
    }
}

extension DaemonFixture {
    func uid(_ kind: String, _ name: String, namespace: String = "default") async throws -> String {
        try #require(value(try await get(kind, name, namespace: namespace), "metadata", "uid") as? String)
    }

    func condition(_ type: String, ofJob name: String) async throws -> [String: Any]? {
        let conditions = value(try await get("job", name), "status", "conditions") as? [[String: Any]] ?? []
        return conditions.first { $0["type"] as? String == type }
    }
}
