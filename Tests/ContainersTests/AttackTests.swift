import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

extension KernelTests {
    /// What an image or a job tries, with the program in `Tests/Attacker`. docs/security.md says which attack each is.
    @Suite(.serialized) struct Attacks {
        // MARK: the image's shape

        struct Shape: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var make: @Sendable (PodScope, _ sentinel: String) throws -> Void
        }

        @Test(arguments: [
            Shape(testDescription: "/proc is a file") { scope, _ in try scope.write("", scope.image + "/proc") },
            Shape(testDescription: "/sys is a pipe") { scope, _ in mkfifo(scope.image + "/sys", 0o666) },
            Shape(testDescription: "/dev is a link to a link") { scope, sentinel in
                try scope.link(scope.image + "/way", to: sentinel)
                try scope.link(scope.image + "/dev", to: "way")
            },
            Shape(testDescription: "/dev/null and its kin are links") { scope, sentinel in
                try FileManager.default.createDirectory(atPath: scope.image + "/dev", withIntermediateDirectories: true)
                for name in ["null", "zero", "tty", "random", "ptmx", "fd", "stdout", "termination-log"] {
                    try scope.link(scope.image + "/dev/" + name, to: sentinel + "/file")
                }
            },
            Shape(testDescription: "/dev/shm climbs out") { scope, sentinel in
                try FileManager.default.createDirectory(atPath: scope.image + "/dev", withIntermediateDirectories: true)
                try scope.link(scope.image + "/dev/shm", to: "../../../../../../../.." + sentinel)
            },
            Shape(testDescription: "/tmp and /home are links") { scope, sentinel in
                for name in ["/tmp", "/home"] {
                    try FileManager.default.removeItem(atPath: scope.image + name)
                    try scope.link(scope.image + name, to: sentinel)
                }
            },
        ])
        func `whatever an image puts in the place of a kernel directory, a container starts and the host stays`(
            _ shape: Shape
        ) async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                try shape.make(scope, sentinel)
                let script = """
                    echo x > /dev/null; echo x > /dev/shm/x; echo x > /dev/termination-log; touch /tmp/x /home/x
                    ls -ld /proc/1 /sys/kernel /dev/shm; cat /proc/self/oom_score_adj
                    """
                let outcome = try await scope.run(["sh", "-c", script])
                #expect(outcome.exit?.exitCode == 0)
                #expect(try outcome.output("stdout").split(separator: "\n").filter { $0.hasPrefix("d") }.count == 3)
                #expect(try scope.untouched(sentinel))
            }
        }

        @Test(arguments: [
            "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/kcore", "/proc/self/attr/exec", "/dev/null",
            "/proc/1/root/etc/hosts", "/proc/self/fd/3", "/sys/kernel/uevent_helper", "/proc",
        ])
        func `an /etc/hosts that points at the kernel changes nothing there`(_ target: String) async throws {
            try await PodScope.with { scope in
                let hosts = scope.directory + "/hosts"
                try scope.write("127.0.0.1 me\n", hosts)
                try scope.link(scope.image + "/etc/hosts", to: target)
                let pattern = try Files.readText("/proc/sys/kernel/core_pattern")
                // It may start or be refused; what it may not is to have the file, or the kernel's, writable.
                let script = "echo x > /etc/hosts; attacker knobs"
                try scope.addAttacker()
                let outcome = try await scope.run(["sh", "-c", script]) {
                    $0.mounts = [BindMount(source: hosts, target: "/etc/hosts", readOnly: true)]
                }
                #expect(outcome.exit != nil || outcome.failure != nil)
                #expect(try !outcome.output("stdout").contains("opened"))
                #expect(try Files.readText(hosts) == "127.0.0.1 me\n")
                #expect(try Files.readText("/proc/sys/kernel/core_pattern") == pattern)
                var null = stat()
                #expect(stat("/dev/null", &null) == 0 && null.st_rdev == 0x103)
            }
        }

        @Test func `a working directory behind links is made inside the root`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                try scope.link(scope.image + "/place", to: sentinel)
                try scope.link(scope.image + "/up", to: "../../../../../../../../../../..")
                for (directory, seen) in [("/up/tmp", "/tmp"), ("/../../../etc", "/etc"), ("/up", "/")] {
                    let outcome = try await scope.run(["pwd", "-P"]) { $0.workingDirectory = directory }
                    #expect(try outcome.output() == seen + "\n")
                }
                for directory in ["/place", "/place/new"] {
                    _ = try await scope.run(["sh", "-c", "touch evil"]) { $0.workingDirectory = directory }
                    #expect(try scope.untouched(sentinel), "\(directory)")
                }
            }
        }

        @Test func `a program outside the root is not there, by link, by PATH or by descriptor`() async throws {
            try await PodScope.with { scope in
                let outside = scope.directory + "/outside"
                try FileManager.default.copyItem(atPath: PodScope.busybox, toPath: outside)
                try scope.link(scope.image + "/bin/evil", to: outside)
                try scope.link(scope.image + "/bin/climbing", to: "../../../../../../../../.." + outside)
                for program in ["evil", "/bin/evil", "climbing", outside] + (3..<12).map({ "/proc/self/fd/\($0)" }) {
                    let outcome = try await scope.run([program, "true"])
                    #expect(outcome.exit == nil && outcome.failure != nil, "\(program) was run")
                }
                for number in 3..<12 {
                    let outcome = try await scope.run(["busybox", "true"]) {
                        $0.environment = ["PATH=/proc/self/fd/\(number)/bin:/proc/self/cwd/bin/../../bin/nowhere"]
                    }
                    #expect(outcome.failure?.kind == .commandNotFound)
                }
            }
        }

        // MARK: who it runs as

        @Test(
            arguments: [2_147_483_648, 4_294_967_295, 4_294_967_296, -1, .min, .max] as [Int64])
        func `a number that would wrap to another user starts nothing`(_ id: Int64) async throws {
            try await PodScope.with { scope in
                for user in [
                    UserSpec(uid: id), UserSpec(gid: id), UserSpec(image: "\(id)"), UserSpec(image: "0:\(id)"),
                ] {
                    await #expect(throws: ContainerError.self, "\(user)") {
                        try await scope.run(["true"]) { $0.user = user }
                    }
                }
                try scope.write("wrap:x:\(id):\(id)::/:/bin/sh\n", scope.image + "/etc/passwd")
                let outcome = try await scope.run(["id"]) { $0.user = UserSpec(image: "wrap") }
                #expect(outcome.failure != nil && outcome.exit == nil)
                #expect(scope.host.knownPods().isEmpty, "and nothing is left of it")
            }
        }

        @Test(arguments: ["a pipe", "a link to /dev/zero", "a link to /proc/kmsg", "two gigabytes", "a directory"])
        func `a group file that is none is refused at once`(_ kind: String) async throws {
            try await PodScope.with { scope in
                let path = scope.image + "/etc/group"
                try FileManager.default.removeItem(atPath: path)
                switch kind {
                case "a pipe": mkfifo(path, 0o644)
                case "a link to /dev/zero": try scope.link(path, to: "/dev/zero")
                case "a link to /proc/kmsg": try scope.link(path, to: "/proc/kmsg")
                case "two gigabytes":
                    try scope.write("", path)
                    truncate(path, 2 << 30)
                default: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                }
                let begin = ContinuousClock.now
                let outcome = try await scope.run(["id"]) { $0.user = UserSpec(image: "alice:wheel") }
                #expect(ContinuousClock.now - begin < .seconds(2))
                #expect(
                    outcome.failure?.message
                        == "/etc/passwd or /etc/group of the image is not a regular file of at most 4 MiB")
            }
        }

        @Test func `a job cannot make itself dearer to the kernel than it was made`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run([
                    "sh", "-c",
                    "for i in -1000 -999 0 299; do echo $i > /proc/self/oom_score_adj; done 2>/dev/null; "
                        + "cat /proc/self/oom_score_adj; echo 900 > /proc/self/oom_score_adj; cat /proc/self/oom_score_adj",
                ]) { $0.oomScoreAdjust = 300 }
                // Who sets it with CAP_SYS_RESOURCE sets its floor, too. Without, the floor is the daemon's own.
                let mayRaise = scope.host.capabilities.contains("CAP_SYS_RESOURCE")
                #expect(try outcome.output("stdout") == (mayRaise ? "300\n900\n" : "299\n900\n"))
            }
        }

        // MARK: what it reaches

        @Test func `keys that a job adds are not there for the next one or the host`() async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let key = "stint-test-\(UUID().uuidString)"
                // With no filter in the way, so that it is the keyring itself that is tested.
                let script = "attacker add-key \(key); attacker find-key \(key)"
                let first = try await scope.run(["sh", "-c", script]) { $0.seccomp = .unconfined }
                let answers = try first.lines()
                try #require(answers.first != "session: ENOSYS", "this kernel has no keyrings")
                #expect(answers.contains("session: allowed"))
                #expect(answers.contains("search: allowed"), "it is there for the job itself")
                let second = try await scope.run(["attacker", "find-key", key]) { $0.seccomp = .unconfined }
                #expect(try second.lines() == ["search: ENOKEY", "request: ENOKEY"])
                #expect(try hostLines(["find-key", key]).allSatisfy { $0.hasSuffix("ENOKEY") })
                let filtered = try await scope.run(["sh", "-c", script])
                #expect(try filtered.lines().allSatisfy { $0.hasSuffix("EPERM") })
            }
        }

        @Test(arguments: [SeccompProfileChoice.runtimeDefault, .unconfined])
        func `no control group can be written, mounted or left`(_ filter: SeccompProfileChoice) async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let outcome = try await scope.run(["attacker", "groups"]) { $0.seccomp = filter }
                let lines = try outcome.lines()
                #expect(lines.count == 8)
                #expect(lines.filter { !$0.hasSuffix("EPERM") && !$0.hasSuffix("EROFS") } == [])
            }
        }

        @Test(arguments: [SeccompProfileChoice.runtimeDefault, .unconfined])
        func `no knob of the kernel opens`(_ filter: SeccompProfileChoice) async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let lines = try await scope.run(["attacker", "knobs"]) { $0.seccomp = filter }.lines()
                #expect(lines.count == 21)
                #expect(lines.filter { $0.hasSuffix("opened") } == [])
                #expect(lines.contains("/proc/sys/kernel/core_pattern: EROFS"))
                #expect(lines.contains("/proc/keys: masked") || lines.contains("/proc/keys: ENOENT"))
                // Who may, can: it is not the attempt that is wrong.
                let privileged = try await scope.run(["attacker", "knobs"]) { $0.privileged = true }
                #expect(try privileged.lines().contains("/proc/sys/kernel/core_pattern: opened"))
            }
        }

        @Test func `what the kernel keeps for a job counts as the job's memory`() async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let outcome = try await scope.run(["attacker", "hoard"]) { $0.limits.memoryLimitBytes = 32 << 20 }
                #expect(try #require(outcome.exit).cause == .oom)
                // Without the limit there is room for more than that, so it is the limit that held.
                let free = try await scope.run(["attacker", "hoard"]) { $0.limits.memoryLimitBytes = 1 << 30 }.lines()
                let size = try #require(Int(free.last?.split(separator: " ").dropFirst().first ?? ""))
                #expect(size > 48)
            }
        }

        @Test func `characters are not pushed into a terminal, and odd sockets not made`() async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let lines = try await scope.run(["sh", "-c", "attacker terminal; attacker families"]).lines()
                #expect(lines.contains("take the terminal: allowed"), "it got as far as that")
                for call in ["TIOCSTI", "TIOCSTI with a high bit", "AF_ALG", "AF_ALG with a high bit", "AF_VSOCK"] {
                    #expect(lines.contains("\(call): EPERM"))
                }
                #expect(lines.contains("AF_UNIX: allowed"))
            }
        }

        @Test func `even with the host's processes and every capability our program cannot be written`() async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let sealed = "/proc/self/fd/\(scope.host.program.raw)"
                let before = try Files.read(sealed, limit: 1 << 28)
                let outcome = try await scope.run(["attacker", "programs"]) {
                    $0.privileged = true
                    $0.noNewPrivileges = false
                } pod: {
                    $0.hostPID = true
                }
                let lines = try outcome.lines()
                #expect(lines.contains { $0.hasPrefix("seen /memfd:") }, "it sees the supervisor")
                #expect(lines.filter { $0 == "write: allowed" || $0 == "truncate: allowed" } == [])
                #expect(try Files.read(sealed, limit: 1 << 28) == before)
                #expect(before == (try Files.read(PodScope.initPath, limit: 1 << 28)))
                // Without the capabilities it does not even get to open it.
                let plain = try await scope.run(["attacker", "programs"], pod: { $0.hostPID = true })
                #expect(plain.exit?.exitCode == 0)
                #expect(try !plain.lines().contains("open for writing: allowed"))
            }
        }

        @Test(arguments: ["", ".", "..", "../x", "/etc/passwd", "a/../../x", "missing.json"])
        func `a profile that is not where profiles are starts nothing`(_ name: String) async throws {
            try await PodScope.with { scope in
                try FileManager.default.createDirectory(
                    atPath: scope.directory + "/state/seccomp", withIntermediateDirectories: true)
                try scope.write(#"{"defaultAction":"SCMP_ACT_ALLOW"}"#, scope.directory + "/state/x")
                await #expect(throws: ContainerError.self) {
                    try await scope.run(["true"]) { $0.seccomp = .localhost(name) }
                }
                #expect(scope.host.knownPods().isEmpty)
            }
        }

        // MARK: how it refuses to end

        @Test(arguments: ["immune", "crowd"])
        func `who does everything not to be killed is killed at the deadline`(_ verb: String) async throws {
            try await PodScope.with { scope in
                try scope.addAttacker()
                let uid = "immune"
                let begin = ContinuousClock.now
                let running = try await scope.host.launch(
                    {
                        var plan = scope.pod(uid, ["attacker", verb])
                        // Time for the crowd to gather: more than 300 forks, which are slow under user-mode Linux.
                        plan.deadline = .milliseconds(500 * Project.slowness)
                        return plan
                    }())
                let outcome = await scope.finish(running)
                #expect(outcome.exit?.cause == .deadline)
                #expect(outcome.exit?.signal == 9)
                #expect(ContinuousClock.now - begin < .seconds(10) * Project.slowness)
                if verb == "crowd" { #expect(try outcome.output() == "crowded\n") }
                running.release()
                // Which would fail if anything of it were left in the groups.
                try await scope.host.remove(uid: uid)
                #expect(scope.host.knownPods().isEmpty)
            }
        }

        @Test func `a job cannot forge an entry of its log`() async throws {
            try await PodScope.with { scope in
                let forged = "2026-01-01T00:00:00.000000000Z stderr F I was never printed"
                let outcome = try await scope.run(["sh", "-c", "echo '\(forged)'; printf 'a\\rb\\0c\\033[2Jd\\n'"])
                let entries = try outcome.entries()
                #expect(entries.map(\.stream) == ["stdout", "stdout"])
                #expect(entries.map(\.text) == [forged, "a\rb\0c\u{1b}[2Jd"])
            }
        }

        private func hostLines(_ arguments: [String]) throws -> [String] {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: try Attacker.path())
            process.arguments = arguments
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}

extension PodScope {
    /// Puts the attacking program into the image.
    func addAttacker() throws {
        try FileManager.default.copyItem(atPath: try Attacker.path(), toPath: image + "/bin/attacker")
    }
}

/// The program of `Tests/Attacker`, compiled once by the clang that comes with Swift.
enum Attacker {
    static func path() throws -> String { try compiled.get() }

    private static let compiled = Result { () throws -> String in
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Attacker/attacker.c").path
        let path = NSTemporaryDirectory() + "/stint-attacker-\(getpid())"
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-static", "-O1", source, "-o", path]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "clang could not compile the attacker")
        return path
    }
}
