import Foundation
import Linux
import Testing

@testable import Containers

/// Real containers on this host. Serial: they look at the process table and at times.
@Suite(.serialized, .enabled(if: PodScope.missing == nil, "\(PodScope.missing ?? "")"))
enum KernelTests {}

extension KernelTests {
    @Suite(.serialized) struct Basics {
        @Test func `a container runs, its output is in the log and its exit code in the event`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
                let exit = try #require(outcome.exit)
                #expect(exit.exitCode == 3)
                #expect(exit.signal == nil)
                #expect(exit.cause == .exit)
                #expect(exit.finishedAt >= exit.startedAt)
                #expect(try outcome.output("stdout") == "out\n")
                #expect(try outcome.output("stderr") == "err\n")
                #expect(
                    outcome.events.first
                        == .runsAs(
                            container: "main", attempt: 0, ContainerIdentity(uid: 0, gid: 0, groups: [0, 10])))
                guard outcome.events.count > 1, case .started("main", 0, _, let pid) = outcome.events[1] else {
                    Issue.record("the events are \(outcome.events)")
                    return
                }
                #expect(pid > 1)
            }
        }

        @Test func `a signal is told as the signal and as 128 and the signal`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "kill -9 $$; sh -c 'kill -SEGV $$'; exit $?"])
                // A first process is immune to signals from inside its namespace; the shell's child is not.
                #expect(outcome.exit?.exitCode == 139)
            }
        }

        @Test func `usage is read from the groups before they go`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["probe", "eat", "32"])
                let usage = try #require(outcome.exit?.usage)
                #expect(usage.peakMemoryBytes ?? 0 >= 32 << 20)
                #expect(usage.peakMemoryBytes ?? 0 < 64 << 20)
                #expect((usage.cpuUserMicroseconds ?? 0) + (usage.cpuSystemMicroseconds ?? 0) > 0)
                #expect(usage.oomKills == 0)
            }
        }

        @Test func `a further attempt has a fresh root and its own events`() async throws {
            try await PodScope.with { scope in
                let uid = "attempts"
                let command = ["sh", "-c", "ls /marker 2>/dev/null; touch /marker; exit 1"]
                let running = try await scope.host.launch(scope.pod(uid, command))
                var ends: [Int] = []
                for await event in running.events {
                    guard case .exited(let exit) = event else { continue }
                    #expect(exit.exitCode == 1)
                    ends.append(exit.attempt)
                    if exit.attempt == 2 { break }
                    try await running.start(scope.container(uid, command) { $0.attempt = exit.attempt + 1 })
                }
                #expect(ends == [0, 1, 2])
                #expect(try LogEntry.read(scope.logPath(uid)).isEmpty)
                running.release()
            }
        }

        @Test func `many layers make one root`() async throws {
            try await PodScope.with { scope in
                var layers = [scope.image]
                for number in 0..<120 {
                    let path = "\(scope.directory)/layers/sha256-\(String(repeating: "0", count: 57))\(1000 + number)"
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                    try scope.write("\(number)", path + "/top")
                    try scope.write("\(number)", path + "/of-\(number)")
                    layers.append(path)
                }
                let all = layers
                let outcome = try await scope.run(["cat", "/top", "/of-0", "/of-77"]) { $0.layers = all }
                #expect(try outcome.output() == "119077")
                #expect(outcome.exit?.exitCode == 0)
            }
        }

        @Test func `bind mounts show host files, also on links and in places that are not there`() async throws {
            try await PodScope.with { scope in
                let hosts = scope.directory + "/hosts"
                try scope.write("127.0.0.1 me\n", hosts)
                try scope.link(scope.image + "/etc/resolv.conf", to: "../run/systemd/resolve/stub-resolv.conf")
                let outcome = try await scope.run([
                    "sh", "-c",
                    "cat /etc/hosts /etc/resolv.conf /new/dir/file; (echo x >> /etc/hosts) 2>/dev/null || echo read-only",
                ]) {
                    $0.mounts = ["/etc/hosts", "/etc/resolv.conf", "/new/dir/file"].map {
                        BindMount(source: hosts, target: $0, readOnly: true)
                    }
                }
                let lines = try outcome.lines()
                #expect(lines.filter { $0 == "127.0.0.1 me" }.count == 3)
                #expect(lines.last == "read-only")
                #expect(try Files.readText(hosts) == "127.0.0.1 me\n")
            }
        }
    }
}
