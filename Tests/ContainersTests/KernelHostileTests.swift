import Foundation
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// Images that reach for the host.
    @Suite(.serialized) struct HostileImages {
        @Test(arguments: ["/proc", "/sys", "/dev"])
        func `a kernel directory that is a link in the image is a directory in the container`(_ name: String)
            async throws
        {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                try scope.link(scope.image + name, to: sentinel)
                let outcome = try await scope.run([
                    "sh", "-c", "ls -ld \(name); cat /proc/self/oom_score_adj; echo > /dev/null",
                ])
                #expect(outcome.exit?.exitCode == 0)
                #expect(try outcome.output().hasPrefix("d"))
                #expect(try scope.untouched(sentinel))
            }
        }

        @Test(arguments: ["/dev/shm", "/dev/pts", "/sys/fs/cgroup", "/proc/sys"])
        func `nor does a link further down lead anywhere`(_ name: String) async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let parent = name.split(separator: "/").dropLast().joined(separator: "/")
                try FileManager.default.createDirectory(
                    atPath: scope.image + "/" + parent, withIntermediateDirectories: true)
                try scope.link(scope.image + name, to: sentinel)
                let outcome = try await scope.run(["sh", "-c", "ls -ld \(name); touch \(name)/x"])
                #expect(try outcome.output("stdout").hasPrefix("d"))
                #expect(try scope.untouched(sentinel))
            }
        }

        @Test func `a null device in the image is not what masks are made of`() async throws {
            try await PodScope.with { scope in
                try FileManager.default.createDirectory(atPath: scope.image + "/dev", withIntermediateDirectories: true)
                try scope.link(scope.image + "/dev/null", to: "/proc/sys/kernel/core_pattern")
                let before = try Files.readText("/proc/sys/kernel/core_pattern")
                let outcome = try await scope.run([
                    "sh", "-c",
                    "cat /proc/kcore | head -c 10; echo pwned > /proc/kcore; ls -l /dev/null; echo x > /dev/null",
                ])
                #expect(outcome.exit != nil)
                #expect(try outcome.output("stdout").contains("1,   3"))
                #expect(try Files.readText("/proc/sys/kernel/core_pattern") == before)
            }
        }

        @Test(arguments: 3...20)
        func `a working directory below proc self fd is refused`(_ number: Int) async throws {
            try await PodScope.with { scope in
                for path in [
                    "/proc/self/fd/\(number)", "/proc/self/fd/\(number)/../..", "/proc/self/cwd", "/proc/1/root",
                ] {
                    let outcome = try await scope.run(["pwd"]) { $0.workingDirectory = path }
                    #expect(outcome.exit == nil)
                    #expect(outcome.failure != nil, "\(path) was accepted")
                }
            }
        }

        @Test func `a link in the image to a descriptor is no way out either`() async throws {
            try await PodScope.with { scope in
                try scope.link(scope.image + "/out", to: "/proc/self/fd")
                for number in 3..<12 {
                    let outcome = try await scope.run(["pwd"]) { $0.workingDirectory = "/out/\(number)" }
                    #expect(outcome.failure != nil)
                }
            }
        }

        @Test func `a script whose interpreter is behind a descriptor finds nothing`() async throws {
            try await PodScope.with { scope in
                for number in 3..<12 {
                    let script = "\(scope.image)/bin/script-\(number)"
                    try scope.write("#!/proc/self/fd/\(number)/bin/busybox sh\necho out\n", script)
                    chmod(script, 0o755)
                    let outcome = try await scope.run(["script-\(number)"])
                    #expect(outcome.exit == nil)
                    #expect(outcome.failure != nil)
                }
            }
        }

        @Test func `the supervisor's program cannot be changed through proc self exe`() async throws {
            try await PodScope.with { scope in
                let before = try Files.read(PodScope.initPath, limit: 1 << 28)
                let script = scope.image + "/bin/evil"
                try scope.write("#!/proc/self/exe\n", script)
                chmod(script, 0o755)
                let outcome = try await scope.run(["evil"])
                // It is our own program that ran, without a conversation to have.
                #expect(outcome.exit?.exitCode == 125)
                let running = try await scope.run([
                    "sh", "-c", "for i in 1 2 3; do echo x > /proc/1/exe; done; echo tried",
                ])
                #expect(try running.output("stdout") == "tried\n")
                #expect(try Files.read(PodScope.initPath, limit: 1 << 28) == before)
                // And the next one starts.
                #expect(try await scope.run(["true"]).exit?.exitCode == 0)
            }
        }

        struct UserFile: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var make: @Sendable (PodScope) throws -> Void
        }

        @Test(arguments: [
            UserFile(testDescription: "a pipe that nobody writes to") { mkfifo($0.image + "/etc/passwd", 0o644) },
            UserFile(testDescription: "a link to /dev/zero") { try $0.link($0.image + "/etc/passwd", to: "/dev/zero") },
            UserFile(testDescription: "a link to /proc/1/environ") {
                try $0.link($0.image + "/etc/passwd", to: "/proc/1/environ")
            },
            UserFile(testDescription: "a link to /proc/self/fd/1") {
                try $0.link($0.image + "/etc/passwd", to: "/proc/self/fd/1")
            },
            UserFile(testDescription: "two gigabytes of nothing") { scope in
                try scope.write("", scope.image + "/etc/passwd")
                truncate(scope.image + "/etc/passwd", 2 << 30)
            },
            UserFile(testDescription: "a directory") {
                try FileManager.default.createDirectory(
                    atPath: $0.image + "/etc/passwd", withIntermediateDirectories: false)
            },
        ])
        func `a password file that is none is refused at once`(_ row: UserFile) async throws {
            try await PodScope.with { scope in
                try FileManager.default.removeItem(atPath: scope.image + "/etc/passwd")
                try row.make(scope)
                let begin = ContinuousClock.now
                let outcome = try await scope.run(["true"]) { $0.user = UserSpec(image: "alice") }
                #expect(ContinuousClock.now - begin < .seconds(1))
                #expect(
                    outcome.failure?.message
                        == "/etc/passwd or /etc/group of the image is not a regular file of at most 4 MiB")
            }
        }

        @Test func `mount targets that are links stay inside the root`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                let file = scope.directory + "/shown"
                try scope.write("shown", file)
                try FileManager.default.removeItem(atPath: scope.image + "/etc/passwd")
                try scope.link(scope.image + "/etc/passwd", to: sentinel + "/file")
                try scope.link(scope.image + "/etc/up", to: "../../../../../../../../../tmp")
                try scope.link(scope.image + "/data", to: sentinel)
                let outcome = try await scope.run(["sh", "-c", "cat /etc/passwd /tmp/new; ls /data || echo nowhere"]) {
                    $0.mounts = ["/etc/passwd", "/etc/up/new"].map {
                        BindMount(source: file, target: $0, readOnly: true)
                    }
                }
                #expect(outcome.failure == nil)
                #expect(try outcome.output("stdout") == "shownshownnowhere\n")
                let refused = try await scope.run(["true"]) {
                    $0.mounts = [BindMount(source: file, target: "/data/new", readOnly: true)]
                }
                #expect(refused.failure?.message.contains("at /data/new: no such file or directory") == true)
                #expect(try scope.untouched(sentinel))
                #expect(!Files.exists("/tmp/new"))
            }
        }

        @Test func `keys of one job are not there for the next`() async throws {
            try await PodScope.with { scope in
                let first = try await scope.run(["sh", "-c", "cat /proc/keys | head -c 1; ls -l /proc/keys"])
                #expect(try first.output("stdout").contains("1,   3"))
            }
        }
    }
}
