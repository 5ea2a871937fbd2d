import Foundation
import TestSupport
import Testing

/// Jobs while they run and when they go: logs, waiting, what they use, events, and deleting in three ways.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct KubectlRunningTests {
    @Test(arguments: Kubectl.all)
    func `logs are followed to the end, cut, and stamped`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.daemon.apply(manifest("talks", script: "for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done"))
            try await eventually("it runs", within: .seconds(20)) {
                value(try await shell.daemon.get("job", "talks"), "status", "ready") as? Int == 1
            }
            let log = try shell.start("kubectl logs -f job/talks")
            try await log.prints("the first lines, before the last is written") { $0.hasPrefix("1\n") }
            #expect(!log.output.hasSuffix("6\n") && log.isRunning)
            let ended = await log.finish()
            #expect(ended.output == "1\n2\n3\n4\n5\n6\n" && ended.exitCode == 0, "\(ended)")
            #expect(try await shell.printed("kubectl logs job/talks --tail=2") == "5\n6\n")
            #expect(try await shell.printed("kubectl logs job/talks --limit-bytes=3") == "1\n2")
            #expect(try await shell.printed("kubectl logs -l job-name=talks --tail=1") == "6\n")
            let stamped = try await shell.printed("kubectl logs job/talks --timestamps --tail=1")
            #expect(stamped.contains(/^20\d\d-\d\d-\d\dT[\d:]+\.\d+(Z|[+-]\d\d:\d\d) 6\n$/), "\(stamped)")
            let prefixed = try await shell.printed("kubectl logs -l job-name=talks --prefix --tail=1")
            #expect(prefixed.contains(/^\[pod\/talks-\w{5}\/main\] 6\n$/), "\(prefixed)")
            let wrong = try await shell.run("kubectl logs job/talks -c nope")
            #expect(
                wrong.exitCode == 1 && wrong.errors.contains("container nope is not valid for pod talks-"), "\(wrong)")
        }
    }

    @Test(arguments: Kubectl.all)
    func `wait waits for conditions and for the end, and says when it took too long`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.daemon.apply(
                manifest("long", script: "sleep 60", pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            let late = try await shell.run("kubectl wait --for=condition=complete job/long --timeout=1s")
            #expect(late.errors == "error: timed out waiting for the condition on jobs/long\n" && late.exitCode == 1)
            let wait = try shell.start("kubectl wait --for=delete job/long --timeout=60s")
            try await Task.sleep(for: .seconds(1))
            #expect(wait.isRunning)
            try await shell.printed("kubectl delete job long --wait=false")
            let ended = await wait.finish()
            #expect(ended.output == "job.batch/long condition met\n" && ended.exitCode == 0, "\(ended)")
            #expect(try await shell.daemon.tryStint("get", "job", "long").exitCode == 1)

            try await shell.daemon.apply(manifest("short", script: "sleep 1"))
            let all = try await shell.printed("kubectl wait --for=condition=Complete job --all --timeout=30s")
            #expect(all == "job.batch/short condition met\n")
            if kubectl.minor >= 23 {
                let path = "--for=jsonpath='{.status.succeeded}'=1"
                #expect(
                    try await shell.printed("kubectl wait \(path) job/short --timeout=5s")
                        == "job.batch/short condition met\n")
            }
        }
    }

    @Test(arguments: Kubectl.all)
    func `top shows what a busy pod uses, and the node`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.daemon.apply(
                manifest(
                    "busy", script: "x=$(head -c 20000000 /dev/zero | tr '\\0' a); while :; do :; done",
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            var printed = ""
            try await eventually("the pod is measured", within: .seconds(60)) {
                printed = try await shell.run("kubectl top pods").output
                let row = PrintedTable(printed)?.rows.first ?? [:]
                let cpu = Int(row["CPU(cores)"]?.dropLast() ?? "") ?? 0  // the m of 250m
                let memory = Int(row["MEMORY(bytes)"]?.dropLast(2) ?? "") ?? 0
                return cpu > 100 && memory >= 19 && memory < 100
            }
            let table = try #require(PrintedTable(printed))
            #expect(table.columns == ["NAME", "CPU(cores)", "MEMORY(bytes)"])
            #expect(table.names.count == 1 && table.names[0].hasPrefix("busy-"))
            let containers = try #require(PrintedTable(try await shell.printed("kubectl top pods --containers")))
            #expect(containers.rows.count == 1 && containers.rows[0].values.contains("main"), "\(containers)")

            let nodes = try #require(PrintedTable(try await shell.printed("kubectl top nodes")))
            #expect(nodes.columns.count == 5 && nodes.rows.count == 1, "\(nodes)")
            let node = try #require(try await shell.daemon.list("nodes").first)
            #expect(nodes.names == [value(node, "metadata", "name") as? String])
            #expect(nodes.rows[0]["MEMORY(bytes)"]?.contains(/^\d+Mi$/) == true)
            try await shell.printed("kubectl delete job busy")
        }
    }

    @Test(arguments: Kubectl.all.filter { $0.minor >= 26 })  // the verb is younger than 1.20
    func `events of one Job, in order`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.daemon.apply(manifest("one", script: "true"))
            try await shell.daemon.apply(manifest("two", script: "true"))
            for name in ["one", "two"] {
                try await shell.printed("kubectl wait --for=condition=complete job/\(name) --timeout=30s")
            }
            let table = try #require(PrintedTable(try await shell.printed("kubectl events --for job/one")))
            #expect(table.columns == ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"])
            #expect(table.column("REASON") == ["SuccessfulCreate", "Completed"])
            #expect(table.column("OBJECT") == ["Job/one", "Job/one"])
            #expect(table.rows.first?["MESSAGE"]?.hasPrefix("Created pod: one-") == true)
            let warnings = try await shell.run("kubectl events --types=Warning")
            #expect(warnings.exitCode == 0 && !warnings.output.contains("SuccessfulCreate"))
        }
    }

    @Test(arguments: Kubectl.all)
    func `delete takes the pods along, waits for them, or leaves them`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            func pods(_ job: String) async throws -> [[String: Any]] {
                try await shell.daemon.list("pods", selector: "job-name=\(job)")
            }
            for cascade in ["background", "foreground", "orphan"] {
                // It takes a second to end.
                try await shell.daemon.apply(
                    manifest(
                        cascade, script: "sleep 60", pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 2"]))
                try await eventually("\(cascade) runs", within: .seconds(20)) {
                    value(try await shell.daemon.get("job", cascade), "status", "ready") as? Int == 1
                }
                let printed = try await shell.printed("kubectl delete job \(cascade) --cascade=\(cascade)")
                #expect(printed.hasPrefix("job.batch \"\(cascade)\" deleted"))
                #expect(try await shell.daemon.tryStint("get", "job", cascade).exitCode == 1)
                switch cascade {
                case "background":
                    #expect(try await pods(cascade).count == 1)  // it is still ending
                    try await eventually("its pod goes later", within: .seconds(20)) { try await pods(cascade).isEmpty }
                case "foreground":
                    #expect(try await pods(cascade).isEmpty)
                default:
                    let left = try #require(try await pods(cascade).first)
                    #expect(value(left, "metadata", "ownerReferences") == nil)
                    #expect(value(left, "status", "phase") as? String == "Running")
                    #expect(value(left, "metadata", "deletionTimestamp") == nil)
                }
            }
            // Pods by themselves: with their grace, and at once.
            let name = try #require(value(try await pods("orphan").first, "metadata", "name") as? String)
            #expect(try await shell.printed("kubectl delete pod \(name)").hasPrefix("pod \"\(name)\" deleted"))
            #expect(try await pods("orphan").isEmpty)
            let nothing = try await shell.run("kubectl delete job nope")
            #expect(nothing.errors == "Error from server (NotFound): jobs.batch \"nope\" not found\n")
            #expect(try await shell.printed("kubectl delete job nope --ignore-not-found") == "")
        }
    }
}
