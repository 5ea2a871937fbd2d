import Foundation
import Kube
import Testing

@testable import stint

/// Files beside the tests. The golden ones were written by kubectl from the same objects.
enum TestFile {
    static func text(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    static func value(_ name: String) throws -> JSONValue { try KubeJSON.parse(Array(text("Fixtures/\(name)").utf8)) }
}

/// Answers with the objects of the Fixtures folder.
func fixtures(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
    let path = question.target.split(separator: "?").first.map(String.init) ?? ""
    do {
        switch path {
        case "/api/v1": return .json(try TestFile.text("Fixtures/api-v1.json"))
        case "/apis":
            return .json(
                #"{"kind":"APIGroupList","groups":[{"name":"batch","versions":[{"groupVersion":"batch/v1","version":"v1"}],"preferredVersion":{"groupVersion":"batch/v1","version":"v1"}}]}"#
            )
        case "/apis/batch/v1": return .json(try TestFile.text("Fixtures/apis-batch-v1.json"))
        case "/apis/batch/v1/namespaces/default/jobs/hello": return .json(try TestFile.text("Fixtures/job.json"))
        case "/api/v1/namespaces/default/pods/hello-x7k2p": return .json(try TestFile.text("Fixtures/pod.json"))
        case "/api/v1/nodes/host1": return .json(try TestFile.text("Fixtures/node.json"))
        case "/api/v1/namespaces/team-a": return .json(try TestFile.text("Fixtures/namespace.json"))
        case "/api/v1/namespaces/default/events" where question.target.contains("involvedObject.name%3Dhello%2C"):
            return .json(try TestFile.text("Fixtures/events.json"))
        case "/api/v1/pods":
            return .json(#"{"kind":"PodList","metadata":{},"items":[\#(try TestFile.text("Fixtures/pod.json"))]}"#)
        case let list where list.hasSuffix("/events") || list.hasSuffix("/jobs") || list.hasSuffix("/pods"):
            return .json(#"{"kind":"List","metadata":{},"items":[]}"#)
        default: return .notFound(path)
        }
    } catch {
        return .json("{}", status: 500)
    }
}

extension FakeDaemon.Answer {
    static func status(_ code: Int, _ reason: String, _ message: String) -> FakeDaemon.Answer {
        .json(
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"\#(reason)","message":"\#(message)","code":\#(code)}"#,
            status: code)
    }

    static func notFound(_ path: String) -> FakeDaemon.Answer {
        let parts = path.split(separator: "/")
        let kind = parts.contains("batch") ? "jobs.batch" : "\(parts.dropLast().last ?? "")"
        return status(404, "NotFound", #"\#(kind) \"\#(parts.last ?? "")\" not found"#)
    }
}

@Suite struct DescribeTests {
    @Test(arguments: [
        (["job", "hello"], "describe-job.txt"), (["pod/hello-x7k2p"], "describe-pod.txt"),
        (["node", "host1"], "describe-node.txt"), (["ns", "team-a"], "describe-namespace.txt"),
    ])
    func `a description is letter by letter what kubectl prints`(_ row: (arguments: [String], golden: String))
        async throws
    {
        try await FakeDaemon.with(fixtures) { daemon in
            let result = await Recording.of(
                ["describe"] + row.arguments + ["--socket", daemon.path], at: "2026-11-23T18:48:00Z")
            #expect(result.complaints == "")
            let expected = try TestFile.text("Golden/\(row.golden)")
            #expect(result.output == expected)
            #expect(result.exitCode == 0)
        }
    }

    /// The daemon of `fixtures`, and the kinds that are described from their JSON.
    static func kinds(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        func kind(_ name: String, _ kind: String) -> String {
            #"{"name":"\#(name)","singularName":"\#(kind.lowercased())","namespaced":true,"kind":"\#(kind)"}"#
        }
        let files = [
            "configmaps/cm1": "configmap", "secrets/s1": "secret", "services/kubernetes": "service",
            "cronjobs/backup-cronjob": "cronjob", "events/e1": "event",
        ]
        do {
            if path == "/api/v1" {
                let kinds = [
                    kind("configmaps", "ConfigMap"), kind("secrets", "Secret"), kind("services", "Service"),
                    kind("events", "Event"),
                ]
                return .json(#"{"resources":[\#(kinds.joined(separator: ","))]}"#)
            }
            if path == "/apis/batch/v1" { return .json(#"{"resources":[\#(kind("cronjobs", "CronJob"))]}"#) }
            if let file = files.first(where: { path.hasSuffix("/\($0.key)") })?.value {
                return .json(try TestFile.text("Fixtures/\(file).json"))
            }
        } catch {
            return .json("{}", status: 500)
        }
        return fixtures(question)
    }

    @Test(arguments: [
        (["configmap", "cm1"], "describe-configmap.txt"), (["secret", "s1"], "describe-secret.txt"),
        (["service", "kubernetes"], "describe-service.txt"), (["event", "e1"], "describe-event.txt"),
        (["cronjob", "backup-cronjob"], "describe-cronjob.txt"),
    ])
    func `a kind described from its JSON is what kubectl prints`(_ row: (arguments: [String], golden: String))
        async throws
    {
        try await FakeDaemon.with(Self.kinds) { daemon in
            let result = await Recording.of(["describe"] + row.arguments + ["--socket", daemon.path])
            #expect(result.complaints == "")
            let expected = try TestFile.text("Golden/\(row.golden)")
            #expect(result.output == expected)
        }
    }

    @Test(arguments: [
        ("apiVersion", "API Version"), ("creationTimestamp", "Creation Timestamp"), ("uid", "UID"),
        ("f:x", "f:x"), ("fieldsV1", "fieldsV1"), ("involvedObject", "Involved Object"), ("selfLink", "Self Link"),
    ])
    func `a field is called`(_ row: (field: String, label: String)) {
        #expect(FieldLabel.text(row.field) == row.label)
    }

    @Test func `something that does not exist is told as kubectl tells it`() async throws {
        try await FakeDaemon.with(fixtures) { daemon in
            let result = await Recording.of(["describe", "job", "nothing", "--socket", daemon.path])
            #expect(result.complaints == "Error from server (NotFound): jobs.batch \"nothing\" not found\n")
            #expect(result.exitCode == 1)
        }
    }

    @Test func `an escape sequence in an object is shown and not obeyed`() {
        var description = Description(console: .standard)
        description.annotations("Annotations", ["a": "\u{1b}[2Jgone"])
        #expect(description.text == "Annotations:  a: ^[[2Jgone\n")
        #expect("a\tb\nc\r\u{7}\0\u{8}\u{7f}\u{9b}2J\u{9d}é".harmless == "a\tb\nc\\r^G^@^H^?\\x9b2J\\x9dé")
    }
}

@Suite struct TabbedTextTests {
    @Test(arguments: [
        (
            "a column ends where a line does not have it", "a\tb\nlonger\tc\nnone\nx\ty\n",
            "a       b\nlonger  c\nnone\nx  y\n"
        ),
        ("what stands after the last tab belongs to no column", "a\tbbbbbb\tc\nd\te\n", "a  bbbbbb  c\nd  e\n"),
        ("an empty cell keeps its place", "\tb\naa\tc\n", "    b\naa  c\n"),
    ])
    func lays(_ row: (sentence: String, text: String, expected: String)) {
        var tabbed = TabbedText()
        tabbed.write(row.text)
        #expect(tabbed.text == row.expected, "\(row.sentence)")
    }

    @Test func `a flush begins new columns`() {
        var tabbed = TabbedText()
        tabbed.line(0, "a very long title\tb")
        tabbed.flush()
        tabbed.line(1, "c\td")
        #expect(tabbed.text == "a very long title  b\n  c  d\n")
    }
}

extension DescribeTests {
    @Test func `what the kernel holds of a pod is a table, and not an annotation`() {
        var pod = Pod(metadata: ObjectMeta(name: "p", namespace: "default"), spec: PodSpec(containers: []))
        pod.metadata.annotations = [
            Receipt.annotation: """
            pod: processes 4096 = pids.max 4096
            pod/main: cpu limit 250m = cpu.max 25000 100000; swap 0 = memory.swap.max 0
            """
        ]
        var description = Description(console: .standard)
        description.pod(pod)
        #expect(description.text.contains("Annotations:  <none>\n"))
        #expect(
            description.text.hasSuffix(
                """
                Receipt:
                  Group     Asked           Kernel
                  -----     -----           ------
                  pod       processes 4096  pids.max 4096
                  pod/main  cpu limit 250m  cpu.max 25000 100000
                  pod/main  swap 0          memory.swap.max 0

                """))
    }
}
