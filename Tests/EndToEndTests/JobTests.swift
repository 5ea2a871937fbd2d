import Foundation
import TestSupport
import Testing

/// A Job's manifest for these tests: one container, `sh -c script`.
func manifest(
    _ name: String, script: String, spec: [String] = [], pod: [String] = ["restartPolicy: Never"],
    container: [String] = [], annotations: [String] = []
) -> String {
    func block(_ lines: [String], indent: Int) -> String {
        lines.map { String(repeating: " ", count: indent) + $0 + "\n" }.joined()
    }
    return """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: \(name)
          annotations: {\(annotations.joined(separator: ", "))}
        spec:
        \(block(spec, indent: 2))  template:
            spec:
        \(block(pod, indent: 6))      containers:
              - name: main
                image: busybox
                command: ["sh", "-c", \(quoted(script))]
        \(block(container, indent: 8))
        """
}

private func quoted(_ text: String) -> String {
    String(decoding: try! JSONEncoder().encode(text), as: UTF8.self)
}

@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct JobTests {
    @Test func `a Job made on the command line runs to Complete, and its log is there`() async throws {
        try await DaemonFixture.run { daemon in
            let created = try await daemon.stint("create", "job", "hello", "--image=busybox", "--", "echo", "Hello Job")
            #expect(created.output == "job.batch/hello created\n")
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=20s", "job/hello")
            #expect(try await daemon.stint("logs", "job/hello").output == "Hello Job\n")

            let job = try await daemon.get("job", "hello")
            #expect(value(job, "status", "succeeded") as? Int == 1)
            let conditions = (value(job, "status", "conditions") as? [[String: Any]] ?? []).compactMap {
                $0["type"] as? String
            }
            #expect(conditions.contains("SuccessCriteriaMet") && conditions.contains("Complete"))

            let table = try await daemon.stint("get", "jobs").lines
            #expect(
                table[0].split(separator: " ").map(String.init) == ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"])
            #expect(table[1].split(separator: " ").prefix(3).map(String.init) == ["hello", "Complete", "1/1"])
        }
    }

    @Test func `a container sees its own namespaces, limits and nothing of the host`() async throws {
        try await DaemonFixture.run { daemon in
            let script = """
                echo pid $$$$; hostname; ls /proc | grep -c '^[0-9]'; cat /proc/self/cgroup; \
                ls -1 /sys/class/net; grep -E 'NoNewPrivs|Seccomp:|CapEff' /proc/self/status; ls /proc/self/fd | wc -l
                """
            try await daemon.apply(
                manifest("inside", script: script, container: ["resources: {limits: {cpu: 500m, memory: 64Mi}}"]))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=20s", "job/inside")
            let output = try await daemon.stint("logs", "job/inside").output
            #expect(output.contains("pid 1\n"))
            #expect(output.contains("inside-"))
            #expect(output.contains("0::/\n"))
            #expect(output.contains("\nlo\n"))
            #expect(!output.contains("eth0"))
            #expect(output.contains("NoNewPrivs:\t1"))
            #expect(output.contains("Seccomp:\t2"))
            #expect(output.contains("CapEff:\t00000000a80425fb"))
        }
    }

    @Test(.notInTheGuest)
    func `three failures of a Job with backoffLimit 2 end it, with the back-off between them`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest("fails", script: "exit 3", spec: ["backoffLimit: 2", "ttlSecondsAfterFinished: 5"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=80s", "job/fails")
            let job = try await daemon.get("job", "fails")
            #expect(value(job, "status", "failed") as? Int == 3)
            let failed = (value(job, "status", "conditions") as? [[String: Any]] ?? []).first {
                $0["type"] as? String == "Failed"
            }
            #expect(failed?["reason"] as? String == "BackoffLimitExceeded")
            let pods = try await daemon.list("pods", selector: "job-name=fails")
            #expect(pods.count == 3)
            let starts = pods.compactMap { value($0, "metadata", "creationTimestamp") as? String }.sorted().compactMap(
                seconds)
            #expect(starts.count == 3 && starts[1] - starts[0] >= 9 && starts[2] - starts[1] >= 19)
            let ends = pods.map {
                value($0, "status", "containerStatuses", "0", "state", "terminated") as? [String: Any] ?? [:]
            }
            #expect(ends.map { $0["exitCode"] as? Int } == [3, 3, 3], "\(ends)")
            try await eventually("the Job is gone after its TTL", within: .seconds(15)) {
                try await daemon.tryStint("get", "job", "fails").exitCode != 0
            }
            try await eventually("its pods go with it", within: .seconds(10)) { try await daemon.list("pods").isEmpty }
        }
    }

    @Test func `a container that takes too much memory is OOMKilled, and describe says so`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "hungry", script: "head -c 200m /dev/zero | tail", spec: ["backoffLimit: 0"],
                    container: ["resources: {limits: {memory: 32Mi}}"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=30s", "job/hungry")
            let pod = try #require(try await daemon.list("pods", selector: "job-name=hungry").first)
            #expect(
                value(pod, "status", "containerStatuses", "0", "state", "terminated", "reason") as? String
                    == "OOMKilled")
            let name = try #require(value(pod, "metadata", "name") as? String)
            #expect(try await daemon.stint("describe", "pod", name).output.contains("OOMKilled"))
        }
    }

    @Test func `a quarter of a core is a quarter of a core`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "spin", script: "timeout 4 yes > /dev/null; true",
                    container: ["resources: {limits: {cpu: 250m}}"]))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=60s", "job/spin")
            let attempts = try await daemon.attempts(job: "spin")
            let attempt = try #require(attempts.first)
            let used =
                (attempt["cpuUserMicroseconds"] as? Double ?? 0) + (attempt["cpuSystemMicroseconds"] as? Double ?? 0)
            func time(_ key: String) -> Double { attempt[key].flatMap { $0 as? String }.flatMap(microTime) ?? 0 }
            let share = used / 1e6 / (time("finishedAt") - time("startedAt"))
            // The kernel hands quota out in slices of 5 ms per processor (sched-bwc), which two of them may each overrun.
            #expect(share > 0.2 && share < 0.35, "used \(share) of a core")
            #expect(attempt["throttledPeriods"] as? Int ?? 0 > 10)
        }
    }

    @Test func `a suspended Job ends its pods, and a resumed one starts again`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "pause", script: "trap 'exit 1' TERM; sleep 1000 & wait",
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            try await eventually("it runs", within: .seconds(15)) {
                let job = try await daemon.get("job", "pause")
                return value(job, "status", "ready") as? Int == 1
            }
            try await daemon.stint("patch", "job", "pause", "-p", #"{"spec":{"suspend":true}}"#)
            try await daemon.stint("wait", "--for=condition=Suspended", "--timeout=10s", "job/pause")
            try await eventually("the pods are gone", within: .seconds(15)) { try await daemon.list("pods").isEmpty }
            try await daemon.stint("patch", "job", "pause", "-p", #"{"spec":{"suspend":false}}"#)
            try await eventually("it runs again", within: .seconds(15)) {
                value(try await daemon.get("job", "pause"), "status", "ready") as? Int == 1
            }
        }
    }

    @Test func `OnFailure restarts the container in its pod, and the log of the attempt before is kept`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "again", script: "echo attempt on $HOSTNAME; exit 1", spec: ["backoffLimit: 1"],
                    pod: ["restartPolicy: OnFailure"]))
            try await eventually("it was restarted", within: .seconds(30)) {
                let pod = try await daemon.list("pods", selector: "job-name=again").first
                let restarts = value(pod, "status", "containerStatuses", "0", "restartCount") as? Int ?? 0
                let failed = try await daemon.get("job", "again")
                return restarts >= 1 || value(failed, "status", "failed") as? Int ?? 0 > 0
            }
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/again")
            #expect(try await daemon.attempts(job: "again").count >= 2)
        }
    }

    @Test func `deleting a Job deletes its pods and ends their containers`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "long", script: "sleep 1000", spec: ["parallelism: 2", "completions: 2"],
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"]))
            try await eventually("both run", within: .seconds(15)) {
                value(try await daemon.get("job", "long"), "status", "ready") as? Int == 2
            }
            try await daemon.stint("delete", "job", "long")
            try await eventually("the pods are gone", within: .seconds(15)) { try await daemon.list("pods").isEmpty }
        }
    }

    @Test func `run streams the output and ends with the exit code of the program`() async throws {
        try await DaemonFixture.run { daemon in
            let result = try await daemon.tryStint(
                "run", "--image", "busybox", "--memory", "32Mi", "--", "sh", "-c", "echo out; exit 7")
            #expect(result.output == "out\n")
            #expect(result.exitCode == 7)
            try await eventually("it cleans up", within: .seconds(10)) { try await daemon.list("jobs").isEmpty }
        }
    }
}

/// RFC 3339 with a fraction, in seconds since 1970.
private func microTime(_ text: String) -> Double? {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return (try? style.parse(text))?.timeIntervalSince1970
}

func seconds(_ text: String) -> Double? {
    ISO8601DateFormatter().date(from: text)?.timeIntervalSince1970
}

extension DaemonFixture {
    /// What the ledger has of a Job.
    func attempts(job: String) async throws -> [[String: Any]] {
        let text = try await stint("history", "job/\(job)", "-o", "json").output
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return object?["items"] as? [[String: Any]] ?? []
    }
}
