import Foundation
import TestSupport
import Testing

/// Names, users, kernel parameters and processes of pods, from the manifest to the program.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct PodContextTests {
    /// Runs a Job to its end and gives its log.
    private func log(
        _ daemon: DaemonFixture, _ name: String, _ script: String, pod: [String], _ condition: String = "Complete"
    ) async throws -> [String] {
        try await daemon.apply(manifest(name, script: script, pod: ["restartPolicy: Never"] + pod))
        try await daemon.stint("wait", "--for=condition=\(condition)", "--timeout=20s", "job/\(name)")
        return try await daemon.stint("logs", "job/\(name)").lines
    }

    @Test func `a pod has the names, aliases and resolver that its manifest gives it`() async throws {
        try await DaemonFixture.run { daemon in
            let lines = try await log(
                daemon, "names",
                """
                hostname; cat /etc/hostname; echo $HOSTNAME; tail -n 4 /etc/hosts; cat /etc/resolv.conf
                for file in hosts hostname resolv.conf; do (echo x >> /etc/$file) 2>/dev/null || echo read-only; done
                """,
                pod: [
                    "hostname: a", "subdomain: b", "setHostnameAsFQDN: true", "dnsPolicy: None",
                    "dnsConfig: {nameservers: [10.0.0.53], searches: [example.com], options: [{name: ndots, value: '2'}]}",
                    "hostAliases: [{ip: 10.1.2.3, hostnames: [foo.remote, bar]}]",
                ])
            let full = "a.b.default.svc.cluster.local"
            #expect(
                lines == [
                    full, full, full, "127.0.0.1\t\(full)\ta", "# Entries added by HostAliases.",
                    "10.1.2.3\tfoo.remote\tbar", "search example.com", "nameserver 10.0.0.53", "options ndots:2",
                    "read-only", "read-only", "read-only",
                ])
        }
    }

    @Test func `a pod in the host's network has the host's names and resolver`() async throws {
        try await DaemonFixture.run { daemon in
            let lines = try await log(
                daemon, "host", "head -n 1 /etc/hosts; tail -n 1 /etc/hosts; grep -c nameserver /etc/resolv.conf; true",
                pod: ["hostNetwork: true", "hostAliases: [{ip: 10.1.2.3, hostnames: [foo]}]"])
            let servers = (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
            let count = servers.split(separator: "\n").count { $0.hasPrefix("nameserver") }
            #expect(
                lines == [
                    "# Kubernetes-managed hosts file (host network).", "10.1.2.3\tfoo", "\(min(count, 3))",
                ])
        }
    }

    @Test func `users have the groups that were written, and the status says so`() async throws {
        try await DaemonFixture.run { daemon in
            let lines = try await log(
                daemon, "groups", "id -u; id -g; id -G",
                pod: [
                    "securityContext: {runAsUser: 1000, runAsGroup: 3000, supplementalGroups: [4000], "
                        + "supplementalGroupsPolicy: Strict}"
                ])
            #expect(lines.prefix(2) == ["1000", "3000"])
            #expect(Set(lines[2].split(separator: " ")) == ["3000", "4000"])
            let user = try await daemon.stint(
                "get", "pods", "-l", "job-name=groups", "-o",
                "jsonpath={.items[0].status.containerStatuses[0].user.linux}")
            #expect(user.output == #"{"gid":3000,"supplementalGroups":[3000,4000],"uid":1000}"#)
        }
    }

    @Test func `kernel parameters hold, and those that are not safe reject the pod`() async throws {
        try await DaemonFixture.run { daemon in
            let name = "kernel.shm_rmid_forced"
            let sysctls = "securityContext: {sysctls: [{name: \(name), value: '1'}]}"
            #expect(
                try await log(daemon, "safe", "cat /proc/sys/kernel/shm_rmid_forced", pod: [sysctls]) == ["1"])
            try await daemon.apply(
                manifest(
                    "unsafe", script: "true", spec: ["backoffLimit: 0"],
                    pod: [
                        "restartPolicy: Never", "securityContext: {sysctls: [{name: kernel.msgmax, value: '65536'}]}",
                    ]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=20s", "job/unsafe")
            let status = try await daemon.stint(
                "get", "pods", "-l", "job-name=unsafe", "-o",
                "jsonpath={.items[0].status.reason}: {.items[0].status.message}")
            #expect(
                status.output
                    == "SysctlForbidden: Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted")
        }
    }

    @Test func `containers that share their processes end one by one, also when the daemon was killed meanwhile`()
        async throws
    {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: shared}
                spec:
                  template:
                    spec:
                      restartPolicy: OnFailure
                      shareProcessNamespace: true
                      containers:
                      - name: main
                        image: busybox
                        command: [sh, -c, "readlink /proc/self/ns/pid; sleep 0.5"]
                      - name: other
                        image: busybox
                        command: [sh, -c, "readlink /proc/self/ns/pid; sleep 2; [ $$$$ -gt 1 ]"]
                """)
            try await eventually("the pod runs", within: .seconds(10)) {
                try await daemon.stint(
                    "get", "pods", "-l", "job-name=shared", "-o", "jsonpath={.items[*].status.phase}"
                ).output == "Running"
            }
            await daemon.crash()
            try await daemon.start()
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=20s", "job/shared")
            let first = try await daemon.stint("logs", "job/shared", "-c", "main").lines
            let second = try await daemon.stint("logs", "job/shared", "-c", "other").lines
            #expect(first == second && first.count == 1)
        }
    }

    @Test func `a container knows the Services, and makes way when its image is changed`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                "{apiVersion: v1, kind: Service, metadata: {name: my-web}, spec: {ports: [{port: 80}], clusterIP: 10.96.0.7}}"
            )
            try await daemon.importImage("other", config: #""Env":["IMAGE=other"]"#)
            try await daemon.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, 'trap "exit 0" TERM; echo $MY_WEB_PORT_80_TCP $IMAGE; while :; do sleep 0.1; done']
                """)
            func status() async throws -> [String: Any] {
                value(try await daemon.get("pod", "p"), "status", "containerStatuses", "0") as? [String: Any] ?? [:]
            }
            try await eventually("it runs", within: .seconds(20)) {
                value(try await status(), "state", "running") != nil
            }
            try await daemon.stint(
                "patch", "pod", "p", "-p", #"{"spec":{"containers":[{"name":"main","image":"other"}]}}"#)
            try await eventually("it runs with the other image", within: .seconds(20)) {
                let status = try await status()
                return status["restartCount"] as? Int == 1 && status["image"] as? String == "other"
                    && value(status, "state", "running") != nil
            }
            try await eventually("it said so", within: .seconds(10)) {
                try await daemon.stint("logs", "p").lines == ["tcp://10.96.0.7:80 other"]
            }
            #expect(try await daemon.stint("logs", "p", "--previous").lines == ["tcp://10.96.0.7:80"])
            let events = try await daemon.stint("get", "events", "-o", "jsonpath={.items[*].message}").output
            #expect(events.contains("Container main definition changed, will be restarted"))
        }
    }
}
