import Foundation
import Kube
import Testing

@testable import stint

/// The verbs that change something: create, apply, patch, delete.
@Suite struct ChangeTests {
    @Test func `an unset variable as namespace is the default namespace`() async throws {
        try await FakeDaemon.with({ _ in .json(#"{"metadata":{"name":"x"}}"#) }) { daemon in
            let result = await Recording.of(
                ["create", "job", "x", "--image=y", "-n", "", "--socket", daemon.path])
            #expect(result.output == "job.batch/x created\n")
            #expect(daemon.questions.last?.target.hasPrefix("/apis/batch/v1/namespaces/default/jobs?") == true)
        }
    }

    static func changing(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        switch question.method {
        case "POST": return .json(question.text, status: 201, headers: [("Warning", #"299 - "mind the step""#)])
        case "PATCH":
            return .json(#"{"kind":"Job","apiVersion":"batch/v1","metadata":{"name":"hello","resourceVersion":"43"}}"#)
        case "DELETE" where path.hasSuffix("/hello"):
            return .json(#"{"kind":"Status","status":"Success","details":{"name":"hello","uid":"u1"}}"#)
        case "DELETE": return .notFound(path)
        default: return fixtures(question)
        }
    }

    @Test func `create job sends what kubectl would, prints what was made and passes warnings on`() async throws {
        try await FakeDaemon.with(Self.changing) { daemon in
            let result = await Recording.of([
                "create", "job", "a", "--image=busybox", "--labels=x=y", "--socket", daemon.path, "--", "echo",
                "--flag",
            ])
            #expect(result.output == "job.batch/a created\n")
            #expect(result.complaints == "Warning: mind the step\n")
            let sent = try KubeJSON.parse(daemon.questions.last?.body ?? [])
            #expect(sent.at("spec", "template", "spec", "restartPolicy")?.string == "Never")
            #expect(sent.at("spec", "template", "spec", "containers")?.array?.first?["command"] == ["echo", "--flag"])
            #expect(sent.at("metadata", "labels", "x")?.string == "y")
            #expect(daemon.questions.last?.target.contains("fieldValidation=Strict") == true)
        }
    }

    @Test func `a dry run on this side asks nobody`() async {
        let result = await Recording.of([
            "create", "job", "a", "--image", "i", "--dry-run=client", "-o", "yaml", "--socket", "/nonexistent",
        ])
        #expect(
            result.output == """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: a
                spec:
                  template:
                    metadata: {}
                    spec:
                      containers:
                      - image: i
                        name: a
                        resources: {}
                      restartPolicy: Never
                status: {}

                """)
        #expect(result.exitCode == 0)
    }

    @Test func `an image or a CronJob, not both and not neither`() async {
        let result = await Recording.of(["create", "job", "a"])
        #expect(result.complaints.hasPrefix("error: either --image or --from must be specified"))
        #expect(result.exitCode == 1)
    }

    @Test(arguments: [
        (["job", "hello", "--no-wait"], "job.batch \"hello\" deleted from default namespace\n", "Background"),
        (
            ["job/hello", "--wait=false", "--cascade=orphan"], "job.batch \"hello\" deleted from default namespace\n",
            "Orphan"
        ),
        (
            ["job/hello", "--wait=false", "--grace-period=0", "--force"],
            "job.batch \"hello\" force deleted from default namespace\n", "Background"
        ),
        (["job/hello", "--wait=false", "-o", "name"], "job.batch/hello\n", "Background"),
    ])
    func deletes(_ row: (arguments: [String], output: String, policy: String)) async throws {
        try await FakeDaemon.with(Self.changing) { daemon in
            let result = await Recording.of(["delete"] + row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output)
            let sent = try KubeJSON.parse(daemon.questions.last { $0.method == "DELETE" }?.body ?? [])
            #expect(sent["propagationPolicy"]?.string == row.policy)
        }
    }

    @Test func `the old spelling of cascade still works and says so`() async throws {
        try await FakeDaemon.with(Self.changing) { daemon in
            let result = await Recording.of([
                "delete", "job", "hello", "--cascade=false", "--wait=false", "--socket", daemon.path,
            ])
            #expect(
                result.complaints
                    == "warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.\n"
            )
        }
    }

    @Test(arguments: [
        (["job", "x"], "Error from server (NotFound): jobs.batch \"x\" not found\n", "", 1),
        (["job", "x", "--ignore-not-found"], "", "No resources found\n", 0),
        (["jobs"], "error: resource(s) were provided, but no name was specified\n", "", 1),
        (["jobs", "--all"], "", "No resources found\n", 0),
    ])
    func deletesNothing(_ row: (arguments: [String], complaint: String, output: String, exitCode: Int32)) async throws {
        try await FakeDaemon.with(Self.changing) { daemon in
            let result = await Recording.of(["delete"] + row.arguments + ["--socket", daemon.path])
            #expect(result.complaints == row.complaint)
            #expect(result.output == row.output)
            #expect(result.exitCode == row.exitCode)
        }
    }

    @Test func `patch sends YAML as JSON and says when nothing changed`() async throws {
        try await FakeDaemon.with(Self.changing) { daemon in
            let result = await Recording.of([
                "patch", "job", "hello", "-p", "spec: {suspend: true}", "--socket", daemon.path,
            ])
            #expect(result.output == "job.batch/hello patched\n")
            #expect(daemon.questions.last?.text == #"{"spec":{"suspend":true}}"#)
            #expect(daemon.questions.last?.contentType == "application/strategic-merge-patch+json")
        }
    }

    private func manifest(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("stint-\(UUID().uuidString).yaml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test func `apply creates what is not there, with what it said in the annotation`() async throws {
        try await manifest("apiVersion: batch/v1\nkind: Job\nmetadata: {name: new}\nspec: {}\n") { path in
            try await FakeDaemon.with(Self.changing) { daemon in
                let result = await Recording.of(["apply", "-f", path, "--socket", daemon.path])
                #expect(result.output == "job.batch/new created\n")
                let sent = try KubeJSON.parse(daemon.questions.last?.body ?? [])
                #expect(
                    LastApplied.read(from: sent)?.compact
                        == #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"annotations":{},"name":"new","namespace":"default"},"spec":{}}"#
                )
            }
        }
    }

    @Test(arguments: [
        ("kind: Job\n", "error: error validating \"%\": error validating data: apiVersion not set\n"),
        (
            "apiVersion: batch/v1\nkind: Cow\nmetadata: {name: x}\n",
            "error: resource mapping not found for name: \"x\" namespace: \"\" from \"%\": no matches for kind \"Cow\" in version \"batch/v1\"\n"
        ),
    ])
    func refusesManifests(_ row: (text: String, complaint: String)) async throws {
        try await manifest(row.text) { path in
            try await FakeDaemon.with(Self.changing) { daemon in
                let result = await Recording.of(["apply", "-f", path, "--socket", daemon.path])
                #expect(result.complaints == row.complaint.replacing("%", with: path))
                #expect(result.exitCode == 1)
            }
        }
    }

    @Test(arguments: [
        ("nothing new", #"{"a":1}"#, #"{"a":1}"#, #"{"a":1,"status":2}"#, "{}"),
        ("a changed field", #"{"a":1}"#, #"{"a":2}"#, #"{"a":1}"#, #"{"a":2}"#),
        ("a field that is gone", #"{"a":1,"b":2}"#, #"{"a":1}"#, #"{"a":1,"b":2}"#, #"{"b":null}"#),
        ("what others wrote stays", "{}", #"{"a":1}"#, #"{"a":1,"b":2}"#, "{}"),
        ("what others took away comes back", #"{"a":1}"#, #"{"a":1}"#, "{}", #"{"a":1}"#),
        (
            "an element by its name", "{}", #"{"env":[{"name":"x","value":"2"}]}"#,
            #"{"env":[{"name":"y","value":"0"},{"name":"x","value":"1"}]}"#, #"{"env":[{"name":"x","value":"2"}]}"#
        ),
        (
            "an element that is gone", #"{"env":[{"name":"x"},{"name":"y"}]}"#, #"{"env":[{"name":"y"}]}"#,
            #"{"env":[{"name":"x"},{"name":"y"}]}"#, #"{"env":[{"$patch":"delete","name":"x"}]}"#
        ),
        ("a list without names is replaced", "{}", #"{"args":["a"]}"#, #"{"args":["b"]}"#, #"{"args":["a"]}"#),
        ("null takes away", "{}", #"{"a":null}"#, #"{"a":1}"#, #"{"a":null}"#),
    ])
    func threeWays(_ row: (sentence: String, original: String, modified: String, current: String, patch: String)) throws
    {
        func value(_ text: String) throws -> JSONValue { try KubeJSON.parse(Array(text.utf8)) }
        let patch = ThreeWayPatch.make(
            original: try value(row.original), modified: try value(row.modified), current: try value(row.current))
        let expected = try value(row.patch)
        #expect(patch == expected, "\(row.sentence)")
    }
}
