import Foundation
import TestSupport
import Testing

/// The daemon is killed in the middle, started again, and must agree with itself.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct FaultTests {
    @Test func `a killed daemon finds its containers, their logs and exit codes again`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "survivor", script: "for i in 1 2 3 4 5 6; do echo line $i; sleep \(outlasting); done; exit 5",
                    spec: ["backoffLimit: 0"]))
            try await eventually("it runs", within: .seconds(15)) {
                value(try await daemon.get("job", "survivor"), "status", "ready") as? Int == 1
            }
            await daemon.crash()
            try await Task.sleep(for: .seconds(1))
            try await daemon.start()
            #expect(value(try await daemon.get("job", "survivor"), "status", "active") as? Int == 1)
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=120s", "job/survivor")
            #expect(try await daemon.stint("logs", "job/survivor").lines == (1...6).map { "line \($0)" })
            let attempts = try await daemon.attempts(job: "survivor")
            #expect(attempts.count == 1)
            #expect(attempts.first?["exitCode"] as? Int == 5)
        }
    }

    @Test func `what ends while the daemon is dead is known to the next one`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest("alone", script: "sleep 2; echo finished alone", spec: ["backoffLimit: 0"]))
            try await eventually("it runs", within: .seconds(15)) {
                value(try await daemon.get("job", "alone"), "status", "ready") as? Int == 1
            }
            await daemon.crash()
            try await Task.sleep(for: .seconds(4))
            try await daemon.start()
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=20s", "job/alone")
            #expect(try await daemon.stint("logs", "job/alone").output == "finished alone\n")
            #expect(try await daemon.attempts(job: "alone").count == 1)
        }
    }

    /// The first process does not fork, or its failure to would end the pod before the deadline does.
    static let bomb = "b() { while :; do b & done; }; b & exec sleep 1000"

    @Test func `a fork bomb is gone at its deadline, all of it`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "bomb", script: Self.bomb, spec: ["activeDeadlineSeconds: 3", "backoffLimit: 0"],
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"],
                    container: ["resources: {limits: {cpu: 500m}}"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/bomb")
            try await daemon.expectDeadlineExceeded("bomb")
        }
    }

    @Test func `a fork bomb is gone at its deadline while the daemon is dead`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "bomb", script: Self.bomb, spec: ["activeDeadlineSeconds: 3", "backoffLimit: 0"],
                    pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"],
                    container: ["resources: {limits: {cpu: 500m}}"]))
            try await eventually("it runs", within: .seconds(15)) {
                let pods = try await daemon.list("pods")
                return value(pods.first, "status", "phase") as? String == "Running"
            }
            await daemon.crash()
            try await Task.sleep(for: .seconds(6))
            #expect(processes(with: "while :; do b & done").isEmpty, "the supervisor ended them by itself")
            #expect(processes(with: "sleep 1000").isEmpty)
            try await daemon.start()
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=30s", "job/bomb")
            try await daemon.expectDeadlineExceeded("bomb")
        }
    }
}

extension DaemonFixture {
    fileprivate func expectDeadlineExceeded(_ name: String) async throws {
        let job = try await get("job", name)
        let conditions = value(job, "status", "conditions") as? [[String: Any]] ?? []
        #expect(conditions.first { $0["type"] as? String == "Failed" }?["reason"] as? String == "DeadlineExceeded")
        #expect(processes(with: "while :; do b & done").isEmpty)
    }
}

/// The command lines of this host that contain `text`.
private func processes(with text: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil }.compactMap { pid in
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
        return line.hasPrefix("sh -c") && line.contains(text) ? line : nil
    }
}
