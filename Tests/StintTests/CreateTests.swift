import Foundation
import Kube
import Testing

@testable import stint

/// `create` of one object from the command line.
@Suite struct CreateTests {
    /// What would be sent, as JSON.
    private func draft(_ arguments: String...) async throws -> JSONValue {
        let result = await Recording.of(["create"] + arguments + ["--dry-run=client", "-o", "json"])
        #expect(result.complaints == "")
        return try KubeJSON.parse(Array(result.output.utf8))
    }

    private func folder(_ files: [String: [UInt8]], _ body: (String) async throws -> Void) async throws {
        let folder = try ScratchFile.makeDirectory("stint-test-")
        defer { ScratchFile.remove(folder) }
        for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        try await body(folder)
    }

    @Test func `a ConfigMap from values, as they are`() async throws {
        let map = try await draft("configmap", "c", "--from-literal=a=1", "--from-literal=b='x=y'")
        #expect(map["data"] == ["a": "1", "b": "'x=y'"])
        #expect(map["kind"] == "ConfigMap")
    }

    @Test func `a ConfigMap from a directory: what is no text is kept in binaryData, what is no key is passed over`()
        async throws
    {
        try await folder(["a.txt": Array("hi\n".utf8), "b": [0xff, 0], "bad name": []]) { folder in
            let map = try await draft("configmap", "c", "--from-file=\(folder)")
            #expect(map["data"] == ["a.txt": "hi\n"])
            #expect(map["binaryData"] == ["b": "/wA="])
            let named = try await draft("cm", "c", "--from-file=key=\(folder)/a.txt")
            #expect(named["data"] == ["key": "hi\n"])
        }
    }

    @Test func `a ConfigMap from lines`() async throws {
        let lines = "# comment\n\n  A=1\nB=two words\r\nC==\nSTINT_TEST_NO_SUCH_VARIABLE\n"
        try await folder(["env": Array(lines.utf8)]) { folder in
            let map = try await draft("configmap", "c", "--from-env-file=\(folder)/env")
            #expect(map["data"] == ["A": "1", "B": "two words", "C": "=", "STINT_TEST_NO_SUCH_VARIABLE": ""])
        }
    }

    @Test(arguments: [
        (["--from-literal=ab"], "error: invalid literal source ab, expected key=value\n"),
        (
            ["--from-literal=a=1", "--from-literal=a=2"],
            "error: cannot add key \"a\", another key by that name already exists in Data for ConfigMap \"c\"\n"
        ),
        (["--from-file=/nonexistent"], "error: error reading /nonexistent: no such file or directory\n"),
        (["--from-file=k=/tmp"], "error: cannot give a key name for a directory path\n"),
    ])
    func refuses(_ row: (arguments: [String], complaint: String)) async {
        let result = await Recording.of(["create", "configmap", "c", "--dry-run=client"] + row.arguments)
        #expect(result.complaints == row.complaint)
        #expect(result.exitCode == 1)
    }

    @Test func `Secrets, each kind with its type and its data in base64`() async throws {
        let generic = try await draft("secret", "generic", "s", "--from-literal=pw=hunter2", "--type=mine")
        #expect(generic["data"] == ["pw": "aHVudGVyMg=="])
        #expect(generic["type"] == "mine")
        let registry = try await draft(
            "secret", "docker-registry", "r", "--docker-username=u", "--docker-password=p", "--docker-server=x.test")
        let config = Base64.bytes(of: registry.at("data", ".dockerconfigjson")?.string ?? "") ?? []
        #expect(
            String(decoding: config, as: UTF8.self)
                == #"{"auths":{"x.test":{"username":"u","password":"p","auth":"dTpw"}}}"#)
        #expect(registry["type"] == "kubernetes.io/dockerconfigjson")
        try await folder(["c": Array("-----BEGIN C".utf8), "k": Array("-----BEGIN K".utf8)]) { folder in
            let tls = try await draft("secret", "tls", "t", "--cert=\(folder)/c", "--key=\(folder)/k")
            #expect(tls["data"] == ["tls.crt": "LS0tLS1CRUdJTiBD", "tls.key": "LS0tLS1CRUdJTiBL"])
            #expect(tls["type"] == "kubernetes.io/tls")
        }
    }

    @Test func `a CronJob has the Job in it, and its name`() async throws {
        let cron = try await draft("cronjob", "c", "--image=i", "--schedule=*/5 * * * *")
        #expect(cron.at("spec", "schedule") == "*/5 * * * *")
        #expect(cron.at("spec", "jobTemplate", "metadata") == ["name": "c"])
        #expect(cron.at("spec", "jobTemplate", "spec", "template", "spec", "restartPolicy") == "OnFailure")
    }

    @Test func `a Job from a CronJob is the CronJob's, says that a person started it, and has the labels asked for`()
        async throws
    {
        let script: FakeDaemon.Script = { question in
            switch question.target.split(separator: "?").first {
            case "/apis/batch/v1":
                .json(
                    #"{"resources":[{"name":"cronjobs","singularName":"cronjob","namespaced":true,"kind":"CronJob"},{"name":"jobs","singularName":"job","namespaced":true,"kind":"Job"}]}"#
                )
            case "/apis/batch/v1/namespaces/default/cronjobs/nightly":
                .json(
                    #"{"metadata":{"name":"nightly","uid":"u7"},"spec":{"jobTemplate":{"metadata":{"labels":{"l":"v"},"annotations":{"a":"b"}},"spec":{"backoffLimit":2}}}}"#
                )
            default: question.method == "POST" ? .json(question.text, status: 201) : fixtures(question)
            }
        }
        try await FakeDaemon.with(script) { daemon in
            let result = await Recording.of([
                "create", "job", "now", "--from=cronjob/nightly", "--labels=priority=high,manual=true", "--socket",
                daemon.path,
            ])
            #expect(result.output == "job.batch/now created\n")
            let sent = try KubeJSON.parse(daemon.questions.last?.body ?? [])
            let owner: JSONValue = [
                "apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "u7", "controller": true,
            ]
            #expect(sent.at("metadata", "ownerReferences") == [owner])
            #expect(
                sent.at("metadata", "annotations") == ["a": "b", "cronjob.kubernetes.io/instantiate": "manual"])
            #expect(sent.at("metadata", "labels") == ["l": "v", "priority": "high", "manual": "true"])
            #expect(sent.at("spec", "backoffLimit") == 2)
            let wrong = await Recording.of(["create", "job", "x", "--from=job/hello", "--socket", daemon.path])
            #expect(wrong.complaints == "error: from must be an existing cronjob\n")
        }
    }
}
