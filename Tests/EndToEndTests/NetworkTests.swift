import Foundation
import TestSupport
import Testing

/// Pods in a real network, made by real plugins.
@Suite(.serialized, .enabled(if: TestNetwork.whyNone == nil, Comment(rawValue: TestNetwork.whyNone ?? "")))
struct NetworkTests {
    /// Says who it is to whoever asks, asks the other one, and goes when both know.
    private static let ring = """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: ring}
        spec:
          completions: 2
          parallelism: 2
          completionMode: Indexed
          backoffLimit: 0
          activeDeadlineSeconds: 60
          template:
            spec:
              restartPolicy: Never
              subdomain: round
              containers:
              - name: main
                image: busybox
                env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                command:
                - sh
                - -c
                - |
                  mkdir /tmp/www && echo "I am $(hostname) at $IP" > /tmp/www/me && httpd -p 80 -h /tmp/www
                  other=ring-$((1 - JOB_COMPLETION_INDEX)).round
                  until wget -q -O - http://$other.default.svc.cluster.local/me 2>/dev/null; do sleep 0.1; done
                  until wget -q -O - http://$other/me >/dev/null 2>&1; do sleep 0.1; done
                  touch /tmp/www/done
                  until wget -q -O - http://$other/done 2>/dev/null; do sleep 0.1; done
                  sleep 1
        """

