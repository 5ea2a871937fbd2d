import Foundation
import TestSupport
import Testing

/// The Kubernetes client for Python against a real daemon. `Fixtures/client.py` acts and tells; what it tells is judged
/// here.
@Suite(
    .serialized, .enabled(if: PythonClient.whyNone == nil, Comment(rawValue: PythonClient.whyNone ?? "")),
    .notInTheGuest)
struct PythonClientTests {
    @Test func `a Job is created, watched to its end, read and patched`() async throws {
        try await PythonClient.run("life_of_a_job") { steps in
            let created = try steps.first("created")
            #expect(value(created, "name") as? String == "pi" && value(created, "completions") as? Int == 1)
            #expect((value(created, "created") as? Int ?? 0) > 2000)
            let watched = try steps.first("watched")
            #expect(value(watched, "types") as? [String] == ["ADDED", "MODIFIED"])
            #expect(value(watched, "first") as? String == "ADDED" && value(watched, "succeeded") as? Int == 1)
            #expect(value(watched, "conditions") as? [String] == ["SuccessCriteriaMet", "Complete", "Finished"])
            let log = try steps.first("log")
            #expect(value(log, "text") as? String == "3.14159\nmore\n" && value(log, "tail") as? String == "more\n")
            #expect(value(log, "followed") as? [String] == ["3.14159", "more"])
            #expect(value(log, "phase") as? String == "Succeeded" && value(log, "exit_code") as? Int == 0)
            #expect(try value(steps.first("patched"), "labels", "more") as? String == "yes")
            let labels = value(try steps.first("patched by operations"), "labels") as? [String: String]
            #expect(labels?["app"] == "pi" && labels?["more"] == nil)
            #expect(try value(steps.first("status"), "succeeded") as? Int == 1)
            let events = try steps.first("events")
            #expect(value(events, "reasons") as? [String] == ["SuccessfulCreate", "Completed"])
            #expect(value(events, "newer") as? [String] == ["SuccessfulCreate", "Completed"])
        }
    }

    @Test func `deleting takes pods along or leaves them, as the policy says`() async throws {
        try await PythonClient.run("deleting") { steps in
            let deleted = steps.all("deleted")
            #expect(deleted.map { $0["policy"] as? String } == ["Background", "Foreground", "Orphan"])
            #expect(deleted.map { $0["job_exists"] as? Bool } == [false, false, false])
            #expect(deleted.map { $0["pods"] as? Int } == [0, 0, 1])
            #expect(deleted.map { $0["owners"] as? Int } == [0, 0, 0])
            // Its pod has a second to go, and for so long the Job stays.
            #expect(value(deleted[1], "held") as? [String] == ["foregroundDeletion"])
            let several = try steps.first("deleted several")
            #expect(value(several, "left") as? [String] == ["c"])
        }
    }

    @Test func `a list comes in pages of one moment`() async throws {
        try await PythonClient.run("paging") { steps in
            let pages = try steps.first("pages")
            let all = (0..<25).map { "page-" + ($0 < 10 ? "0" : "") + "\($0)" }
            // The one that is made between the pages is on none of them.
            let names = value(pages, "pages") as? [[String]] ?? []
            #expect(names == [Array(all[..<10]), Array(all[10..<20]), Array(all[20...])])
            let remaining = (value(pages, "remaining") as? [Any])?.map { $0 as? Int } ?? []
            #expect(remaining == [15, 5, nil], "\(remaining)")
            #expect(value(pages, "one_version") as? Bool == true)
            let token = try steps.first("bad token")
            #expect(value(token, "status") as? Int == 400 && value(token, "reason") as? String == "BadRequest")
        }
    }

    @Test func `a watch goes on after its connection was cut and loses nothing`() async throws {
        try await PythonClient.run("resuming") { steps in
            let resumed = try steps.first("resumed")
            let all = (0..<40).map { ["ADDED", "seen-" + ($0 < 10 ? "0" : "") + "\($0)"] }
            #expect(value(resumed, "seen") as? [[String]] == all)
            #expect((value(resumed, "connections") as? Int ?? 0) >= 4)
            // A version that is not there yet is waited for, or refused; never taken for the present.
            let future = try steps.first("from the future")
            #expect([200, 410, 504].contains(value(future, "status") as? Int ?? 0), "\(future)")
        }
    }

