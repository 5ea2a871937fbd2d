import Foundation
import Kube
import Testing

@testable import Server

private let kubectl = "/usr/bin/kubectl"

/// The real client, through a relay, because it knows no unix sockets.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: kubectl), "needs /usr/bin/kubectl"))
struct KubectlTests {
    struct Run {
        var code: Int32
        var output: String
        var errors: String
    }

    /// One call of kubectl against a port, with a home of its own. Its input is a file, so that nothing waits for it.
    static func run(_ port: Int, in directory: String, input: String = "", _ arguments: String...) async throws -> Run {
        let id = UUID().uuidString
        let files = ["in", "out", "err"].map { "\(directory)/\(id).\($0)" }
        try Data(input.utf8).write(to: URL(fileURLWithPath: files[0]))
        for file in files.dropFirst() { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: kubectl)
        process.arguments = ["--server", "http://127.0.0.1:\(port)", "--request-timeout=20s"] + arguments
        process.environment = ["HOME": directory, "PATH": "/usr/bin:/bin"]
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: files[0]))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1]))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files[2]))
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in done.resume() }
            do {
                try process.run()
            } catch {
                done.resume(throwing: error)
            }
        }
        let texts = try files.dropFirst().map { try String(contentsOfFile: $0, encoding: .utf8) }
        return Run(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @Test func `kubectl makes, shows, changes, waits for and deletes a Job`() async throws {
        try await TestServer.run { server in
            try await Relay.run(to: server.socket) { port in
                let home = server.directory
                let created = try await Self.run(
                    port, in: home, input: Samples.job("hello"), "create", "--validate=false", "-f", "-")
                #expect(created.output == "job.batch/hello created\n", "\(created)")

                let table = try await Self.run(port, in: home, "get", "jobs")
                #expect(
                    table.output.split(separator: "\n").first?.split(separator: " ").joined(separator: " ")
                        == "NAME STATUS COMPLETIONS DURATION AGE", "\(table)")
                #expect(table.output.contains("hello"))

                let name = try await Self.run(port, in: home, "get", "job/hello", "-o", "name")
                #expect(name.output == "job.batch/hello\n")
                let yaml = try await Self.run(port, in: home, "get", "job", "hello", "-o", "yaml")
                #expect(yaml.output.contains("kind: Job\n"))

                let label = try await Self.run(port, in: home, "label", "job", "hello", "a=b")
                #expect(label.output == "job.batch/hello labeled\n", "\(label)")
                let selected = try await Self.run(port, in: home, "get", "jobs", "-l", "a=b", "-o", "name")
                #expect(selected.output == "job.batch/hello\n")

                let patch = try await Self.run(
                    port, in: home, "patch", "job/hello", "-p", #"{"spec":{"suspend":true}}"#)
                #expect(patch.output == "job.batch/hello patched\n", "\(patch)")

                let applied = try await Self.run(
                    port, in: home, input: Samples.job("applied"), "apply", "--validate=false", "-f", "-")
                #expect(applied.output == "job.batch/applied created\n", "\(applied)")
                let unchanged = try await Self.run(
                    port, in: home, input: Samples.job("applied"), "apply", "--validate=false", "-f", "-")
                #expect(unchanged.output == "job.batch/applied unchanged\n", "\(unchanged)")

                async let waited = Self.run(
                    port, in: home, "wait", "job/hello", "--for=condition=Complete", "--timeout=20s")
                try await Task.sleep(for: .milliseconds(500))
                _ = try await server.store.modify(Job.self, ObjectKey(namespace: "default", name: "hello")) {
                    $0.status = $0.status ?? JobStatus()
                    $0.status?.conditions = [JobCondition(type: "Complete", status: "True")]
                }
                let wait = try await waited
                #expect(wait.output == "job.batch/hello condition met\n", "\(wait)")

                let described = try await Self.run(port, in: home, "describe", "job", "hello")
                #expect(described.code == 0, "\(described)")
                #expect(described.output.hasPrefix("Name:"))

                let deleted = try await Self.run(port, in: home, "delete", "job", "hello", "applied")
                #expect(
                    deleted.output
                        == "job.batch \"hello\" deleted\njob.batch \"applied\" deleted\n", "\(deleted)")
                let gone = try await Self.run(port, in: home, "get", "job", "hello")
                #expect(gone.errors == "Error from server (NotFound): jobs.batch \"hello\" not found\n")
                let none = try await Self.run(port, in: home, "get", "jobs")
                #expect(none.errors == "No resources found in default namespace.\n")
            }
        }
    }

    @Test func `kubectl finds out what there is`() async throws {
        try await TestServer.run { server in
            try await Relay.run(to: server.socket) { port in
                let resources = try await Self.run(port, in: server.directory, "api-resources", "--no-headers")
                #expect(resources.output.contains("jobs"), "\(resources)")
                #expect(resources.output.contains("batch/v1"))
                let version = try await Self.run(port, in: server.directory, "version")
                #expect(version.output.contains("Server Version: v1.35.0+stint.0.0.1"), "\(version)")
                let all = try await Self.run(port, in: server.directory, "get", "all")
                #expect(all.code == 0, "\(all)")
                let raw = try await Self.run(port, in: server.directory, "get", "--raw", "/healthz")
                #expect(raw.output == "ok")
                let missing = try await Self.run(port, in: server.directory, "get", "deployments")
                #expect(
                    missing.errors.hasSuffix("error: the server doesn't have a resource type \"deployments\"\n"),
                    "\(missing)")
            }
        }
    }

    @Test func `kubectl reads logs and says why there are none`() async throws {
        let services = HostServiceTests.services(logs: { _, _ in HostServiceTests.bytes("one\n", "two\n") })
        try await TestServer.run(services: services) { server in
            try await Relay.run(to: server.socket) { port in
                try await HostServiceTests.makePod(server)
                let log = try await Self.run(port, in: server.directory, "logs", "p")
                #expect(log.output == "one\ntwo\n", "\(log)")
                _ = try await server.store.modify(Pod.self, ObjectKey(namespace: "default", name: "p")) { pod in
                    let state =
                        #"{"containerStatuses":[{"name":"c","image":"i","imageID":"","ready":true,"#
                        + #""restartCount":0,"state":{"waiting":{"reason":"ContainerCreating"}}}]}"#
                    pod.status = try KubeJSON.decode(PodStatus.self, from: Array(state.utf8))
                }
                let waiting = try await Self.run(port, in: server.directory, "logs", "p")
                #expect(
                    waiting.errors
                        == "Error from server (BadRequest): container \"c\" in pod \"p\" is waiting to start: "
                        + "ContainerCreating\n", "\(waiting)")
            }
        }
    }
}
