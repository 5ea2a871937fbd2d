import Foundation
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// Commands in a container that runs.
    @Suite(.serialized) struct Exec {
        /// A container that runs until the body is done, and a plan for commands in it.
        private func running<R>(
            _ arguments: [String] = ["sleep", "1000"], _ change: (inout ContainerPlan) -> Void = { _ in },
            pod changePod: (inout PodPlan) -> Void = { _ in },
            _ body: (PodScope, ContainerPlan, RunningPod) async throws -> R
        ) async throws -> R {
            try await PodScope.with { scope in
                var pod = scope.pod("pod", arguments, change)
                changePod(&pod)
                let running = try await scope.host.launch(pod)
                try await scope.waitForStart(running)
                return try await body(scope, pod.containers[0], running)
            }
        }

        private struct Result {
            var output = ""
            var errors = ""
            var end: ExecEnd
        }

        private func finish(_ session: ExecSession) async -> Result {
            async let output = text(session.output)
            async let errors = text(session.errors)
            let (shown, told) = await (output, errors)
            return await Result(output: shown, errors: told, end: session.wait())
        }

        private func text(_ output: ExecOutput?) async -> String {
            guard let output else { return "" }
            var bytes: [UInt8] = []
            for await chunk in output { bytes += chunk }
            return String(decoding: bytes, as: UTF8.self)
        }

        private func exec(
            _ scope: PodScope, _ container: ContainerPlan, _ arguments: [String],
            _ change: (inout ExecPlan) -> Void = { _ in }
        ) async throws -> Result {
            var plan = ExecPlan(container, arguments: arguments)
            change(&plan)
            return await finish(try await scope.host.exec(uid: "pod", plan))
        }

        private func facts(_ text: String) -> [String: String] {
            var facts: [String: String] = [:]
            for line in text.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                facts[String(line[..<colon])] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
            return facts
        }

        @Test func `output, errors and the exit code come back apart`() async throws {
            try await running { scope, container, _ in
                let result = try await exec(scope, container, ["sh", "-c", "echo out; echo err >&2; exit 3"])
                #expect(result.output == "out\n")
                #expect(result.errors == "err\n")
                #expect(result.end == .exited(3))
                let killed = try await exec(scope, container, ["sh", "-c", "kill -9 $$"])
                #expect(killed.end == .signalled(9))
                #expect(killed.end.exitCode == 137)
            }
        }

        @Test func `a command is what the container's own program is`() async throws {
            try await PodScope.with { scope in
                func own(_ change: (inout ContainerPlan) -> Void) async throws -> String {
                    try await scope.run(["probe", "status"], change).output()
                }
                for change in [
                    { (plan: inout ContainerPlan) in },
                    { plan in
                        plan.user = UserSpec(image: "alice")
                        plan.supplementalGroups = [5000]
                        plan.oomScoreAdjust = 500
                        plan.workingDirectory = "/tmp"
                    },
                    { plan in
                        plan.user = UserSpec(image: "alice")
                        plan.takesImageGroups = false
                    },
                    { plan in plan.noNewPrivileges = false },
                    { plan in plan.seccomp = .unconfined },
                    { plan in plan.privileged = true },
                ] {
                    var expected = facts(try await own(change))
                    let running = try await scope.host.launch(scope.pod("pod", ["sleep", "1000"], change))
                    for await event in running.events { if case .started = event { break } }
                    var container = scope.container("pod", [], change)
                    if container.privileged { container.capabilities = scope.host.capabilities }
                    var found = facts(try await exec(scope, container, ["probe", "status"]).output)
                    // It is no first process, and it has a group of its own below the container's.
                    #expect(found.removeValue(forKey: "Pid") != "1")
                    #expect(expected.removeValue(forKey: "Pid") == "1")
                    #expect(found.removeValue(forKey: "Cgroup") != nil)
                    expected["Cgroup"] = nil
                    #expect(found == expected)
                    running.release()
                    try await scope.host.remove(uid: "pod")
                }
            }
        }

        @Test func `where containers share their processes a command is among them, and ends with its own`()
            async throws
        {
            try await running(pod: { $0.shareProcessNamespace = true }) { scope, container, running in
                let script = "cat /proc/[0-9]*/cmdline"
                let result = try await exec(scope, container, ["sh", "-c", script])
                #expect(result.output.contains("sleep\u{0}1000"))
                let session = try await scope.host.exec(uid: "pod", ExecPlan(container, arguments: ["sleep", "1001"]))
                running.kill()
                #expect(await session.wait() == .signalled(9))
            }
        }

        @Test func `it sees the container's processes, root, host name and network`() async throws {
            try await running { scope, container, _ in
                let script =
                    "echo $$; readlink() { ls -l $1 | sed 's/.*-> //'; }; for n in mnt pid net ipc uts cgroup user; do ls -l /proc/self/ns/$n /proc/1/ns/$n; done"
                let result = try await exec(scope, container, ["sh", "-c", script])
                let links = result.output.split(separator: "\n").compactMap { line in
                    line.split(separator: " ").last.map(String.init)
                }.filter { $0.contains(":[") }
                #expect(links.count == 14)
                for index in stride(from: 0, to: links.count, by: 2) { #expect(links[index] == links[index + 1]) }
                let list = try await exec(
                    scope, container, ["sh", "-c", "ls /; echo x > /tmp/made; cat /proc/1/cmdline"])
                #expect(list.output.contains("sleep"))
                #expect(try await exec(scope, container, ["cat", "/tmp/made"]).output == "x\n")
            }
        }

        @Test func `nothing but the three streams is open in it`() async throws {
            try await running { scope, container, _ in
                let lines = try await exec(scope, container, ["probe", "descriptors"]).output.split(separator: "\n")
                #expect(lines.count == 3)
                #expect(lines.first == "0 /dev/null")
                #expect(lines.dropFirst().allSatisfy { $0.contains("pipe:") })
            }
        }

        @Test func `what is written to it arrives unchanged, and its end too`() async throws {
            try await running { scope, container, _ in
                var plan = ExecPlan(container, arguments: ["cat"])
                plan.stdin = true
                let session = try await scope.host.exec(uid: "pod", plan)
                let sent = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
                let input = try #require(session.input)
                async let written = {
                    let all = await input.write(sent)
                    input.close()
                    return all
                }()
                var received: [UInt8] = []
                for await chunk in session.output { received += chunk }
                #expect(await written)
                #expect(received == sent)
                #expect(await session.wait() == .exited(0))
            }
        }

        @Test func `a command that reads nothing makes its writer wait, and its end ends that`() async throws {
            try await running { scope, container, _ in
                var plan = ExecPlan(container, arguments: ["sleep", "0.3"])
                plan.stdin = true
                let session = try await scope.host.exec(uid: "pod", plan)
                #expect(await session.input?.write([UInt8](repeating: 0, count: 1 << 20)) == false)
                #expect(await finish(session).end == .exited(0))
            }
        }

        @Test func `a terminal is the container's own, and has a size`() async throws {
            try await running { scope, container, _ in
                var plan = ExecPlan(
                    container,
                    arguments: ["sh", "-c", "read line; echo got $line; ls -l /proc/self/fd/0; probe winsize"])
                plan.tty = true
                plan.stdin = true
                let session = try await scope.host.exec(uid: "pod", plan)
                session.resize(columns: 123, rows: 45)
                #expect(session.errors == nil)
                await session.input?.write(Array("hello\n".utf8))
                let result = await finish(session)
                #expect(result.output.contains("got hello\r\n"))
                #expect(result.output.contains("-> /dev/pts/0"))
                #expect(result.output.contains("45 123"))
                #expect(result.end == .exited(0))
            }
        }

        @Test func `a terminal is opened in a devpts or not at all`() async throws {
            try await running(
                ["sh", "-c", "umount /dev/pts; touch /dev/pts/ptmx; sleep 1000"], { $0.privileged = true }
            ) { scope, container, _ in
                var container = container
                container.capabilities = scope.host.capabilities
                // The shell is not necessarily there yet.
                var end: ExecEnd?
                for _ in 0..<50 {
                    end = try await exec(scope, container, ["true"]) { $0.tty = true }.end
                    if end != .exited(0) { break }
                    try await Task.sleep(for: .milliseconds(20))
                }
                guard case .notStarted(let failure)? = end else {
                    Issue.record("\(String(describing: end))")
                    return
                }
                #expect(failure.message.hasPrefix("open a terminal in /dev/pts: "))
            }
        }

        @Test(arguments: [
            (["nonsense"], "exec: \"nonsense\": executable file not found in $PATH", Int32(127)),
            (["/etc/passwd"], "exec: \"/etc/passwd\": permission denied", 126),
            (["/no/such"], "exec: \"/no/such\": stat /no/such: no such file or directory", 127),
        ])
        func `why a command cannot be run is told in a sentence`(
            _ arguments: [String], _ message: String, _ code: Int32
        ) async throws {
            try await running { scope, container, _ in
                let end = try await exec(scope, container, arguments).end
                guard case .notStarted(let failure) = end else {
                    Issue.record("\(end)")
                    return
                }
                #expect(failure.message == message)
                #expect(end.exitCode == code)
            }
        }

        @Test func `a kill takes what the command started along, also out of its process group, and nothing else`()
            async throws
        {
            try await running(["sh", "-c", "sleep 777 & wait"]) { scope, container, _ in
                let session = try await scope.host.exec(
                    uid: "pod",
                    ExecPlan(container, arguments: ["sh", "-c", "busybox setsid sleep 888 & echo on; sleep 889"]))
                var iterator = session.output.makeAsyncIterator()
                #expect(await iterator.next() == Array("on\n".utf8))
                session.kill()
                #expect(await session.wait() == .signalled(9))
                var left = ""
                for _ in 0..<100 {
                    left = try await exec(scope, container, ["ps"]).output
                    if !left.contains("888") { break }
                    try await Task.sleep(for: .milliseconds(10))
                }
                #expect(!left.contains("888"))
                #expect(!left.contains("889"))
                #expect(left.contains("sleep 777"))
            }
        }

        @Test func `what a command leaves running is not waited for`() async throws {
            try await running { scope, container, _ in
                let result = try await exec(scope, container, ["sh", "-c", "sleep 999 & echo done"])
                #expect(result.output == "done\n")
                #expect(result.end == .exited(0))
                #expect(try await exec(scope, container, ["ps"]).output.contains("sleep 999"))
            }
        }

        @Test func `a command ends with its container`() async throws {
            try await running { scope, container, pod in
                let session = try await scope.host.exec(uid: "pod", ExecPlan(container, arguments: ["sleep", "1000"]))
                pod.kill()
                #expect(await session.wait() == .signalled(9))
            }
        }

        @Test func `a command that nobody holds any more is killed`() async throws {
            try await running { scope, container, _ in
                var session: ExecSession? = try await scope.host.exec(
                    uid: "pod", ExecPlan(container, arguments: ["sleep", "1234"]))
                #expect(session != nil)
                session = nil
                var left = ""
                for _ in 0..<100 {
                    left = try await exec(scope, container, ["ps"]).output
                    if !left.contains("1234") { break }
                    try await Task.sleep(for: .milliseconds(10))
                }
                #expect(!left.contains("1234"))
            }
        }

        @Test func `a command counts towards the limits of its container`() async throws {
            try await running(["sleep", "1000"], pod: { $0.limits.pids = 8 }) { scope, container, _ in
                let result = try await exec(
                    scope, container, ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 50 & done; echo fine"])
                #expect(result.errors.contains("can't fork"))
            }
        }

        @Test func `the container's first process can neither trace a command on its way nor see its descriptors`()
            async throws
        {
            // It looks at everybody who comes by; what it may look at, it writes down.
            let spy = """
                while true; do for p in /proc/[0-9]*; do
                  [ $p = /proc/1 ] && continue
                  [ "$(cat $p/comm 2>/dev/null)" = stint-init ] && ls -l $p/fd $p/root $p/cwd 2>/dev/null && echo seen
                done; done
                """
            try await running(["sh", "-c", spy]) { scope, container, pod in
                for _ in 0..<30 { #expect(try await exec(scope, container, ["true"]).end == .exited(0)) }
                pod.kill()
                let log = try LogEntry.read(scope.logPath("pod")).map(\.text).joined(separator: "\n")
                #expect(!log.contains("->"))
            }
        }

        @Test func `in a container that does not run no command runs`() async throws {
            try await running { scope, container, pod in
                await #expect(throws: ContainerError.self) {
                    try await scope.host.exec(uid: "other", ExecPlan(container, arguments: ["true"]))
                }
                pod.kill()
                _ = await scope.finish(pod)
                do {
                    _ = try await scope.host.exec(uid: "pod", ExecPlan(container, arguments: ["true"]))
                    Issue.record("it ran")
                } catch {
                    #expect("\(error)" == "container not found (\"main\")")
                }
            }
        }

        @Test func `after a restart of the daemon commands run as before`() async throws {
            try await running { scope, container, _ in
                let again = try PodScope.makeHost(scope.directory)
                let adopted = try #require(try await again.adopt(uid: "pod"))
                for await event in adopted.events { if case .started = event { break } }
                let result = await finish(
                    try await again.exec(uid: "pod", ExecPlan(container, arguments: ["echo", "x"])))
                #expect(result.output == "x\n")
            }
        }
    }
}
