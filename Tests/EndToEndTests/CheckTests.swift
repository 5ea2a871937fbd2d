import Foundation
import TestSupport
import Testing

/// Checks and hooks of real containers.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct CheckTests {
    private static var slow: Int { min(5, Project.slowness) }

    private func container(_ script: String, _ more: [String: Any] = [:]) -> [String: Any] {
        let all: [String: Any] = [
            "name": "main", "image": "busybox", "imagePullPolicy": "IfNotPresent", "command": ["sh", "-c", script],
        ]
        return all.merging(more) { $1 }
    }

    private func pod(_ name: String, _ container: [String: Any], spec: [String: Any] = [:]) throws -> String {
        let all: [String: Any] = [
            "restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container],
        ]
        let object: [String: Any] = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": name], "spec": all.merging(spec) { $1 },
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    private func exec(_ script: String) -> [String: Any] { ["exec": ["command": ["sh", "-c", script]]] }

    private func events(_ daemon: DaemonFixture, _ reason: String, of name: String) async throws -> [String] {
        try await daemon.list("events").filter {
            $0["reason"] as? String == reason
                && (value($0, "involvedObject", "name") as? String ?? "").hasPrefix(name)
        }.compactMap { $0["message"] as? String }
    }

    private func status(_ daemon: DaemonFixture, _ name: String) async throws -> [String: Any] {
        let pod = try await daemon.get("pod", name)
        return (value(pod, "status", "containerStatuses") as? [[String: Any]])?.first ?? [:]
    }

    private func waitFor(_ phase: String, _ daemon: DaemonFixture, _ name: String) async throws {
        try await eventually("\(name) is \(phase)", within: .seconds(30 * Self.slow)) {
            value(try await daemon.get("pod", name), "status", "phase") as? String == phase
        }
    }

    @Test func `a web server is started when it answers, and ready for as long as it says so`() async throws {
        try await DaemonFixture.run { daemon in
            func get(_ path: String) -> [String: Any] {
                [
                    "httpGet": ["path": path, "port": "web"], "periodSeconds": 1, "failureThreshold": 60,
                    "timeoutSeconds": Self.slow,
                ]
            }
            let script = "mkdir /tmp/www; : >/tmp/www/up; sleep 1; exec httpd -f -p 8080 -h /tmp/www"
            let server = container(
                script,
                [
                    "ports": [["name": "web", "containerPort": 8080]],
                    "startupProbe": get("/up"), "readinessProbe": get("/ready").merging(["failureThreshold": 1]) { $1 },
                    "livenessProbe": [
                        "tcpSocket": ["port": 8080], "periodSeconds": 1, "timeoutSeconds": Self.slow,
                    ],
                ])
            try await daemon.apply(try pod("web", server))
            try await eventually("the server has started", within: .seconds(30 * Self.slow)) {
                try await self.status(daemon, "web")["started"] as? Bool == true
            }
            let refused = try await events(daemon, "Unhealthy", of: "web").filter { $0.hasPrefix("Startup") }
            #expect(
                refused.allSatisfy { $0.contains("/up\": dial tcp ") && $0.hasSuffix(": connect: connection refused") })
            try await eventually("a file that is not there is told of", within: .seconds(20 * Self.slow)) {
                try await self.events(daemon, "Unhealthy", of: "web").contains(
                    "Readiness probe failed: HTTP probe failed with statuscode: 404")
            }
            #expect(try await status(daemon, "web")["ready"] as? Bool == false)
            try await daemon.stint("exec", "web", "--", "touch", "/tmp/www/ready")
            try await daemon.stint("wait", "--for=condition=Ready", "--timeout=\(20 * Self.slow)s", "pod/web")
            try await daemon.stint("exec", "web", "--", "rm", "/tmp/www/ready")
            try await daemon.stint("wait", "--for=condition=Ready=false", "--timeout=\(20 * Self.slow)s", "pod/web")
            #expect(try await status(daemon, "web")["restartCount"] as? Int == 0)
        }
    }

    @Test func `a Job whose container does not live any more is started again, also by the next daemon`() async throws {
        try await DaemonFixture.run { daemon in
            // The first attempt hangs for ever; /dev/mqueue is the pod's.
            let script =
                "if [ -e /dev/mqueue/again ]; then echo second; exit 0; fi; : >/dev/mqueue/again; sleep 1000"
            let main = container(
                script,
                [
                    "livenessProbe": exec("test -e /tmp/alive").merging(
                        [
                            "initialDelaySeconds": 2, "periodSeconds": 1, "failureThreshold": 1,
                            "timeoutSeconds": 2 * Self.slow, "terminationGracePeriodSeconds": 1,
                        ]) { $1 }
                ])
            let object: [String: Any] = [
                "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "hangs"],
                "spec": [
                    "template": [
                        "spec": [
                            "restartPolicy": "OnFailure", "terminationGracePeriodSeconds": 600, "containers": [main],
                        ]
                    ]
                ],
            ]
            try await daemon.apply(
                String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
            try await eventually("it runs", within: .seconds(30 * Self.slow)) {
                let pods = try await daemon.list("pods", selector: "job-name=hangs")
                return value(pods.first, "status", "phase") as? String == "Running"
            }
            await daemon.crash()
            try await daemon.start()
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=\(40 * Self.slow)s", "job/hangs")
            #expect(try await daemon.stint("logs", "job/hangs").output == "second\n")
            #expect(try await daemon.attempts(job: "hangs").compactMap { $0["exitCode"] as? Int } == [137, 0])
            #expect(
                try await events(daemon, "Killing", of: "hangs") == [
                    "Container main failed liveness probe, will be restarted"
                ])
        }
    }

    @Test func `hooks run after the start and before the end, at a deletion and at a deadline`() async throws {
        try await DaemonFixture.run { daemon in
            let hooks: [String: Any] = [
                "lifecycle": [
                    "postStart": exec("echo hello $0 >/tmp/first"),
                    "preStop": exec("sleep 0.2; echo goodbye >/tmp/last"),
                ]
            ]
            let script =
                "trap 'cat /tmp/last; exit 0' TERM; until [ -e /tmp/first ]; do sleep 0.1; done; cat /tmp/first; while :; do sleep 0.1; done"
            let grace = ["terminationGracePeriodSeconds": 10 * Self.slow]
            try await daemon.apply(try pod("deleted", container(script, hooks), spec: grace))
            try await daemon.apply(
                try pod(
                    "late", container(script, hooks),
                    spec: grace.merging(["activeDeadlineSeconds": 2 * Self.slow]) { $1 }))
            let failing = container("sleep 1000", ["lifecycle": ["postStart": exec("echo secret; exit 3")]])
            try await daemon.apply(try pod("failing", failing))

            try await waitFor("Running", daemon, "deleted")
            try await daemon.stint("delete", "pod", "deleted")
            #expect(
                try await daemon.stint("history", "pod/deleted", "--log", "1").output.contains("hello sh\ngoodbye\n"))

            try await waitFor("Failed", daemon, "failing")
            #expect(try await events(daemon, "FailedPostStartHook", of: "failing") == ["PostStartHook failed"])
            #expect(try await status(daemon, "failing")["restartCount"] as? Int == 0)

            try await waitFor("Failed", daemon, "late")
            #expect(
                value(try await daemon.get("pod", "late"), "status", "reason") as? String == "DeadlineExceeded")
            #expect(try await daemon.stint("logs", "late").output == "hello sh\ngoodbye\n")
        }
    }
}
