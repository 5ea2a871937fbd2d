import Foundation
import Launch
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// What a container's own program reads and writes while somebody is attached to it, and while nobody is.
    @Suite(.serialized) struct Attach {
        /// A container that runs until the body is done.
        private func running<R>(
            _ arguments: [String], _ streams: ProgramStreams = [], _ change: (inout ContainerPlan) -> Void = { _ in },
            _ body: (PodScope, RunningPod) async throws -> R
        ) async throws -> R {
            try await PodScope.with { scope in
                let pod = scope.pod("pod", arguments) { plan in
                    plan.streams = streams
                    change(&plan)
                }
                let running = try await scope.host.launch(pod)
                try await scope.waitForStart(running)
                return try await body(scope, running)
            }
        }

        private func attach(_ scope: PodScope, input: Bool = false) async throws -> AttachSession {
            try await scope.host.attach(uid: "pod", container: "main", AttachRequest(input: input))
        }

        private func text(_ output: ExecOutput?, until end: String? = nil) async -> String {
            guard let output else { return "" }
            var text = ""
            for await chunk in output {
                text += String(decoding: chunk, as: UTF8.self)
                if let end, text.contains(end) { break }
            }
            return text
        }

        private func log(_ scope: PodScope) throws -> String {
            try PodScope.Outcome(logPath: scope.logPath("pod")).output()
        }

        private func exec(_ scope: PodScope, _ arguments: [String]) async throws -> String {
            var plan = ExecPlan(scope.container("pod", []), arguments: arguments)
            plan.takesImageGroups = true
            let session = try await scope.host.exec(uid: "pod", plan)
            let output = await text(session.output)
            // Held until here: a command that nobody holds is killed.
            #expect(await session.wait() == .exited(0))
            return output
        }

        // MARK: output

        @Test func `whoever is attached sees every byte as it is written, output and errors apart, and the end`()
            async throws
        {
            // It stays a little: with it would go the command that told it to go on.
            let script = "printf half; read x < /tmp/go 2>/dev/null; printf ' done'; echo err >&2; sleep 1"
            try await running(["sh", "-c", "busybox mkfifo /tmp/go; echo up; \(script)"]) { scope, pod in
                while !(try log(scope).contains("up")) { try await Task.sleep(for: .milliseconds(10)) }
                // What has no line end yet is not in the log.
                try await Task.sleep(for: .milliseconds(200))
                let (first, second) = (try await attach(scope), try await attach(scope))
                async let errors = text(second.errors)
                _ = try await exec(scope, ["sh", "-c", "echo > /tmp/go"])
                // No line end, and it is there.
                #expect(await text(first.output) == " done")
                #expect(await text(second.output) == " done")
                #expect(await errors == "err\n")
                #expect(await first.wait() == .over)
                _ = await scope.finish(pod)
                let outcome = PodScope.Outcome(logPath: scope.logPath("pod"))
                #expect(try outcome.output("stdout") == "up\nhalf done")
                #expect(try outcome.output("stderr") == "err\n")
            }
        }

        @Test func `a client that reads slowly loses nothing, and what it reads is what is in the log`() async throws {
            let script = "read x; seq 1 60000"
            try await running(["sh", "-c", script], .input) { scope, pod in
                let session = try await attach(scope, input: true)
                await session.input?.write(Array("go\n".utf8))
                var seen: [UInt8] = []
                for await chunk in try #require(session.output) {
                    seen += chunk
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(await session.wait() == .over)
                _ = await scope.finish(pod)
                let written = try log(scope)
                #expect(written == (1...60000).map { "\($0)\n" }.joined())
                #expect(String(decoding: seen, as: UTF8.self) == written)
            }
        }

        @Test func `a client that does not read is let go, and the log has everything`() async throws {
            try await running(["sh", "-c", "read x; seq 1 60000"], .input) { scope, pod in
                let session = try await attach(scope, input: true)
                await session.input?.write(Array("go\n".utf8))
                let outcome = await scope.finish(pod)
                #expect(outcome.exit?.exitCode == 0)
                #expect(await session.wait() == .tooSlow)
                #expect(try log(scope) == (1...60000).map { "\($0)\n" }.joined())
            }
        }

        @Test func `a client that goes leaves the program as it was`() async throws {
            try await running(["sh", "-c", "while sleep 0.05; do echo tick; done"]) { scope, _ in
                let session = try await attach(scope)
                #expect(await text(session.output, until: "tick").contains("tick"))
                session.detach()
                #expect(await text(session.output).count < 1000)
                let lines = try log(scope).count
                try await Task.sleep(for: .milliseconds(200))
                #expect(try log(scope).count > lines)
                let again = try await attach(scope)
                #expect(await text(again.output, until: "tick").contains("tick"))
            }
        }

        // MARK: input

        @Test func `while nobody is attached a program with an input waits, and one without reads the end`()
            async throws
        {
            try await running(["sh", "-c", "cat; echo over"], .input) { scope, _ in
                try await Task.sleep(for: .milliseconds(300))
                #expect(try log(scope) == "")
            }
            try await PodScope.with { scope in
                let output = try await scope.run(["sh", "-c", "cat; echo over"]).output()
                #expect(output == "over\n")
            }
        }

        @Test func `what is written arrives unchanged, and an input that is for one ends with his`() async throws {
            try await running(["sh", "-c", "cat; echo over >&2"], [.input, .inputOnce]) { scope, pod in
                let session = try await attach(scope, input: true)
                let late = try await attach(scope, input: true)
                #expect(session.input != nil)
                #expect(late.input == nil)
                let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
                async let written: Void = {
                    await session.input?.write(sent)
                    session.endInput()
                }()
                async let others: Int = {
                    var count = 0
                    for await chunk in late.output! { count += chunk.count }
                    return count
                }()
                var received: [UInt8] = []
                for await chunk in try #require(session.output) { received += chunk }
                await written
                #expect(received == sent)
                #expect(await others == sent.count)
                #expect(await text(session.errors) == "over\n")
                #expect(await scope.finish(pod).exit?.exitCode == 0)
            }
        }

        @Test func `an input that is not for one stays open from client to client`() async throws {
            try await running(["cat"], .input) { scope, _ in
                for word in ["one\n", "two\n"] {
                    let session = try await attach(scope, input: true)
                    await session.input?.write(Array(word.utf8))
                    #expect(await text(session.output, until: word) == word)
                    session.detach()
                }
                #expect(try log(scope) == "one\ntwo\n")
            }
        }

        @Test func `a daemon that dies ends no input: the next client of the next daemon goes on`() async throws {
            try await running(["sh", "-c", "cat; echo over"], [.input, .inputOnce]) { scope, pod in
                let session = try await attach(scope, input: true)
                await session.input?.write(Array("one\n".utf8))
                #expect(await text(session.output, until: "one") == "one\n")
                // As a daemon that is killed: no word, the sockets just close.
                session.detach()
                let again = try PodScope.makeHost(scope.directory)
                var next = try await again.attach(uid: "pod", container: "main", AttachRequest(input: true))
                while next.input == nil {
                    try await Task.sleep(for: .milliseconds(10))
                    next = try await again.attach(uid: "pod", container: "main", AttachRequest(input: true))
                }
                await next.input?.write(Array("two\n".utf8))
                next.endInput()
                #expect(await text(next.output).hasSuffix("over\n"))
                _ = await scope.finish(pod)
                #expect(try log(scope) == "one\ntwo\nover\n")
            }
        }

        @Test func `in a container that does not run nobody attaches, and an older supervisor says what it cannot do`()
            async throws
        {
            try await running(["sleep", "1000"]) { scope, pod in
                await #expect(throws: ContainerError.self) {
                    try await scope.host.attach(uid: "other", container: "main", AttachRequest())
                }
                pod.kill()
                _ = await scope.finish(pod)
                do {
                    _ = try await attach(scope)
                    Issue.record("it attached")
                } catch { #expect("\(error)" == "container not found (\"main\")") }
            }
            try await PodScope.with { scope in
                // One that knows no `attach` lets go of the connection on which that came.
                let directory = scope.host.runDirectory("old")
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                let place = try OwnedDescriptor.open(directory, [.place, .directory])
                let listener = try Sockets.listen(at: "/proc/self/fd/\(place.raw)/\(RunDirectoryFile.control)")
                async let refused: String = {
                    do {
                        _ = try await scope.host.attach(uid: "old", container: "main", AttachRequest())
                        return "it attached"
                    } catch { return "\(error)" }
                }()
                try await Task.sleep(for: .milliseconds(100))
                do {
                    let connection = try Sockets.accept(listener)
                    let isThere =
                        switch connection {
                        case .some: true
                        case .none: false
                        }
                    #expect(isThere)
                }
                #expect(
                    await refused
                        == "the supervisor of pod old cannot attach: it was started by an older version of stint")
            }
        }

        // MARK: terminals

        @Test func `a terminal is the program's three streams, its controlling terminal and its console`() async throws
        {
            let script =
                "busybox tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all; busybox stat -c '%t %a' /dev/console; echo to > /dev/tty; echo err >&2; probe descriptors"
            try await running(["sh", "-c", "read x; \(script)"], [.input, .terminal]) { scope, pod in
                let session = try await attach(scope, input: true)
                #expect(session.errors == nil)
                await session.input?.write(Array("\n".utf8))
                let seen = await text(session.output)
                _ = await scope.finish(pod)
                let lines = seen.components(separatedBy: "\r\n")
                // What is typed is shown, and each line ends as a terminal's.
                #expect(
                    lines == [
                        "", "/dev/pts/0", "all", "88 620", "to", "err", "0 /dev/pts/0", "1 /dev/pts/0", "2 /dev/pts/0",
                        "",
                    ], "\(lines)")
                let outcome = PodScope.Outcome(logPath: scope.logPath("pod"))
                #expect(try outcome.output("stdout") == seen)
                #expect(try outcome.output("stderr") == "")
            }
        }

        @Test func `a terminal without an input is one all the same, and not for somebody else to type in`()
            async throws
        {
            try await running(["sh", "-c", "busybox tty; sleep 1000"], .terminal) { scope, _ in
                let session = try await attach(scope, input: true)
                #expect(session.input == nil)
                while try log(scope).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
                #expect(try log(scope) == "/dev/pts/0\r\n")
            }
        }

        @Test func `a terminal has the size that the client says, and its ^C reaches the program`() async throws {
            let script =
                "trap 'busybox stty size' WINCH; trap 'echo int; exit 7' INT; echo up; while :; do sleep 0.05; done"
            try await running(["sh", "-c", "trap '' HUP; \(script)"], [.input, .terminal]) { scope, pod in
                let session = try await attach(scope, input: true)
                while !(try log(scope).contains("up")) { try await Task.sleep(for: .milliseconds(10)) }
                session.resize(columns: 111, rows: 33)
                #expect(await text(session.output, until: "33 111").contains("33 111\r\n"))
                await session.input?.write([3])
                #expect(await text(session.output).contains("int\r\n"))
                #expect(await scope.finish(pod).exit?.exitCode == 7)
            }
        }

        @Test func `a terminal that nobody has open for a while is still logged when somebody opens it again`()
            async throws
        {
            let script =
                "echo one; exec </dev/null >/dev/null 2>&1; sleep 0.2; echo two > /dev/console; sleep 0.2; echo three > /dev/tty"
            try await running(["sh", "-c", script], .terminal) { scope, pod in
                _ = await scope.finish(pod)
                let written = try log(scope)
                #expect(written == "one\r\ntwo\r\nthree\r\n")
            }
        }

        @Test func `the last words of a program with a terminal are in the log`() async throws {
            try await PodScope.with { scope in
                for number in 0..<10 {
                    let outcome = try await scope.run(["echo", "\(number)"], { $0.streams = .terminal })
                    #expect(try outcome.output() == "\(number)\r\n")
                }
            }
        }

        @Test func `somebody who is not root has a terminal of his own`() async throws {
            let script = "echo a > /dev/tty; echo b > /proc/self/fd/1; busybox stat -c '%u %g' /dev/pts/0"
            try await running(
                ["sh", "-c", script], .terminal, { $0.user = UserSpec(image: "alice") }
            ) { scope, pod in
                _ = await scope.finish(pod)
                let written = try log(scope)
                #expect(written == "a\r\nb\r\n1000 1001\r\n")
            }
        }

        @Test func `an input can be opened again by name, also by somebody who is not root`() async throws {
            try await running(
                ["sh", "-c", "cat < /dev/stdin"], [.input, .inputOnce], { $0.user = UserSpec(image: "alice") }
            ) { scope, pod in
                let session = try await attach(scope, input: true)
                await session.input?.write(Array("x\n".utf8))
                session.endInput()
                #expect(await text(session.output) == "x\n")
                #expect(await scope.finish(pod).exit?.exitCode == 0)
            }
        }

        /// CVE-2025-52565: what is shown at /dev/console is a terminal of the container's own, whatever the image has put
        /// where it should be, and whatever another container does meanwhile in a volume that both have there.
        @Test func `the console is a terminal of the container's own whatever lies in its place`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let image = scope.directory + "/hostile"
                try scope.makeImage(image)
                try FileManager.default.createDirectory(
                    atPath: image + "/dev/pts", withIntermediateDirectories: true)
                for name in ["console", "ptmx", "pts/0", "pts/ptmx"] {
                    try scope.link(image + "/dev/" + name, to: sentinel + "/file")
                }
                let outcome = try await scope.run(
                    ["sh", "-c", "echo x > /dev/console; busybox stat -f -c %t /dev/console"],
                    { plan in
                        plan.layers = [image]
                        plan.streams = .terminal
                    })
                #expect(try outcome.output() == "x\r\n1cd1\r\n")
                #expect(try scope.untouched(sentinel))

                // A volume at /dev, in which somebody swaps everything all the time.
                let volume = scope.directory + "/volume"
                try FileManager.default.createDirectory(atPath: volume + "/pts", withIntermediateDirectories: true)
                let race =
                    "cd /v; while :; do for n in console ptmx pts/ptmx pts/0; do ln -sf \(sentinel)/file $n; rm -f $n; : > $n; rm -f $n; done; done"
                let racer = try await scope.host.launch(
                    scope.pod(
                        "racer",
                        [
                            "sh", "-c",
                            race.replacingOccurrences(of: "ln ", with: "busybox ln ").replacingOccurrences(
                                of: "rm ", with: "busybox rm "),
                        ]
                    ) {
                        $0.mounts = [BindMount(source: volume, target: "/v")]
                    })
                for number in 0..<20 {
                    let outcome = try await scope.run(
                        ["sh", "-c", "busybox tty; [ -t 0 ] && echo yes"], uid: "tty-\(number)",
                        { plan in
                            plan.streams = .terminal
                            plan.mounts = [BindMount(source: volume, target: "/dev")]
                        })
                    #expect(outcome.failure == nil)
                    #expect(try outcome.output().hasSuffix("yes\r\n"))
                }
                racer.kill()
                #expect(try scope.untouched(sentinel))
            }
        }
    }
}
