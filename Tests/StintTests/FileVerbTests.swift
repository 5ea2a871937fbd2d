import Foundation
import Kube
import Testing

@testable import stint

/// `replace`, `diff` and server-side `apply`.
@Suite struct FileVerbTests {
    static let live =
        #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"default","resourceVersion":"9","uid":"u"},"data":{"same":"YQ==","pw":"b2xk"}}"#

    static func server(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        switch (question.method, path) {
        case ("GET", "/api/v1"):
            return .json(
                #"{"resources":[{"name":"secrets","singularName":"secret","namespaced":true,"kind":"Secret"}]}"#)
        case ("GET", "/api/v1/namespaces/default/secrets/s"): return .json(live)
        case ("PUT", _): return .json(question.text)
        case ("PATCH", _)
        where question.contentType == "application/apply-patch+yaml" && !question.target.contains("force=true"):
            return .status(409, "Conflict", "Apply failed with 1 conflict: conflict with \\\"x\\\": .data.pw")
        case ("PATCH", _):
            return .json(live.replacing("b2xk", with: "bmV3").replacing(#""9""#, with: #""10""#))
        default: return fixtures(question)
        }
    }

    private func manifest(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = try ScratchFile.make("stint-test-", suffix: ".yaml", text)
        defer { ScratchFile.remove(path) }
        try await body(path)
    }

    static let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {same: YQ==, pw: bmV3}\n"

    @Test func `replace sends the file whole, over whatever revision is there`() async throws {
        try await manifest(Self.secret) { path in
            try await FakeDaemon.with(Self.server) { daemon in
                let result = await Recording.of(["replace", "-f", path, "--socket", daemon.path])
                #expect(result.output == "secret/s replaced\n")
                let sent = try KubeJSON.parse(daemon.questions.last?.body ?? [])
                #expect(daemon.questions.last?.method == "PUT")
                #expect(sent.at("metadata") == ["name": "s", "namespace": "default", "resourceVersion": "9"])
                #expect(sent.at("data") == ["same": "YQ==", "pw": "bmV3"])
            }
        }
    }

    @Test func `replace of what is not there is refused with the file's name`() async throws {
        try await manifest(Self.secret.replacing("name: s", with: "name: t")) { path in
            try await FakeDaemon.with(Self.server) { daemon in
                let result = await Recording.of(["replace", "-f", path, "--socket", daemon.path])
                #expect(
                    result.complaints
                        == "Error from server (NotFound): error when replacing \"\(path)\": secrets \"t\" not found\n")
            }
        }
    }

    @Test func `server-side apply sends the file as it is; a conflict says what to do`() async throws {
        try await manifest(Self.secret) { path in
            try await FakeDaemon.with(Self.server) { daemon in
                let conflict = await Recording.of(["apply", "--server-side", "-f", path, "--socket", daemon.path])
                #expect(
                    conflict.complaints.hasPrefix(
                        "error: Apply failed with 1 conflict: conflict with \"x\": .data.pw\nPlease review the fields above"
                    ))
                #expect(conflict.exitCode == 1)
                let forced = await Recording.of([
                    "apply", "--server-side", "--force-conflicts", "--field-manager=me", "-f", path, "--socket",
                    daemon.path,
                ])
                #expect(forced.output == "secret/s serverside-applied\n")
                let sent = try #require(daemon.questions.last)
                #expect(sent.target.contains("fieldManager=me") && sent.target.contains("force=true"))
                #expect(try KubeJSON.parse(sent.body).at("metadata") == ["name": "s", "namespace": "default"])
            }
        }
    }

    @Test(arguments: [
        (["--force-conflicts"], "error: --force-conflicts only works with --server-side\n"),
        (
            ["--server-side", "--dry-run=client"],
            "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)\n"
        ),
        (["--prune"], "error: stint has no apply --prune: delete what is not wanted with 'stint delete -l SELECTOR'\n"),
        (["-k", "dir"], "error: stint has no kustomize: use 'kustomize build DIR | stint apply -f -'\n"),
    ])
    func refuses(_ row: (arguments: [String], complaint: String)) async {
        let result = await Recording.of(["apply", "-f", "/nonexistent"] + row.arguments)
        #expect(result.complaints == row.complaint)
        #expect(result.exitCode == 1)
    }

    @Test func `a diff of a Secret shows which values differ, not what they are`() throws {
        let before = try KubeJSON.parse(Array(Self.live.utf8))
        let after: JSONValue = [
            "metadata": ["annotations": .object([LastApplied.annotation: "bmV3"])],
            "data": ["same": "YQ==", "pw": "bmV3", "added": "eA=="],
        ]
        let (old, new) = SecretMask.masked(before, after)
        #expect(old?["data"] == ["same": "***", "pw": "*** (before)"])
        #expect(new["data"] == ["same": "***", "pw": "*** (after)", "added": "***"])
        #expect(!new.compact.contains("bmV3"))
    }

    @Test func `diff asks for a dry run and exits as diff does`() async throws {
        try await manifest(Self.secret) { path in
            try await FakeDaemon.with(Self.server) { daemon in
                let result = await Recording.of(["diff", "-f", path, "--socket", daemon.path])
                #expect(result.exitCode == 1)
                #expect(result.complaints == "")
                let sent = try #require(daemon.questions.last)
                #expect(sent.method == "PATCH" && sent.target.contains("dryRun=All"))
                let broken = await Recording.of(["diff", "-f", "/nonexistent", "--socket", daemon.path])
                #expect(broken.exitCode == 2)
                #expect(broken.complaints == "error: the path \"/nonexistent\" does not exist\n")
            }
        }
    }
}
