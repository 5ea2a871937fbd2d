import Foundation
import TestSupport
import Testing

/// Manifests that are applied, compared and replaced.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct KubectlApplyTests {
    private static func job(parallelism: Int, labels: String = "{}", more: [String] = []) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: applied, labels: \(labels)}
        spec:
          suspend: true
          parallelism: \(parallelism)
        \(more.map { "  \($0)\n" }.joined())  template:
            spec:
              restartPolicy: Never
              containers: [{name: main, image: busybox, command: ["true"]}]
        """
    }

    private static func configMap(_ data: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: \(data)
        """
    }

    @Test(arguments: Kubectl.all)
    func `apply creates, then changes what changed and takes away what is no longer there`(kubectl: Kubectl)
        async throws
    {
        try await ClientShell.run(kubectl) { shell in
            func apply(_ manifest: String) async throws -> String {
                try await shell.printed("kubectl apply -f -", input: manifest)
            }
            let first = Self.job(parallelism: 1, labels: "{a: first, b: second}")
            #expect(try await apply(first) == "job.batch/applied created\n")
            #expect(try await apply(first) == "job.batch/applied unchanged\n")
            // Somebody else's label is not the manifest's to take away.
            #expect(try await shell.printed("kubectl label job applied other=theirs") == "job.batch/applied labeled\n")
            let second = Self.job(parallelism: 3, labels: "{b: third}")
            #expect(try await apply(second) == "job.batch/applied configured\n")
            let job = try await shell.daemon.get("job", "applied")
            #expect(value(job, "spec", "parallelism") as? Int == 3)
            #expect(value(job, "metadata", "labels") as? [String: String] == ["b": "third", "other": "theirs"])
            #expect(
                (value(job, "metadata", "annotations") as? [String: String])?[
                    "kubectl.kubernetes.io/last-applied-configuration"]?.contains(#""parallelism":3"#) == true)
        }
    }

    @Test(arguments: Kubectl.all)
    func `what is wrong in a manifest is refused, by kubectl or by the server`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            let slip = try await shell.run(
                "kubectl apply -f -", input: Self.job(parallelism: 1, more: ["paralelism: 2"]))
            #expect(slip.exitCode == 1)
            // Older ones compare with the published API themselves, newer ones have the server do it.
            let words =
                kubectl.minor < 25
                ? "ValidationError(Job.spec): unknown field \"paralelism\" in io.k8s.api.batch.v1.JobSpec"
                : "strict decoding error: unknown field \"spec.paralelism\""
            #expect(slip.errors.contains(words), "\(slip.errors)")

            let invalid = try await shell.run("kubectl apply -f -", input: Self.job(parallelism: -1))
            #expect(invalid.exitCode == 1)
            #expect(
                invalid.errors.contains(
                    "The Job \"applied\" is invalid: spec.parallelism: Invalid value: -1: must be greater than or equal to 0"
                ), "\(invalid.errors)")
            #expect(try await shell.daemon.list("jobs").isEmpty)
            #expect(
                try await shell.printed(
                    "kubectl apply --validate=false -f -", input: Self.job(parallelism: 1, more: ["paralelism: 2"]))
                    == "job.batch/applied created\n")
        }
    }

    @Test(arguments: Kubectl.all)
    func `server-side apply knows who set what, and gives it away by force only`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            func apply(_ data: String, _ options: String) async throws -> CommandResult {
                try await shell.run("kubectl apply --server-side \(options) -f -", input: Self.configMap(data))
            }
            let first = try await apply("{color: red, size: small}", "--field-manager=painter")
            #expect(first.output == "configmap/settings serverside-applied\n", "\(first.errors)")

            let conflict = try await apply("{color: blue}", "--field-manager=decorator")
            #expect(conflict.exitCode == 1 && conflict.output == "")
            #expect(
                conflict.errors.contains("Apply failed with 1 conflict: conflict with \"painter\": .data.color"),
                "\(conflict.errors)")
            #expect(try await data(shell) == ["color": "red", "size": "small"])

            let agreed = try await apply("{color: red, shape: round}", "--field-manager=decorator")
            #expect(agreed.exitCode == 0)
            #expect(try await data(shell) == ["color": "red", "size": "small", "shape": "round"])
            let forced = try await apply("{color: blue, shape: round}", "--field-manager=decorator --force-conflicts")
            #expect(forced.output == "configmap/settings serverside-applied\n", "\(forced.errors)")
            // The painter has lost the color; what it alone has goes when it no longer says it.
            let less = try await apply("{}", "--field-manager=painter")
            #expect(less.exitCode == 0)
            #expect(try await data(shell) == ["color": "blue", "shape": "round"])

            let path = "/api/v1/namespaces/default/configmaps/settings"
            let raw = try JSONSerialization.jsonObject(
                with: Data(try await shell.printed("kubectl get --raw \(path)").utf8))
            let names = (value(raw, "metadata", "managedFields") as? [[String: Any]] ?? []).map {
                "\($0["manager"] as? String ?? "") \($0["operation"] as? String ?? "")"
            }
            #expect(names.contains("decorator Apply"))
        }
    }

    private func data(_ shell: ClientShell) async throws -> [String: String] {
        value(try await shell.daemon.get("configmap", "settings"), "data") as? [String: String] ?? [:]
    }

    @Test(arguments: Kubectl.all)
    func `a change on the client's side is seen by the server's`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.printed("kubectl apply -f -", input: Self.configMap("{color: red}"))
            try await shell.printed(
                #"kubectl patch configmap settings --field-manager=somebody -p '{"data":{"color":"green"}}'"#)
            let apply = "kubectl apply --server-side -f -"
            let conflict = try await shell.run(apply, input: Self.configMap("{color: blue}"))
            #expect(conflict.exitCode == 1)
            #expect(conflict.errors.contains("conflict with \"somebody\" using v1"), "\(conflict.errors)")
            #expect(conflict.errors.contains(".data.color"))
            let forced = try await shell.run("\(apply) --force-conflicts", input: Self.configMap("{color: blue}"))
            #expect(forced.output == "configmap/settings serverside-applied\n", "\(forced.errors)")
            #expect(try await data(shell) == ["color": "blue"])
        }
    }

    @Test(arguments: Kubectl.all)
    func `diff shows what apply would change, changes nothing, and exits with 1 when there is something`(
        kubectl: Kubectl
    ) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.printed("kubectl apply -f -", input: Self.job(parallelism: 1))
            let same = try await shell.run("kubectl diff -f -", input: Self.job(parallelism: 1))
            #expect(same.output == "" && same.exitCode == 0, "\(same)")
            let differs = try await shell.run("kubectl diff -f -", input: Self.job(parallelism: 4))
            #expect(differs.exitCode == 1)
            #expect(differs.lines.contains("-  parallelism: 1"), "\(differs)")
            #expect(differs.lines.contains("+  parallelism: 4"), "\(differs)")
            let new = try await shell.run("kubectl diff -f -", input: Self.configMap("{color: red}"))
            #expect(new.exitCode == 1 && new.lines.contains("+  color: red"), "\(new)")
            let owned = try await shell.run("kubectl diff --server-side -f -", input: Self.job(parallelism: 1))
            #expect(owned.exitCode <= 1, "\(owned)")
            let job = try await shell.daemon.get("job", "applied")
            #expect(value(job, "spec", "parallelism") as? Int == 1)
            #expect(try await shell.daemon.tryStint("get", "configmap", "settings").exitCode == 1)
        }
    }

    @Test(arguments: Kubectl.all)
    func `replace takes the object as it is given, and by force a new one takes its place`(kubectl: Kubectl)
        async throws
    {
        try await ClientShell.run(kubectl) { shell in
            try await shell.printed("kubectl create -f -", input: Self.job(parallelism: 1, labels: "{a: first}"))
            let uid = try await shell.daemon.uid("job", "applied")
            let held = try await shell.printed("kubectl get job applied -o json")
            let changed = held.replacing("\"parallelism\": 1", with: "\"parallelism\": 2")
            #expect(try await shell.printed("kubectl replace -f -", input: changed) == "job.batch/applied replaced\n")
            #expect(try await value(shell.daemon.get("job", "applied"), "spec", "parallelism") as? Int == 2)
            #expect(try await shell.daemon.uid("job", "applied") == uid)

            // What was read before somebody else wrote is old.
            let late = try await shell.run("kubectl replace -f -", input: changed)
            #expect(late.exitCode == 1)
            #expect(
                late.errors.contains(
                    "(Conflict): error when replacing \"STDIN\": Operation cannot be fulfilled on jobs.batch \"applied\": "
                        + "the object has been modified; please apply your changes to the latest version and try again"),
                "\(late.errors)")

            let forced = try await shell.printed("kubectl replace --force -f -", input: Self.job(parallelism: 5))
            #expect(forced.hasPrefix(#"job.batch "applied" deleted"#))
            #expect(forced.hasSuffix("job.batch/applied replaced\n"))
            let new = try await shell.daemon.get("job", "applied")
            #expect(value(new, "metadata", "uid") as? String != uid)
            #expect(value(new, "spec", "parallelism") as? Int == 5)
        }
    }
}
