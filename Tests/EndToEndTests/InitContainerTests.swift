import Foundation
import TestSupport
import Testing

/// Init containers and sidecars with a real daemon.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct InitContainerTests {
    private func container(_ name: String, _ script: String, _ more: [String: Any] = [:]) -> [String: Any] {
        let all: [String: Any] = [
            "name": name, "image": "busybox", "imagePullPolicy": "IfNotPresent", "command": ["sh", "-c", script],
        ]
        return all.merging(more) { $1 }
    }

    private func job(
        _ name: String, initContainers: [[String: Any]], main: String, policy: String = "Never",
        spec: [String: Any] = [:]
    ) throws -> String {
        let template: [String: Any] = [
            "restartPolicy": policy, "terminationGracePeriodSeconds": 10, "initContainers": initContainers,
            "containers": [container("main", main)],
        ]
        let all: [String: Any] = ["template": ["spec": template]]
        let object: [String: Any] = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": name],
            "spec": all.merging(spec) { $1 },
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    private func isTrue(_ daemon: DaemonFixture, _ job: String, _ type: String) async throws -> Bool {
        let conditions = value(try await daemon.get("job", job), "status", "conditions") as? [[String: Any]] ?? []
        return conditions.contains { $0["type"] as? String == type && $0["status"] as? String == "True" }
    }

    private func pod(_ daemon: DaemonFixture, of job: String) async throws -> [String: Any] {
        try #require(try await daemon.list("pods", selector: "job-name=\(job)").first)
    }

    private func statuses(_ pod: [String: Any], _ field: String) -> [[String: Any]] {
        value(pod, "status", field) as? [[String: Any]] ?? []
    }

    /// The pod's containers share a directory of messages, and nothing else.
    @Test func `a Job waits for its init containers, which are tried again, and leaves a record of each`() async throws
    {
        try await DaemonFixture.run { daemon in
            let flaky = "if [ -e /dev/mqueue/tried ]; then exit 0; fi; : > /dev/mqueue/tried; exit 7"
            let manifest = try job(
                "prepared",
                initContainers: [container("first", flaky), container("second", ": > /dev/mqueue/ready")],
                main: "test -e /dev/mqueue/ready && echo done", policy: "OnFailure")
            try await daemon.apply(manifest)
            try await eventually("the Job is complete", within: .seconds(30)) {
                try await self.isTrue(daemon, "prepared", "Complete")
            }
            let pod = try await pod(daemon, of: "prepared")
            let initial = statuses(pod, "initContainerStatuses")
            #expect(initial.map { $0["restartCount"] as? Int } == [1, 0])
            #expect(initial.map { $0["ready"] as? Bool } == [true, true])
            #expect(try await daemon.attempts(job: "prepared").count == 4)
            let name = try #require(value(pod, "metadata", "name") as? String)
            #expect(try await daemon.stint("logs", name).output.contains("done"))
        }
    }

    @Test func `an init container that fails for good fails the pod`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                try job(
                    "unprepared", initContainers: [container("first", "exit 7")], main: "exit 0",
                    spec: ["backoffLimit": 0]))
            try await eventually("the Job has failed", within: .seconds(30)) {
                try await self.isTrue(daemon, "unprepared", "Failed")
            }
            let table = try await daemon.stint("get", "pods").output
            #expect(table.contains("Init:Error"), "\(table)")
        }
    }

    @Test func `a sidecar does not keep a Job from being complete, and ends after the work`() async throws {
        try await DaemonFixture.run { daemon in
            let sidecar = container(
                "helper", "trap 'exit 0' TERM; : > /dev/mqueue/helps; while :; do sleep 0.1; done",
                ["restartPolicy": "Always"])
            try await daemon.apply(
                try job(
                    "helped", initContainers: [sidecar],
                    main: "while ! [ -e /dev/mqueue/helps ]; do sleep 0.1; done; exit 0"))
            try await eventually("the Job is complete", within: .seconds(30)) {
                try await self.isTrue(daemon, "helped", "Complete")
            }
            let pod = try await pod(daemon, of: "helped")
            let ended = try #require(
                value(statuses(pod, "initContainerStatuses")[0], "state", "terminated") as? [String: Any])
            #expect(ended["exitCode"] as? Int == 0)
            #expect(value(pod, "status", "phase") as? String == "Succeeded")
        }
    }

    @Test func `a daemon that is killed between init containers goes on with the next one`() async throws {
        try await DaemonFixture.run { daemon in
            let slow = 1 + Project.slowness
            try await daemon.apply(
                try job(
                    "survivor",
                    initContainers: [container("first", "sleep \(slow)"), container("second", "exit 0")], main: "exit 0"
                ))
            try await eventually("the first one runs", within: .seconds(30)) {
                guard let pod = try await daemon.list("pods").first else { return false }
                return value(self.statuses(pod, "initContainerStatuses").first ?? [:], "state", "running") != nil
            }
            try await daemon.crash()
            // It ends while nobody looks.
            try await Task.sleep(for: .seconds(slow + 1))
            try await daemon.start()
            try await eventually("the Job is complete", within: .seconds(60)) {
                try await self.isTrue(daemon, "survivor", "Complete")
            }
            let attempts = try await daemon.attempts(job: "survivor")
            #expect(attempts.compactMap { $0["container"] as? String } == ["first", "second", "main"])
        }
    }
}
