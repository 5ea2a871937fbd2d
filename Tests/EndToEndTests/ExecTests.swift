import Foundation
import TestSupport
import Testing

/// Commands in running containers: kubectl speaks WebSocket since 1.31, and SPDY before.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct ExecTests {
    static let clients = Client.oldestAndNewestAndStint

    static let pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: box}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: busybox
            env: [{name: GREETING, value: hello}]
            command: [sh, -c, "echo started; sleep 1000"]
          - name: side
            image: busybox
            command: [sh, -c, "sleep 1000"]
        """

    private func run(_ client: Client, _ body: (ClientShell) async throws -> Void) async throws {
        try await ClientShell.run(client) { shell in
            try await shell.daemon.apply(Self.pod)
            try await eventually("the pod runs", within: .seconds(30)) {
                value(try await shell.daemon.get("pod", "box"), "status", "phase") as? String == "Running"
            }
            try await body(shell)
        }
    }

    @Test(arguments: clients)
    func `output, errors and exit code are those of the command`(client: Client) async throws {
        try await run(client) { shell in
            let result = try await shell.run(
                "kubectl exec box -c main -- sh -c 'echo $GREETING; echo oops >&2; exit 7'")
            #expect(result.exitCode == 7, "\(result)")
            #expect(result.output == "hello\n", "\(result)")
            #expect(result.errors.hasPrefix("oops\n"), "\(result)")
            #expect(result.errors.contains("command terminated with exit code 7"), "\(result)")
            #expect(try await shell.printed("kubectl exec box -c side -- hostname") == "box\n")
            let first = try await shell.run("kubectl exec box -- echo x")
            #expect(first.output == "x\n" && first.exitCode == 0, "\(first)")
            let chosen =
                client.isKubectl(before: 21)
                ? "Defaulting container name to main." : "Defaulted container \"main\" out of: main, side"
            #expect(first.errors.contains(chosen), "\(first)")
        }
    }

    @Test(arguments: clients)
    func `ten megabytes go through cat unchanged, and a slow reader loses nothing`(client: Client) async throws {
        try await run(client) { shell in
            let through = try await shell.printed(
                "cd $HOME; head -c 10485760 /dev/urandom > in; kubectl exec -i box -c main -- cat < in > out; cmp in out && echo same"
            )
            #expect(through == "same\n")
            let slow = "kubectl exec box -c main -- sh -c 'head -c 5000000 /dev/zero; echo end >&2' | (sleep 2; wc -c)"
            let count = try await shell.printed(slow)
            #expect(count.trimmingCharacters(in: .whitespacesAndNewlines) == "5000000")
        }
    }

    @Test(arguments: clients)
    func `what cannot be run is told in a sentence`(client: Client) async throws {
        try await run(client) { shell in
            let none = try await shell.run("kubectl exec box -c main -- nonsense")
            #expect(none.exitCode != 0)
            #expect(
                none.errors.contains(
                    "OCI runtime exec failed: exec failed: unable to start container process: exec: \"nonsense\": executable file not found in $PATH: unknown"
                ), "\(none)")
            let container = try await shell.run("kubectl exec box -c other -- true")
            #expect(container.exitCode == 1)
            #expect(container.errors.contains("container other is not valid for pod box"), "\(container)")
            let pod = try await shell.run("kubectl exec nobody -- true")
            #expect(pod.errors.contains("pods \"nobody\" not found") && pod.exitCode == 1, "\(pod)")
        }
    }

    @Test(arguments: clients)
    func `a terminal has the size of the client's, and one output`(client: Client) async throws {
        try await run(client) { shell in
            // script(1) is the terminal of somebody who types.
            let line =
                "stty rows 33 cols 111; kubectl exec -it box -c main -- sh -c 'sleep 1; stty size; tty; echo err >&2; exit 4'"
            let result = try await shell.run("script -qec \"\(line)\" /dev/null < /dev/null")
            #expect(result.output.contains("33 111"), "\(result)")
            #expect(result.output.contains("/dev/pts/0"), "\(result)")
            #expect(result.output.contains("err"), "\(result)")
        }
    }

    @Test(arguments: clients)
    func `a client that goes takes its command along`(client: Client) async throws {
        try await run(client) { shell in
            let running = try shell.start("kubectl exec box -c main -- sh -c 'echo on; sleep 4321'")
            try await running.prints("that it runs") { $0.contains("on") }
            await running.stop()
            try await eventually("the command is gone", within: .seconds(20)) {
                !(try await shell.printed("kubectl exec box -c main -- ps").contains("4321"))
            }
        }
    }

    @Test(arguments: clients.filter { !$0.isStint })
    func `files are copied in and out`(client: Client) async throws {
        try await run(client) { shell in
            try await shell.printed(
                "cd $HOME; mkdir -p d/e; head -c 300000 /dev/urandom > d/e/f; echo text > one; kubectl cp one box:/tmp/one -c main; kubectl cp d box:/tmp/d -c main"
            )
            #expect(try await shell.printed("kubectl exec box -c main -- cat /tmp/one") == "text\n")
            let back = "cd $HOME; kubectl cp box:/tmp/d back -c main >/dev/null; cmp d/e/f back/e/f && echo same"
            let compared = try await shell.printed(back)
            #expect(compared.hasSuffix("same\n"))
        }
    }

    @Test(arguments: clients)
    func `whoever attaches sees what is written from then on, until the end`(client: Client) async throws {
        try await run(client) { shell in
            try await shell.daemon.apply(
                Self.pod.replacingOccurrences(of: "name: box", with: "name: talker").replacingOccurrences(
                    of: "echo started; sleep 1000",
                    with: "echo before; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo out; echo err >&2; echo last"))
            try await eventually("the pod runs", within: .seconds(30)) {
                value(try await shell.daemon.get("pod", "talker"), "status", "phase") as? String == "Running"
            }
            let home = "cd $HOME; kubectl attach talker -c main > out 2> err & sleep 1.5"
            let seen = try await shell.printed(
                "\(home); kubectl exec talker -c main -- touch /tmp/go; wait; cat out; echo ---; cat err")
            let parts = seen.components(separatedBy: "---\n")
            #expect(parts.first == "out\nlast\n", "\(seen)")
            #expect(parts.last?.contains("err\n") == true && parts.last?.contains("out") == false, "\(seen)")
            let over = try await shell.run("kubectl attach talker -c main")
            #expect(over.exitCode == 1, "\(over)")
        }
    }

    @Test func `who may only read runs nothing, and nobody runs anything in a pod that may do more than he`()
        async throws
    {
        let newest = try #require(Kubectl.all.last)
        try await run(.kubectl(newest)) { shell in
            let daemon = shell.daemon
            func user(_ name: String, _ flags: String) async throws -> ClientShell {
                let path = "\(daemon.scope.directory)/\(name).conf"
                let text = try await shell.withStint().printed("stint kubeconfig --user \(name) -n default \(flags)")
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                return try await ClientShell(.kubectl(newest), daemon, kubeconfig: path)
            }
            let reader = try await user("reader", "--read-only").run("kubectl exec box -c main -- true")
            #expect(reader.errors.contains("cannot") && reader.errors.contains("pods/exec"), "\(reader)")
            let writer = try await user("writer", "")
            #expect(try await writer.printed("kubectl exec box -c main -- echo mine") == "mine\n")
            try await daemon.apply(
                Self.pod.replacingOccurrences(of: "name: box", with: "name: strong")
                    .replacingOccurrences(
                        of: "    image: busybox\n    env",
                        with: "    image: busybox\n    securityContext: {privileged: true}\n    env"))
            try await eventually("the pod runs", within: .seconds(30)) {
                value(try await daemon.get("pod", "strong"), "status", "phase") as? String == "Running"
            }
            let refused = try await writer.run("kubectl exec strong -c main -- true")
            #expect(refused.exitCode == 1 && refused.errors.contains("violates PodSecurity"), "\(refused)")
        }
    }
}
