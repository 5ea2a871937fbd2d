import Foundation
import TestSupport
import Testing

/// `kubectl port-forward`: over SPDY before 1.31, in a WebSocket since.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct PortForwardingTests {
    @Test(arguments: Kubectl.oldestAndNewest)
    func `a port of a pod is reached from here, as often as one likes, and nobody else's`(kubectl: Kubectl) async throws
    {
        try await ClientShell.run(kubectl) { shell in
            try await shell.daemon.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: busybox
                    command: [sh, -c, "mkdir /tmp/w; head -c 1000000 /dev/urandom > /tmp/w/big; echo hi > /tmp/w/index.html; httpd -f -p 8080 -h /tmp/w"]
                """)
            try await eventually("the pod runs", within: .seconds(30)) {
                value(try await shell.daemon.get("pod", "web"), "status", "phase") as? String == "Running"
            }
            let forwarding = try shell.start("kubectl port-forward pod/web :8080 :81")
            try await forwarding.prints("where it listens") { $0.components(separatedBy: "127.0.0.1:").count == 3 }
            let ports = forwarding.output.matches(of: /127\.0\.0\.1:(\d+)/).map { String($0.1) }
            let url = "http://127.0.0.1:\(ports[0])"
            let fetch =
                "for i in 1 2 3 4 5; do curl -s \(url)/ & done; wait; curl -s \(url)/big | md5sum; kubectl exec web -- md5sum /tmp/w/big"
            let lines = try await shell.printed(fetch).split(separator: "\n").map(String.init)
            #expect(lines.prefix(5) == ["hi", "hi", "hi", "hi", "hi"], "\(lines)")
            #expect(lines.count == 7 && lines[5].prefix(32) == lines[6].prefix(32), "\(lines)")
            // Nobody listens there, and the others are not disturbed by it.
            _ = try await shell.run("curl -s -m 10 http://127.0.0.1:\(ports[1])/")
            try await eventually("it says why", within: .seconds(20)) {
                forwarding.errors.contains("error forwarding port 81 to pod web")
            }
            #expect(forwarding.errors.contains("connection refused"), "\(forwarding.errors)")
            await forwarding.stop()
        }
    }
}
