import Foundation
import TestSupport
import Testing

/// Pods that mount claims.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct ClaimPodTests {
    private func job(_ name: String, _ script: String, claim: String = "data", readOnly: Bool = false) -> String {
        manifest(
            name, script: script, spec: ["backoffLimit: 0"],
            pod: [
                "restartPolicy: Never", "volumes:",
                "- {name: data, persistentVolumeClaim: {claimName: \(claim), readOnly: \(readOnly)}}",
            ], container: ["volumeMounts: [{name: data, mountPath: /data}]"])
    }

    private func finish(_ daemon: DaemonFixture, _ name: String) async throws -> String {
        try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/\(name)")
        return try await daemon.stint("logs", "job/\(name)").output
    }

    private func phase(_ daemon: DaemonFixture, _ name: String = "data") async throws -> String? {
        value(try await daemon.get("pvc", name), "status", "phase") as? String
    }

    @Test func `what a pod wrote is there for the next one, and goes with the claim, which waits for both`()
        async throws
    {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(ClaimTests.claim("data"))
            #expect(try await phase(daemon) == "Pending", "nobody has come yet")
            try await daemon.apply(job("writes", "echo word > /data/file; id -u; stat -c %a /data"))
            #expect(try await finish(daemon, "writes") == "0\n777\n")
            #expect(try await phase(daemon) == "Bound")
            await daemon.crash()
            try await daemon.start()
            try await daemon.apply(
                job("reads", "cat /data/file; touch /data/other 2>/dev/null || echo read-only", readOnly: true))
            #expect(try await finish(daemon, "reads") == "word\nread-only\n")
            try await daemon.stint("delete", "pvc", "data", "--wait=false")
            try await daemon.stint("delete", "job", "writes")
            #expect(try await phase(daemon) == "Bound", "a pod still names it")
            let late = try await daemon.tryStint("apply", "-f", "-", input: job("late", "true"))
            #expect(late.exitCode == 0)
            try await eventually("a pod that comes now is told", within: .seconds(10)) {
                let pod = try await daemon.list("pods", selector: "job-name=late").first
                let said = value(pod, "status", "conditions", "0", "message") as? String
                return said == "0/1 nodes are available: persistentvolumeclaim \"data\" is being deleted."
            }
            try await daemon.stint("delete", "job", "late", "reads")
            try await eventually("all is gone", within: .seconds(10)) {
                let volumes = try FileManager.default.contentsOfDirectory(atPath: "\(daemon.stateDirectory)/volumes")
                return try await daemon.list("pvc").isEmpty && volumes.isEmpty
            }
        }
    }

    @Test func `a pod waits for a claim that comes later, and two do not share one that is for one`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(job("first", "until [ -e /data/go ]; do sleep 0.1; done"))
            try await eventually("it says what it waits for", within: .seconds(10)) {
                try await daemon.stint("get", "events").output.contains(
                    "0/1 nodes are available: persistentvolumeclaim \"data\" not found.")
            }
            let claim = ClaimTests.claim("data").replacing("[ReadWriteOnce]", with: "[ReadWriteOncePod]")
            try await daemon.apply(claim)
            try await eventually("it runs", within: .seconds(20)) {
                value(try await daemon.get("job", "first"), "status", "ready") as? Int == 1
            }
            try await daemon.apply(job("second", "echo second"))
            try await eventually("the second waits", within: .seconds(10)) {
                try await daemon.stint("get", "events").output.contains("ReadWriteOncePod access mode")
            }
            let volume = try #require(
                value(try await daemon.get("pvc", "data"), "spec", "volumeName") as? String)
            try Data().write(to: URL(fileURLWithPath: "\(daemon.stateDirectory)/volumes/\(volume)/go"))
            _ = try await finish(daemon, "first")
            #expect(try await finish(daemon, "second") == "second\n")
        }
    }
}