    private func server(_ name: String, extra: String = "") -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name)}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 0
          \(extra)
          containers:
          - name: main
            image: busybox
            ports: [{containerPort: 80, hostPort: 8088}]
            command: [sh, -c, "mkdir /tmp/www && hostname > /tmp/www/me && exec httpd -f -p 80 -h /tmp/www"]
        """
    }

    private func address(_ daemon: DaemonFixture, _ pod: String) async throws -> String {
        try await daemon.stint("get", "pod", pod, "-o", "jsonpath={.status.podIP}").output
    }

    private func ask(_ daemon: DaemonFixture, from prefix: [String], _ url: String) async throws -> String {
        try await runCommand(prefix + ["curl", "-s", "--max-time", "3", url], in: daemon.scope).output
    }

    @Test func `pods of an Indexed Job find each other by name`() async throws {
        try await TestNetwork.run { network in
            try await DaemonFixture.run(network: network) { daemon in
                try await daemon.apply(Self.ring)
                try await daemon.stint("wait", "--for=condition=Complete", "--timeout=50s", "job/ring")
                for (index, other) in [(0, 1), (1, 0)] {
                    let pods = try await daemon.list(
                        "pods", selector: "batch.kubernetes.io/job-completion-index=\(other)")
                    let ip = try #require(value(pods.first, "status", "podIP") as? String)
                    #expect(ip.hasPrefix("10.85.7."))
                    let name = try #require(
                        value(
                            try await daemon.list(
                                "pods", selector: "batch.kubernetes.io/job-completion-index=\(index)"
                            ).first,
                            "metadata", "name") as? String)
                    #expect(try await daemon.stint("logs", name).output == "I am ring-\(other) at \(ip)\n")
                    #expect(try await daemon.stint("get", "pods", "-o", "wide").output.contains(ip))
                }
                // What they had was given back.
                try await eventually("the addresses are free", within: .seconds(5)) { network.takenAddresses == [] }
            }
        }
    }

    @Test func `ports of the host lead to pods, one at a time, and pods reach what is outside`() async throws {
        try await TestNetwork.run { network in
            try await DaemonFixture.run(network: network) { daemon in
                try await daemon.apply(server("one"))
                try await daemon.stint("wait", "--for=condition=Ready", "--timeout=20s", "pod/one")
                let url = "http://\(TestNetwork.hostAddress):8088/me"
                try await eventually("it answers", within: .seconds(5)) {
                    try await ask(daemon, from: network.outsidePrefix, url) == "one\n"
                }
                // Out, behind the host's address: the neighbour has no way back to the pods'.
                let files = "\(daemon.scope.directory)/www"
                try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
                try Data("hello\n".utf8).write(to: URL(fileURLWithPath: "\(files)/index.html"))
                let neighbour = try ChildProcess(
                    network.outsidePrefix + ["busybox", "httpd", "-f", "-p", "8099", "-h", files],
                    output: "/dev/null", errors: "/dev/null")
                try await eventually("the pod reaches the neighbour", within: .seconds(5)) {
                    // By hand: Debian's static busybox has a wget that looks names up, which crashes.
                    try await daemon.tryStint(
                        "exec", "one", "--", "sh", "-c",
                        "printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | nc -w 3 \(TestNetwork.outsideAddress) 8099"
                    ).output.hasSuffix("hello\n")
                }
                neighbour.send(signal: SIGKILL)
                await neighbour.wait()
                // The next one waits for the port.
                try await daemon.apply(server("two"))
                let why = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
                try await eventually("it says why it waits", within: .seconds(5)) {
                    try await daemon.stint("describe", "pod", "two").output.contains(why)
                }
                try await daemon.stint("delete", "pod", "one", "--grace-period=0", "--force")
                try await daemon.stint("wait", "--for=condition=Ready", "--timeout=20s", "pod/two")
                try await eventually("the port leads to the next", within: .seconds(5)) {
                    try await ask(daemon, from: network.outsidePrefix, url) == "two\n"
                }
            }
        }
    }

    /// CVE-2020-8558: what listens on 127.0.0.1 of the host is not for pods, whatever they may do to their own network.
    @Test func `a pod does not reach the API on the host's loopback`() async throws {
        try await TestNetwork.run { network in
            let port = try freePort()
            try await DaemonFixture.run(listen: "127.0.0.1:\(port)", network: network) { daemon in
                let open = ["curl", "-sk", "--max-time", "3", "https://127.0.0.1:\(port)/healthz"]
                #expect(try await runCommand(network.prefix + open, in: daemon.scope).exitCode == 0)
                try await daemon.apply(
                    server("mapped")
                        + "\n    securityContext: {privileged: true}\n")
                try await daemon.stint("wait", "--for=condition=Ready", "--timeout=20s", "pod/mapped")
                for address in [TestNetwork.gateway, TestNetwork.hostAddress] {
                    let tried = try await daemon.tryStint(
                        "exec", "mapped", "--", "nc", "-w", "2", address, "\(port)")
                    #expect(tried.exitCode != 0, "\(address)")
                }
                let script = """
                    echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet
                    ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.0/8 via \(TestNetwork.gateway)
                    ip route get 127.0.0.1; nc -w 2 127.0.0.1 \(port) && echo reached
                    """
                let tried = try await daemon.tryStint("exec", "mapped", "--", "sh", "-c", script)
                #expect(!tried.output.contains("reached"))
                #expect(tried.output.contains("via \(TestNetwork.gateway)"), "\(tried.output)\(tried.errors)")
            }
        }
    }

    @Test func `a daemon that dies leaves pods in their network, and the next one takes them out`() async throws {
        try await TestNetwork.run { network in
            try await DaemonFixture.run(network: network) { daemon in
                try await daemon.apply(server("long"))
                try await daemon.apply(
                    server("short").replacingOccurrences(of: "exec httpd -f", with: "exec sleep 3;")
                        .replacingOccurrences(of: ", hostPort: 8088", with: ""))
                for pod in ["long", "short"] {
                    try await daemon.stint("wait", "--for=condition=Ready", "--timeout=20s", "pod/\(pod)")
                }
                let ip = try await address(daemon, "long")
                #expect(network.takenAddresses.count == 2)
                await daemon.crash()
                try await Task.sleep(for: .milliseconds(3500))
                #expect(network.takenAddresses.count == 2)
                try await daemon.start()
                try await eventually("who ended meanwhile gave its address back", within: .seconds(10)) {
                    network.takenAddresses == [ip]
                }
                #expect(try await address(daemon, "long") == ip)
                #expect(
                    try await ask(daemon, from: network.outsidePrefix, "http://\(TestNetwork.hostAddress):8088/me")
                        == "long\n")
                #expect(!(try await daemon.stint("get", "events").output.contains("NetworkNotReady")))
                try await daemon.stint("delete", "pod", "long")
                try await eventually("it has left", within: .seconds(5)) { network.takenAddresses == [] }
            }
        }
    }
}
