import Foundation
import Launch
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// What the containers of a pod have together: kernel parameters, and processes.
    @Suite(.serialized) struct PodNamespaceTests {
        // MARK: kernel parameters

        /// Why parameters cannot be tried; nil when this kernel has them.
        static let missing: String? = ["net/ipv4/ip_unprivileged_port_start", "net/ipv4/ping_group_range"]
            .first { !Files.exists("/proc/sys/" + $0) }.map { "this kernel has no \($0)" }

        @Test(.enabled(if: missing == nil, "\(missing ?? "")"))
        func `kernel parameters are the pod's own, and read-only inside`() async throws {
            let path = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
            let before = try Files.readText(path)
            try await PodScope.with { scope in
                let outcome = try await scope.run([
                    "sh", "-c",
                    "cat \(path) /proc/sys/net/ipv4/ping_group_range /proc/sys/kernel/shm_rmid_forced; "
                        + "(echo 1 > \(path)) 2>/dev/null || echo read-only",
                ]) { _ in
                } pod: {
                    $0.kernelParameters = [
                        KernelParameter(path: "net/ipv4/ip_unprivileged_port_start", value: "77"),
                        KernelParameter(path: "net/ipv4/ping_group_range", value: "5 9"),
                        KernelParameter(path: "kernel/shm_rmid_forced", value: "1"),
                    ]
                }
                #expect(try outcome.lines() == ["77", "5\t9", "1", "read-only"])
                #expect(try Files.readText(path) == before)
            }
        }

        @Test(.enabled(if: missing == nil, "\(missing ?? "")"))
        func `a parameter that does not hold starts nothing, and says which`() async throws {
            try await PodScope.with { scope in
                let rows = [
                    (
                        KernelParameter(path: "net/ipv4/no_such_thing", value: "1"),
                        "this kernel has no parameter net.ipv4.no_such_thing for the namespaces of a pod"
                    ),
                    // Taken, and made an empty range.
                    (
                        KernelParameter(path: "net/ipv4/ping_group_range", value: "9 5"),
                        "set kernel parameter net.ipv4.ping_group_range to \"9 5\": the kernel keeps another value (step 1)"
                    ),
                    (
                        KernelParameter(path: "net/ipv4/ip_unprivileged_port_start", value: "many"),
                        "set kernel parameter net.ipv4.ip_unprivileged_port_start to \"many\": invalid argument (step 1)"
                    ),
                ]
                for (parameter, message) in rows {
                    let outcome = try await scope.run(["true"]) { _ in
                    } pod: {
                        $0.kernelParameters = [KernelParameter(path: "kernel/shm_rmid_forced", value: "0"), parameter]
                    }
                    #expect(outcome.failure == StartFailure(kind: .setup, message: message))
                }
                await #expect(throws: ContainerError.self) {
                    try await scope.run(["true"]) { _ in
                    } pod: {
                        $0.hostNetwork = true
                        $0.kernelParameters = [KernelParameter(path: "net/ipv4/tcp_syncookies", value: "1")]
                    }
                }
            }
        }

        // MARK: groups

        @Test func `strictly, a user has the groups that were written and no others`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["id", "-G"]) {
                    $0.user = UserSpec(image: "alice")
                    $0.supplementalGroups = [5000]
                    $0.takesImageGroups = false
                }
                #expect(Set(try outcome.output().split { $0.isWhitespace }) == ["1001", "5000"])
                #expect(
                    outcome.events.first
                        == .runsAs(
                            container: "main", attempt: 0,
                            ContainerIdentity(uid: 1000, gid: 1001, groups: [1001, 5000])))
            }
        }

        // MARK: shared processes

        /// A pod of two containers that share their processes.
        private func pair(_ scope: PodScope, _ uid: String, _ main: [String], _ other: [String]) -> PodPlan {
            var second = scope.container(uid, other) {
                $0.name = "other"
                $0.upperDirectory = "\(scope.directory)/state/\(uid)/other"
                $0.logPath = "\(scope.directory)/\(uid)-other.log"
            }
            second.stopSignal = 15
            return PodPlan(
                uid: uid, hostname: "pod-host", shareProcessNamespace: true, grace: .milliseconds(200),
                containers: [scope.container(uid, main), second])
        }

        private func ends(_ running: RunningPod, _ count: Int) async -> [String: Int32] {
            var ends: [String: Int32] = [:]
            for await event in running.events {
                switch event {
                case .exited(let exit): ends[exit.container] = exit.exitCode
                case .failedToStart(let name, _, _, let failure):
                    Issue.record("\(name): \(failure.message)")
                    ends[name] = -1
                case .lost(let message):
                    Issue.record("\(message)")
                    return ends
                default: continue
                }
                if ends.count == count { return ends }
            }
            return ends
        }

        private func lines(_ path: String) throws -> [String] { try LogEntry.read(path).map(\.text) }

        @Test func `containers see and signal each other, and the first process is nobody's`() async throws {
            try await PodScope.with { scope in
                try scope.link(scope.image + "/bin/readlink", to: "busybox")
                try scope.link(scope.image + "/bin/grep", to: "busybox")
                let uid = "shared"
                // The other one waits to be found by its name, and is told to go.
                let script = """
                    i=0
                    while :; do
                      for p in /proc/[0-9]*; do
                        case "$(cat $p/cmdline 2>/dev/null | head -c 100)" in sleep12345*) found=${p#/proc/};; esac
                      done
                      [ -n "$found" ] && break
                      i=$((i+1)); [ $i -gt 100 ] && exit 9
                      sleep 0.1
                    done
                    [ $$ -gt 1 ] && echo "not the first"
                    [ "$(readlink /proc/$found/ns/pid)" = "$(readlink /proc/self/ns/pid)" ] && echo "the same"
                    grep -E '^(Uid|CapPrm|CapBnd|NoNewPrivs)' /proc/1/status
                    ls /proc/1/root >/dev/null 2>&1 || echo "no root"
                    kill -9 1; kill -9 $found && echo "signalled"
                    """
                let running = try await scope.host.launch(
                    pair(scope, uid, ["sh", "-c", script], ["sleep", "12345"]))
                #expect(await ends(running, 2) == ["main": 0, "other": 137])
                #expect(
                    try lines(scope.logPath(uid)) == [
                        "not the first", "the same", "Uid:\t65535\t65535\t65535\t65535", "CapPrm:\t0000000000000000",
                        "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "no root", "signalled",
                    ])
                running.release()
            }
        }

        @Test func `even who may trace finds an empty root and no descriptors`() async throws {
            try await PodScope.with { scope in
                try #require(scope.host.capabilities.contains("CAP_SYS_PTRACE"))
                let outcome = try await scope.run(
                    ["sh", "-c", "ls -a /proc/1/root/; ls /proc/1/fd; (echo x > /proc/1/root/x) 2>&1"]
                ) {
                    $0.capabilities = scope.host.capabilities
                    $0.seccomp = .unconfined
                } pod: {
                    $0.shareProcessNamespace = true
                }
                let lines = try outcome.lines()
                #expect(lines.prefix(2) == [".", ".."])
                #expect(lines.count == 3)
                #expect(lines.last?.hasSuffix("Read-only file system") == true)
            }
        }

        @Test func `what a container leaves behind is waited for while it runs, and goes with it`() async throws {
            try await PodScope.with { scope in
                try scope.link(scope.image + "/bin/setsid", to: "busybox")
                let uid = "orphans"
                // Two orphans: one ends at once and must leave no zombie, one would stay.
                let main = """
                    sh -c 'sleep 0.1 & setsid sleep 54321 & exit 0'; sleep 0.6
                    cat /proc/[0-9]*/stat 2>/dev/null | head -n 50
                    """
                // Outlives the first container, and then looks for what it left.
                let other = """
                    sleep 1.5
                    cat /proc/[0-9]*/cmdline 2>/dev/null; echo; exit 3
                    """
                let running = try await scope.host.launch(
                    pair(scope, uid, ["sh", "-c", main], ["sh", "-c", other]))
                #expect(await ends(running, 2) == ["main": 0, "other": 3])
                let seen = try lines(scope.logPath(uid))
                #expect(seen.count >= 4)
                #expect(seen.filter { $0.contains(") Z ") } == [])
                #expect(seen.contains { $0.hasPrefix("1 (") })
                let left = try lines("\(scope.directory)/\(uid)-other.log").joined()
                #expect(!left.contains("54321"))
                running.release()
            }
        }

        @Test func `a container ends alone, and the next attempt is among the others again`() async throws {
            try await PodScope.with { scope in
                try scope.link(scope.image + "/bin/readlink", to: "busybox")
                let uid = "again"
                let command = ["sh", "-c", "readlink /proc/self/ns/pid; exit 1"]
                let plan = pair(scope, uid, command, ["sh", "-c", "readlink /proc/self/ns/pid; sleep 1000"])
                var running = try await scope.host.launch(plan)
                var first: String?
                for await event in running.events {
                    guard case .exited(let exit) = event else { continue }
                    #expect(exit.container == "main" && exit.exitCode == 1)
                    first = try lines(scope.logPath(uid)).last
                    break
                }
                // Another daemon goes on with it.
                let next = try PodScope.makeHost(scope.directory)
                running = try #require(try await next.adopt(uid: uid))
                try await running.start(scope.container(uid, command) { $0.attempt = 1 })
                for await event in running.events {
                    guard case .exited(let exit) = event, exit.attempt == 1 else { continue }
                    break
                }
                #expect(try lines(scope.logPath(uid)).last == first)
                #expect(try lines("\(scope.directory)/\(uid)-other.log").first == first)
                #expect(first != nil)
                running.kill()
                running.release()
            }
        }

        @Test func `killing the pod ends its first process too`() async throws {
            try await PodScope.with { scope in
                let uid = "killed"
                let running = try await scope.host.launch(pair(scope, uid, ["sleep", "1000"], ["sleep", "1000"]))
                var started = 0
                for await event in running.events {
                    if case .started = event { started += 1 }
                    if started == 2 { break }
                }
                let group = try #require(scope.host.cgroups.pod(uid: uid))
                let reapers = try Files.readText(group.path + "/reaper_/cgroup.procs").split(separator: "\n")
                #expect(reapers.count == 1)
                try group.kill()
                #expect(await ends(running, 2) == ["main": 137, "other": 137])
                running.release()
                try await scope.host.remove(uid: uid)
                #expect(!Files.exists(group.path))
                // Dead at least; who waits for it then is the host's first process.
                for pid in reapers {
                    let status = (try? Files.readText("/proc/\(pid)/stat")) ?? ""
                    #expect(status.isEmpty || status.contains(") Z "))
                }
            }
        }
    }
}
