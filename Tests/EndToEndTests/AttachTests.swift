import Foundation
import TestSupport
import Testing

/// The streams of containers' own programs, as `kubectl run -i`, `run -it` and `attach -it` use them.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct AttachTests {
    static let newest = Kubectl.all.suffix(1)

    private static func pod(_ name: String, _ fields: String, _ command: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name)}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: busybox, \(fields), command: [sh, -c, \(command)]}
        """
    }

    private func applyAndWait(_ shell: ClientShell, _ name: String, _ fields: String, _ command: String) async throws {
        try await shell.daemon.apply(Self.pod(name, fields, command))
        try await eventually("the pod runs", within: .seconds(30)) {
            value(try await shell.daemon.get("pod", name), "status", "phase") as? String == "Running"
        }
    }

    private func phase(_ shell: ClientShell, _ name: String) async throws -> String? {
        value(try await shell.daemon.get("pod", name), "status", "phase") as? String
    }

    @Test(arguments: Kubectl.oldestAndNewest)
    func `what is piped into run arrives whole, and comes back whole, and the pod is gone afterwards`(
        kubectl: Kubectl
    ) async throws {
        try await ClientShell.run(kubectl) { shell in
            // At the end it says that the pod is deleted.
            let run = "kubectl run x -i --rm --image=busybox --restart=Never"
            #expect(try await shell.printed("echo hello | \(run) -- cat").hasPrefix("hello\n"))
            let big = try await shell.printed(
                "cd $HOME; head -c 3000000 /dev/urandom > in; \(run) -- sh -c 'sleep 0.5; cat' < in > out; head -c 3000000 out | cmp in - && echo same"
            )
            #expect(big == "same\n")
            #expect(!(try await shell.printed("kubectl get pods -o name")).contains("pod/x"))
        }
    }

    @Test(arguments: Kubectl.oldestAndNewest)
    func `run -it is a shell in a terminal, and ends as that does`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            // Somebody who types: script(1) is his terminal, and what he types comes through a pipe.
            let line = "stty rows 33 cols 111; kubectl run x -it --rm --image=busybox --restart=Never -- sh"
            let keys = "(sleep 3; echo 'stty size; tty; echo $TERM'; sleep 1; echo 'echo bye; exit 3'; sleep 2)"
            let result = try await shell.run("\(keys) | script -qec \"\(line)\" /dev/null")
            for text in ["33 111", "/dev/pts/0", "xterm", "bye"] { #expect(result.output.contains(text), "\(result)") }
            #expect(result.output.contains("pod \"x\" deleted"), "\(result)")
        }
    }

    @Test(arguments: newest.map(Client.kubectl) + [.stint])
    func `attach -it goes on where the one before left off, and the log has it all`(client: Client) async throws {
        try await ClientShell.run(client) { shell in
            try await applyAndWait(shell, "box", "stdin: true, tty: true", "sh")
            for word in ["one", "two"] {
                // Killed before the keys end, which script would say with the ^D that ends a shell.
                let keys = "(sleep 1; echo 'x=${x}\(word); echo =$x='; sleep 2.5)"
                let result = try await shell.run(
                    "\(keys) | script -qec 'timeout --foreground 3 kubectl attach -it box' /dev/null")
                #expect(result.output.contains(word == "one" ? "=one=" : "=onetwo="), "\(result)")
            }
            let log = try await shell.printed("kubectl logs box")
            #expect(log.contains("=one=\r\n") && log.contains("=onetwo=\r\n"), "\(log)")
        }
    }

    @Test(arguments: newest.map(Client.kubectl) + [.stint])
    func `whoever attaches without a terminal of his own, or to none, sees what there is`(client: Client) async throws {
        try await ClientShell.run(client) { shell in
            try await applyAndWait(
                shell, "plain", "stdin: true, stdinOnce: true", "'read x; printf got:$x; echo err >&2'")
            let over = try await shell.run("echo word | kubectl attach -i plain")
            #expect(over.output == "got:word", "\(over)")
            #expect(over.errors.contains("err\n"), "\(over)")
            try await applyAndWait(
                shell, "deaf", "stdinOnce: true", "'while [ ! -e /tmp/go ]; do sleep 0.1; done; cat; echo end'")
            let refused = try shell.start("echo x | kubectl attach -it deaf")
            try await Task.sleep(for: .seconds(1))
            try await shell.printed("kubectl exec deaf -- touch /tmp/go")
            let deaf = await refused.finish()
            #expect(deaf.errors.contains("Unable to use a TTY - container main did not allocate one"), "\(deaf)")
            #expect(deaf.output == "end\n", "\(deaf)")
        }
    }

    @Test(arguments: newest)
    func `a daemon that dies takes the client along and leaves the program waiting for the next`(kubectl: Kubectl)
        async throws
    {
        try await ClientShell.run(kubectl) { shell in
            try await applyAndWait(
                shell, "reader", "stdin: true, stdinOnce: true", "'while read x; do echo got:$x; done; echo over'")
            let client = try shell.start("(echo one; sleep 100) | kubectl attach -i reader")
            try await client.prints("the answer") { $0.contains("got:one") }
            await shell.daemon.crash()
            try await shell.daemon.start()
            try await eventually("the pod is known", within: .seconds(30)) {
                try await phase(shell, "reader") == "Running"
            }
            let next = try await shell.run("echo two | kubectl attach -i reader")
            #expect(next.output == "got:two\nover\n", "\(next)")
            #expect(try await shell.printed("kubectl logs reader") == "got:one\ngot:two\nover\n")
            await client.stop()
        }
    }

    @Test func `who may only read attaches to nothing`() async throws {
        let newest = try #require(Kubectl.all.last)
        try await ClientShell.run(newest) { shell in
            try await applyAndWait(shell, "box", "stdin: true", "cat")
            let path = "\(shell.daemon.scope.directory)/reader.conf"
            let text = try await shell.withStint().printed("stint kubeconfig --user reader -n default --read-only")
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let reader = try await ClientShell(.kubectl(newest), shell.daemon, kubeconfig: path)
            let refused = try await reader.run("echo x | kubectl attach -i box")
            #expect(refused.errors.contains("cannot") && refused.errors.contains("pods/attach"), "\(refused)")
        }
    }
}
