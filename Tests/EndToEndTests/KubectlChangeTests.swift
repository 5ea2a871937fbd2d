import Foundation
import TestSupport
import Testing

/// Objects that are changed where they are.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct KubectlChangeTests {
    private static let suspended = manifest("held", script: "true", spec: ["suspend: true", "parallelism: 1"])

    private func run(_ kubectl: Kubectl, _ body: (ClientShell) async throws -> Void) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.daemon.apply(Self.suspended)
            try await body(shell)
        }
    }

    @Test(arguments: Kubectl.all)
    func `patch in all three types`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            func job() async throws -> [String: Any] { try await shell.daemon.get("job", "held") }
            func patch(_ options: String) async throws -> String {
                try await shell.printed("kubectl patch job held \(options)")
            }
            // By name within a list; the image of the one container changes, its command stays: the Job is suspended
            // and has never started, but its template does not change except for scheduling.
            let image = try await shell.run(
                #"kubectl patch job held -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"other"}]}}}}'"#
            )
            #expect(image.exitCode == 1)
            #expect(image.errors.contains("spec.template: Invalid value: "), "\(image.errors)")
            #expect(image.errors.contains(": field is immutable"), "\(image.errors)")

            let strategic = try await patch(
                #"-p '{"metadata":{"labels":{"a":"1"}},"spec":{"template":{"spec":{"nodeSelector":{"disk":"fast"}}}}}'"#
            )
            #expect(strategic == "job.batch/held patched\n")
            #expect(
                value(try await job(), "spec", "template", "spec", "nodeSelector") as? [String: String]
                    == ["disk": "fast"])
            #expect(
                try await patch(#"-p '{"metadata":{"labels":{"a":"1"}}}'"#) == "job.batch/held patched (no change)\n")

            let merged = try await patch(#"--type=merge -p '{"metadata":{"labels":{"a":null,"b":"2"}}}'"#)
            #expect(merged == "job.batch/held patched\n")
            let labels = value(try await job(), "metadata", "labels") as? [String: String] ?? [:]
            #expect(labels["a"] == nil && labels["b"] == "2", "\(labels)")

            let operations = try await patch(
                #"--type=json -p '[{"op":"test","path":"/metadata/labels/b","value":"2"},{"op":"replace","path":"/spec/parallelism","value":7}]'"#
            )
            #expect(operations == "job.batch/held patched\n")
            #expect(try await value(job(), "spec", "parallelism") as? Int == 7)
            let failed = try await shell.run(
                #"kubectl patch job held --type=json -p '[{"op":"test","path":"/metadata/labels/b","value":"3"}]'"#)
            #expect(failed.exitCode == 1)
        }
    }

    @Test(arguments: Kubectl.all)
    func `edit opens the object in an editor and sends what came of it`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            let edited = try await shell.printed(
                "kubectl edit job held", environment: ["KUBE_EDITOR": "sed -i 's/  parallelism: 1/  parallelism: 2/'"])
            #expect(edited == "job.batch/held edited\n")
            #expect(try await value(shell.daemon.get("job", "held"), "spec", "parallelism") as? Int == 2)
            let nothing = try await shell.run("kubectl edit job held", environment: ["KUBE_EDITOR": "true"])
            #expect((nothing.output + nothing.errors).contains("Edit cancelled, no changes made."), "\(nothing)")
            // What is wrong stands in the file that is kept: at a terminal the editor opens again with it.
            let kept = "\(shell.daemon.scope.directory)/kept"
            try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: false)
            let invalid = try await shell.run(
                "kubectl edit job held",
                environment: [
                    "KUBE_EDITOR": "sed -i 's/  parallelism: 2/  parallelism: -2/'", "TMPDIR": kept,
                ])
            #expect(invalid.exitCode == 1)
            #expect(invalid.errors.contains("jobs.batch \"held\" is invalid"), "\(invalid.errors)")
            // Older ones leave the file of the first try beside it.
            let text = try FileManager.default.contentsOfDirectory(atPath: kept).map { file in
                try String(contentsOfFile: "\(kept)/\(file)", encoding: .utf8)
            }.joined()
            #expect(
                text.contains("# * spec.parallelism: Invalid value: -2: must be greater than or equal to 0"), "\(text)")
            #expect(try await value(shell.daemon.get("job", "held"), "spec", "parallelism") as? Int == 2)
        }
    }

    @Test(arguments: Kubectl.all)
    func `label and annotate add, change with leave, and take away`(kubectl: Kubectl) async throws {
        try await run(kubectl) { shell in
            for (verb, done, field) in [("label", "labeled", "labels"), ("annotate", "annotated", "annotations")] {
                // 1.27 says "annotate" where the others say "annotated".
                let added = try await shell.printed("kubectl \(verb) job held x=1 y=2")
                #expect(
                    "job.batch/held \(done)\n".hasPrefix(added.dropLast()) && added.hasPrefix("job.batch/held \(verb)"))
                let again = try await shell.run("kubectl \(verb) job held x=9")
                #expect(again.exitCode == 1 && again.errors.contains("'x' already has a value (1)"), "\(again)")
                try await shell.printed("kubectl \(verb) --overwrite job held x=9 y-")
                let values = value(try await shell.daemon.get("job", "held"), "metadata", field) as? [String: String]
                #expect(values?["x"] == "9" && values?["y"] == nil, "\(values ?? [:])")
            }
            let selected = try await shell.printed("kubectl label jobs -l x=9 z=all")
            #expect(selected == "job.batch/held labeled\n")
        }
    }
}
