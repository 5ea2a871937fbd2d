import Foundation
import TestSupport
import Testing

/// What is left when all has run: the list that was watched, and deleting.
enum GuideCleaning {
    /// The watch that was started before there was a Job has told every step.
    static func listsFollow(_ watch: RunningLine) async throws {
        func states(_ name: String) -> [[String]] {
            watch.lines.map(watchedCells).filter { $0.first == name }.map { Array($0.dropFirst()) }
        }
        #expect(watch.isRunning)
        #expect(watch.lines.first.map(watchedCells) == ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"])
        try await watch.prints("the last step") { _ in
            states("hello-job").contains { $0.prefix(2) == ["Complete", "1/1"] }
        }
        let slow = states("file-process").map { $0.prefix(2) }
        #expect(slow.contains(["Running", "0/1"]) && slow.last == ["Complete", "1/1"], "\(slow)")
        let pieces = states("data-processing").compactMap { $0.dropFirst().first }
        #expect(pieces.contains("2/5") || pieces.contains("3/5") || pieces.contains("4/5"), "\(pieces)")
        #expect(pieces == pieces.sorted() && pieces.last == "5/5", "\(pieces)")
        await watch.stop()
    }

    /// The Job goes, its pods stay and belong to nobody.
    static func orphans(_ shell: ClientShell) async throws {
        let deleted = try await shell.run("kubectl delete job hello-job --cascade=false")
        #expect(deleted.exitCode == 0 && deleted.output.hasPrefix(#"job.batch "hello-job" deleted"#), "\(deleted)")
        #expect(
            deleted.errors == "warning: --cascade=false is deprecated (boolean value) and can be replaced with "
                + "--cascade=orphan.\n")
        try await eventually("the Job is gone", within: .seconds(10)) {
            try await shell.daemon.tryStint("get", "job", "hello-job").exitCode == 1
        }
        try await orphanIsThere(shell)
    }

    private static func orphanIsThere(_ shell: ClientShell) async throws {
        let pods = try await shell.daemon.list("pods", selector: "job-name=hello-job")
        #expect(pods.count == 1)
        #expect(value(pods.first, "metadata", "ownerReferences") == nil)
        #expect(value(pods.first, "metadata", "deletionTimestamp") == nil)
        let name = try #require(value(pods.first, "metadata", "name") as? String)
        #expect(try await shell.printed("kubectl logs \(name)") == "Hello Kubernetes Job\n")
    }

    static func deletesBySelection(_ shell: ClientShell) async throws {
        for (line, field) in [
            ("kubectl delete jobs --field-selector status.successful=1", "succeeded"),
            ("kubectl delete jobs --field-selector status.failed=1  ", "failed"),
        ] {
            let before = try await shell.daemon.list("jobs")
            let chosen = before.filter { value($0, "status", field) as? Int == 1 }.compactMap(name)
            #expect(!chosen.isEmpty && chosen.count < before.count, "\(line)")
            let printed = try await shell.printed(line)
            #expect(deletedJobs(printed) == chosen.sorted(), "\(printed)")
            let after = try await shell.daemon.list("jobs").compactMap(name)
            #expect(after.sorted() == before.compactMap(name).filter { !chosen.contains($0) }.sorted(), "\(line)")
            for job in chosen {
                try await eventually("the pods of \(job) go with it", within: .seconds(20)) {
                    try await shell.daemon.list("pods", selector: "job-name=\(job)").isEmpty
                }
            }
        }
        // What does not run and what was in other namespaces is still there.
        let left = try await shell.daemon.list("jobs").compactMap(name)
        #expect(Set(left).isSuperset(of: ["long-running-job", "data-processing"]))
        #expect(try await shell.daemon.list("jobs", namespace: "production").count == 1)
        try await deletesTheOldest(shell)
        try await orphanIsThere(shell)
    }

    private static func deletesTheOldest(_ shell: ClientShell) async throws {
        for number in 1...6 {
            try await Task.sleep(for: .seconds(1.1))  // their ages are told apart by the second
            try await shell.daemon.apply(manifest("kept-\(number)", script: "true", spec: ["suspend: true"]))
        }
        let old = try await shell.daemon.list("jobs").compactMap(name).filter { !$0.hasPrefix("kept-") } + ["kept-1"]
        let printed = try await shell.printed(
            #"""
            kubectl get jobs --sort-by=.metadata.creationTimestamp \
              -o jsonpath='{range .items[0:-5]}{.metadata.name}{"\n"}{end}' | \
              xargs -r kubectl delete job
            """#)
        #expect(deletedJobs(printed) == old.sorted(), "\(printed)")
        #expect(try await shell.daemon.list("jobs").compactMap(name).sorted() == (2...6).map { "kept-\($0)" })
    }

    private static func name(_ object: [String: Any]) -> String? { value(object, "metadata", "name") as? String }

    /// The names in lines like `job.batch "a" deleted`, to which newer kubectls add the namespace.
    private static func deletedJobs(_ text: String) -> [String] {
        text.matches(of: /job\.batch "([^"]+)" deleted/).map { String($0.1) }.sorted()
    }
}
