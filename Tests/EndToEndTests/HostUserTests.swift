import Foundation
import TestSupport
import Testing

/// Pods with users of their own (`hostUsers: false`), from the manifest to the program.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct HostUserTests {
    private let manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {colour: blue}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: password}
        stringData: {word: hush}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: own}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              hostUsers: false
              securityContext: {fsGroup: 3000}
              volumes:
              - {name: settings, configMap: {name: settings}}
              - {name: password, secret: {secretName: password, defaultMode: 0400}}
              - {name: disk, emptyDir: {}}
              - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
              initContainers:
              - name: first
                image: busybox
                command: [sh, -c, "id -u; touch /disk/first /memory/first"]
                securityContext: {runAsUser: 1000}
                volumeMounts: [{name: disk, mountPath: /disk}, {name: memory, mountPath: /memory}]
              containers:
              - name: main
                image: busybox
                command:
                - sh
                - -c
                - |
                  id -u
                  head -n 1 /proc/self/uid_map
                  cat /settings/colour /password/word; echo
                  touch /disk/second
                  for f in /settings/..data/colour /password/..data/word /disk /disk/first /disk/second /memory /memory/first; do
                      stat -c '%n %u:%g:%a' $f
                  done
                  echo said > /dev/termination-log
                  (echo x >> /etc/hosts) 2>/dev/null || echo read-only
                securityContext: {procMount: Unmasked}
                volumeMounts:
                - {name: settings, mountPath: /settings}
                - {name: password, mountPath: /password}
                - {name: disk, mountPath: /disk}
                - {name: memory, mountPath: /memory}
        """

    /// Whether memory, where the guests keep everything, can be shown with other ids.
    private static let canMapMemory: Bool = {
        let parts = ProcessInfo.processInfo.operatingSystemVersion
        return (parts.majorVersion, parts.minorVersion) >= (6, 3)
    }()

    @Test(.enabled(if: canMapMemory, "this kernel cannot map memory"))
    func `a Job with users of its own has its files as ever, and is nobody on the host`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest)
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=20s", "job/own")
            var lines = try await daemon.stint("logs", "job/own", "-c", "main").lines
            try #require(lines.count > 1, "\(lines)")
            let map = lines.remove(at: 1).split(separator: " ").compactMap { UInt32($0) }
            try #require(map.count == 3, "\(map)")
            #expect(map[0] == 0 && map[1] % 65_536 == 0 && map[1] > 65_536 && map[2] == 65_536)
            #expect(
                lines == [
                    "0", "bluehush", "/settings/..data/colour 0:3000:644", "/password/..data/word 0:3000:440",
                    "/disk 0:3000:2777", "/disk/first 1000:3000:644", "/disk/second 0:3000:644", "/memory 0:3000:2777",
                    "/memory/first 1000:3000:644", "read-only",
                ])
            #expect(try await daemon.stint("logs", "job/own", "-c", "first").lines == ["1000"])
            let message = try await daemon.stint(
                "get", "pods", "-l", "job-name=own", "-o",
                "jsonpath={.items[0].status.containerStatuses[0].state.terminated.message}")
            #expect(message.output == "said\n")
        }
    }

    @Test(.enabled(if: !canMapMemory, "this kernel can"))
    func `a host that cannot show its layers with other ids says so, and starts nothing`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(manifest)
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=60s", "job/own")
            let message = try await daemon.stint(
                "get", "pods", "-l", "job-name=own", "-o",
                "jsonpath={.items[0].status.initContainerStatuses[0].state.terminated.message}")
            #expect(message.output.contains("does not support idmapped mounts, which hostUsers: false needs"))
        }
    }
}
