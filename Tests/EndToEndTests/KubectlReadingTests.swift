import Foundation
import TestSupport
import Testing

/// Lists in every form, and what the server says of itself.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct KubectlReadingTests {
    /// Three suspended Jobs of different sizes, and a pod that runs.
    private func run(_ kubectl: Kubectl, _ body: (ClientShell) async throws -> Void) async throws {
        try await ClientShell.run(kubectl) { shell in
            for (name, parallelism, tier) in [("b", 3, "front"), ("c", 1, "back"), ("a", 2, "front")] {
                try await shell.daemon.apply(
                    manifest(name, script: "true", spec: ["suspend: true", "parallelism: \(parallelism)"]))
                try await shell.printed("kubectl label job \(name) tier=\(tier)")
            }
            try await body(shell)
        }
    }

    @Test(arguments: Kubectl.all)
    func `get prints the same objects in every form that is asked for`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            for (options, printed) in [
                ("-o name", "job.batch/a\njob.batch/b\njob.batch/c\n"),
                ("-o jsonpath='{.items[*].metadata.name}'", "a b c"),
                ("--sort-by=.spec.parallelism -o name", "job.batch/c\njob.batch/a\njob.batch/b\n"),
                ("--sort-by='{.metadata.name}' -o jsonpath='{.items[-1:].metadata.name}'", "c"),
                ("-l tier=front -o name", "job.batch/a\njob.batch/b\n"),
                ("-l 'tier in (back,side),tier!=front' -o name", "job.batch/c\n"),
                ("-l '!tier' -o name", ""),
                ("--field-selector metadata.name=b -o name", "job.batch/b\n"),
                ("--field-selector metadata.name!=b -o name", "job.batch/a\njob.batch/c\n"),
                (
                    "-o custom-columns=NAME:.metadata.name,SIZE:.spec.parallelism,NONE:.spec.no",
                    "NAME   SIZE   NONE\na      2      <none>\nb      3      <none>\nc      1      <none>\n"
                ),
                ("-o go-template='{{range .items}}{{.spec.parallelism}};{{end}}'", "2;3;1;"),
                ("--chunk-size=1 -o name", "job.batch/a\njob.batch/b\njob.batch/c\n"),
            ] {
                #expect(try await shell.printed("kubectl get jobs \(options)") == printed, "\(options)")
            }
            let json = try JSONSerialization.jsonObject(
                with: Data(try await shell.printed("kubectl get jobs a c -o json").utf8))
            #expect(value(json, "kind") as? String == "List")
            #expect((value(json, "items") as? [Any])?.map { value($0, "metadata", "name") as? String } == ["a", "c"])
            #expect(value(json, "items", "0", "apiVersion") as? String == "batch/v1")
            let yaml = try await shell.printed("kubectl get job b -o yaml")
            #expect(yaml.hasPrefix("apiVersion: batch/v1\nkind: Job\nmetadata:\n"))
            #expect(yaml.contains("\n  parallelism: 3\n"))
            // What it printed can be given back.
            #expect(try await shell.printed("kubectl apply --dry-run=server -f -", input: yaml).contains("job.batch/b"))
        }
    }

    @Test(arguments: Kubectl.all)
    func `tables have the columns of a cluster`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            func table(_ line: String) async throws -> PrintedTable {
                try #require(PrintedTable(try await shell.printed(line)))
            }
            let labels = try await table("kubectl get jobs --show-labels")
            #expect(labels.columns == ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE", "LABELS"])
            #expect(labels.row("b")["LABELS"]?.contains("tier=front") == true)
            #expect(labels.column("STATUS") == ["Suspended", "Suspended", "Suspended"])
            let tiers = try await table("kubectl get jobs -L tier")
            #expect(tiers.column("TIER") == ["front", "front", "back"])
            let all = try await table("kubectl get jobs -A")
            #expect(all.columns.first == "NAMESPACE" && all.column("NAMESPACE") == ["default", "default", "default"])
            for (line, columns) in [
                ("kubectl get namespaces", ["NAME", "STATUS", "AGE"]),
                ("kubectl get nodes", ["NAME", "STATUS", "ROLES", "AGE", "VERSION"]),
                ("kubectl get serviceaccounts", ["NAME", "AGE"]),
                ("kubectl get configmaps", ["NAME", "DATA", "AGE"]),
                ("kubectl get services", ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]),
                ("kubectl get events", ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]),
            ] {
                let table = try await table(line)
                #expect(table.columns == columns && !table.rows.isEmpty, "\(line): \(table)")
            }
            let node = try await table("kubectl get nodes -o wide")
            #expect(node.column("STATUS") == ["Ready"])
            #expect(
                node.columns.suffix(5) == [
                    "INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME",
                ])
            #expect(try await table("kubectl get sa").names == ["default"])
            #expect(try await table("kubectl get cm").names.contains("kube-root-ca.crt"))
            #expect(try await table("kubectl get svc").names == ["kubernetes"])
            let everything = PrintedTable.all(try await shell.printed("kubectl get all")).flatMap(\.names)
            #expect(everything.contains("service/kubernetes") && everything.contains("job.batch/a"), "\(everything)")
        }
    }

    @Test(arguments: Kubectl.all)
    func `a watch tells what is added, modified and deleted`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            let watch = try shell.start("kubectl get jobs -w --output-watch-events -l tier=front")
            func events() -> [String] {
                watch.lines.dropFirst().map(watchedCells).map { $0.prefix(2).joined(separator: " ") }
            }
            try await watch.prints("what is there at first") { _ in events() == ["ADDED a", "ADDED b"] }
            try await shell.printed("kubectl label job a more=1")
            try await watch.prints("a change") { _ in events().last == "MODIFIED a" }
            try await shell.printed("kubectl label job c --overwrite tier=front")
            try await watch.prints("one that is selected now") { _ in events().last == "ADDED c" }
            try await shell.printed("kubectl label job b --overwrite tier=back")
            try await watch.prints("one that no longer is") { _ in events().last == "DELETED b" }
            try await shell.printed("kubectl delete job a")
            try await watch.prints("one that is gone") { _ in events().last == "DELETED a" }
            #expect(watchedCells(watch.lines[0]) == ["EVENT", "NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"])
            await watch.stop()

            let one = try shell.start("kubectl get job c --watch-only -o name")
            try await Task.sleep(for: .seconds(1))
            try await shell.printed("kubectl annotate job c x=1")
            try await one.prints("the change alone") { $0 == "job.batch/c\n" }
        }
    }

    @Test(arguments: Kubectl.all)
    func `describe tells the whole of an object`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            try await shell.daemon.apply(manifest("done", script: "echo done"))
            try await shell.daemon.stint("wait", "--for=condition=complete", "job/done", "--timeout=30s")
            for (line, patterns) in [
                (
                    "kubectl describe jobs -l tier=back",
                    [#"Name: +c\n"#, #"Labels: +(\S+\n +)*tier=back\n"#, #"Parallelism: +1\n"#]
                ),
                (
                    "kubectl describe pods -l job-name=done",
                    [
                        #"Status: +Succeeded\n"#, #"Controlled By: +Job/done\n"#, #"Exit Code: +0\n"#,
                        #"Reason: +Completed\n"#, #"Container ID: +stint://\S+\n"#, #"Normal +Started +"#,
                    ]
                ),
                (
                    "kubectl describe node",
                    [#"Ready +True "#, #"Capacity:\n"#, #"cpu: +\d+\n"#, #"memory: +\d+Ki\n"#, #"Kernel Version: +\d"#]
                ),
                ("kubectl describe namespace default", [#"Status: +Active\n"#]),
            ] {
                let described = try await shell.printed(line)
                for pattern in patterns {
                    #expect(try described.contains(Regex(pattern)), "\(line): \(pattern) is not in:\n\(described)")
                }
            }
            let missing = try await shell.run("kubectl describe job nope")
            #expect(missing.errors == "Error from server (NotFound): jobs.batch \"nope\" not found\n")
            #expect(missing.exitCode == 1)
        }
    }
}