    @Test func `namespaces, ConfigMaps, Secrets, CronJobs, the node and a review`() async throws {
        try await PythonClient.run("other_kinds") { steps in
            let namespace = try steps.first("namespace")
            #expect(value(namespace, "phase") as? String == "Active")
            #expect(value(namespace, "accounts") as? [String] == ["default"])
            let map = try steps.first("configmap")
            #expect(value(map, "data") as? [String: String] == ["a": "1", "b": "2"])
            #expect(value(map, "newer") as? Bool == true)
            let secret = try steps.first("secret")
            #expect(value(secret, "type") as? String == "Opaque" && value(secret, "password") as? String == "hush")
            let cron = try steps.first("cronjob")
            #expect(value(cron, "policy") as? String == "Allow" && value(cron, "kept") as? Int == 3)
            let node = try steps.first("node")
            #expect(value(node, "ready") as? [String] == ["True"])
            #expect(Int(value(node, "cpu") as? String ?? "") ?? 0 > 0 && value(node, "addresses") as? Int ?? 0 > 0)
            #expect(try value(steps.first("review"), "allowed") as? Bool == true)
            let version = try steps.first("version")
            #expect(value(version, "minor") as? String == "35")
            #expect(
                Set(value(version, "groups") as? [String] ?? []).isSuperset(
                    of: ["authorization.k8s.io", "batch", "events.k8s.io", "metrics.k8s.io"]))
            let deleted = try steps.first("namespace deleted")
            #expect(value(deleted, "exists") as? Bool == false && value(deleted, "left") as? Bool == false)
        }
    }

    @Test func `what is refused arrives as the client's exception`() async throws {
        try await PythonClient.run("problems") { steps in
            for (what, status, http, reason, message) in [
                ("not found", 404, "Not Found", "NotFound", "jobs.batch \"nope\" not found"),
                ("twice", 409, "Conflict", "AlreadyExists", "jobs.batch \"there\" already exists"),
                ("bad name", 422, "Unprocessable Entity", "Invalid", "Job.batch \"Not_A_Name\" is invalid: "),
                ("stale", 409, "Conflict", "Conflict", "Operation cannot be fulfilled on jobs.batch \"there\": "),
                ("wrong uid", 409, "Conflict", "Conflict", "Operation cannot be fulfilled on jobs.batch \"there\": "),
                ("bad selector", 400, "Bad Request", "BadRequest", ""),
                ("no log", 404, "Not Found", "NotFound", "pods \"nope\" not found"),
            ] {
                let problem = try steps.first(what)
                #expect(
                    value(problem, "status") as? Int == status && value(problem, "code") as? Int == status, "\(problem)"
                )
                #expect(value(problem, "http_reason") as? String == http, "\(problem)")
                #expect(value(problem, "kind") as? String == "Status" && value(problem, "reason") as? String == reason)
                #expect((value(problem, "message") as? String ?? "").hasPrefix(message), "\(problem)")
            }
        }
    }
}

/// What a story told, line by line.
struct PythonSteps {
    let lines: [[String: Any]]

    func all(_ step: String) -> [[String: Any]] { lines.filter { $0["step"] as? String == step } }
    func first(_ step: String) throws -> [String: Any] { try #require(all(step).first, "it did not tell: \(step)") }
}

enum PythonClient {
    /// An interpreter that has the package, in an environment of the project's own.
    static let interpreter = "\(Project.root)/.build-python/bin/python"

    static var whyNone: String? {
        if let reason = Project.whyNoContainers { return reason }
        return FileManager.default.isExecutableFile(atPath: interpreter)
            ? nil : "\(interpreter) is missing: run scripts/python-client"
    }

    static func fixture(_ name: String) -> String { "\(Project.root)/Tests/EndToEndTests/Fixtures/\(name)" }

    /// Runs a story of `client.py` on a daemon of its own.
    static func run(_ story: String, _ check: (PythonSteps) throws -> Void) async throws {
        try await DaemonFixture.run(listen: "127.0.0.1:\(try freePort())") { daemon in
            let kubeconfig = try await daemon.kubeconfig()
            let result = try await runCommand(
                ["timeout", "120", interpreter, fixture("client.py"), kubeconfig, story], in: daemon.scope)
            let lines = try result.lines.compactMap {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
            try check(PythonSteps(lines: lines))
        }
    }
}
