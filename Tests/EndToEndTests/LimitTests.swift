import Foundation
import TestSupport
import Testing

/// Limits of pods, of namespaces and of the host, with a real daemon.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct LimitTests {
    @Test func `a container without a limit is bounded by its pod, and a Job by its namespace`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                manifest(
                    "hungry", script: "head -c 200m /dev/zero | tail", spec: ["backoffLimit: 0"],
                    pod: ["restartPolicy: Never", "resources: {limits: {memory: 32Mi, cpu: 500m}}"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=30s", "job/hungry")
            let pod = try #require(try await daemon.list("pods", selector: "job-name=hungry").first)
            #expect(
                value(pod, "status", "containerStatuses", "0", "state", "terminated", "reason") as? String
                    == "OOMKilled")
            #expect(value(pod, "status", "qosClass") as? String == "Guaranteed")

            // Two at a time of three: the third comes when there is room.
            try await daemon.stint("create", "quota", "q", "--hard=pods=2,requests.cpu=100m")
            try await daemon.apply(
                """
                {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"r"},
                 "spec":{"limits":[{"type":"Container","defaultRequest":{"cpu":"50m"}}]}}
                """)
            try await daemon.apply(
                manifest("three", script: "sleep 1", spec: ["completions: 3", "parallelism: 3"]))
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=60s", "job/three")
            let described = try await daemon.stint("describe", "job", "three").output
            #expect(
                described.contains(
                    /FailedCreate .*Error creating: pods "three-[a-z0-9]+" is forbidden: exceeded quota: q/),
                "\(described)")
            let quota = try await daemon.stint("describe", "quota", "q").output
            #expect(
                quota == """
                    Name:         q
                    Namespace:    default
                    Resource      Used  Hard
                    --------      ----  ----
                    pods          0     2
                    requests.cpu  0     100m

                    """, "\(quota)")
        }
    }
}
