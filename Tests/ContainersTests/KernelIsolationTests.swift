import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

extension KernelTests {
    /// What a container is and is not allowed to see and do.
    @Suite(.serialized) struct Isolation {
        private func facts(_ lines: [String]) -> [String: String] {
            var facts: [String: String] = [:]
            for line in lines {
                guard let colon = line.firstIndex(of: ":") else { continue }
                facts[String(line[..<colon])] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
            return facts
        }

        @Test func `root in a container has the default capabilities and no others`() async throws {
            try await PodScope.with { scope in
                let facts = facts(try await scope.run(["probe", "status"]).lines())
                let expected = CapabilitySet.containerDefault.intersection(scope.host.capabilities)
                let mask =
                    String(repeating: "0", count: 16 - String(expected.mask, radix: 16).count)
                    + String(expected.mask, radix: 16)
                #expect(facts["CapEff"] == mask)
                #expect(facts["CapPrm"] == mask)
                #expect(facts["CapBnd"] == mask)
                #expect(facts["CapInh"] == "0000000000000000")
                #expect(facts["CapAmb"] == "0000000000000000")
                #expect(facts["NoNewPrivs"] == "1")
                #expect(facts["Seccomp"] == "2")
                #expect(facts["Uid"] == "0 0 0 0")
                #expect(facts["Pid"] == "1")
                #expect(facts["SessionLeader"] == "1")
                #expect(facts["SigBlk"] == "0000000000000000")
                #expect(facts["SigIgn"] == "0000000000000000")
                #expect(facts["Umask"] == "22")
                #expect(facts["OOMScoreAdj"] == "0")
                #expect(facts["Hostname"] == "pod-host")
                #expect(facts["Directory"] == "/")
            }
        }

        @Test func `another user has no capabilities, his own groups and his home`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run([
                    "sh", "-c", "probe status; echo home: $HOME; echo again > /dev/stdout",
                ]) {
                    $0.user = UserSpec(image: "alice")
                    $0.supplementalGroups = [5000]
                }
                let facts = facts(try outcome.lines())
                #expect(facts["Uid"] == "1000 1000 1000 1000")
                #expect(facts["Gid"] == "1001 1001 1001 1001")
                #expect(facts["Groups"] == "10 100 1001 5000")
                #expect(facts["CapEff"] == "0000000000000000")
                #expect(facts["CapPrm"] == "0000000000000000")
                #expect(facts["home"] == "/home/alice")
                #expect(try outcome.lines().last == "again")
            }
        }

        @Test func `a container has descriptors 0, 1 and 2`() async throws {
            try await PodScope.with { scope in
                let lines = try await scope.run(["probe", "descriptors"]).lines()
                #expect(lines.count == 3)
                #expect(lines.first == "0 /dev/null")
                #expect(lines.dropFirst().allSatisfy { $0.contains("pipe:") })
            }
        }

        @Test func `what can be written below proc and sys is what a process may do to itself`() async throws {
            try await PodScope.with { scope in
                let lines = try await scope.run(["probe", "writable", "/proc", "/sys"]).lines()
                let own: Set<String> = [
                    "attr", "clear_refs", "comm", "coredump_filter", "fail-nth", "loginuid", "make-it-fail", "mem",
                    "oom_adj", "oom_score_adj", "projid_map", "sched", "setgroups", "timens_offsets", "timerslack_ns",
                    "uid_map", "gid_map", "autogroup", "latency", "fd", "fdinfo", "net", "ns",
                ]
                let surprising = lines.filter { line in
                    let parts = line.split(separator: "/")
                    guard parts.count >= 3, parts[0].hasSuffix("file ") || parts[0] == "file " else { return true }
                    guard parts[1] == "proc", Int(parts[2]) != nil, parts.count >= 4 else { return true }
                    return !own.contains(String(parts[3]))
                }
                // Made to be read by anybody who has a network namespace; it is the pod's own.
                #expect(surprising.filter { !$0.hasPrefix("file /proc/pressure/") } == [])
            }
        }

        @Test func `mounts are the ones we made, with the options we gave`() async throws {
            try await PodScope.with { scope in
                let lines = try await scope.run(["probe", "mounts"]).lines()
                func options(_ place: String) -> Set<Substring> {
                    Set(lines.first { $0.hasPrefix(place + " ") }?.split(separator: " ")[1].split(separator: ",") ?? [])
                }
                #expect(options("/").contains("nodev"))
                #expect(options("/proc").isSuperset(of: ["nosuid", "nodev", "noexec"]))
                #expect(options("/sys").isSuperset(of: ["ro", "nosuid", "nodev", "noexec"]))
                #expect(options("/dev").isSuperset(of: ["nosuid", "nodev"]))
                #expect(options("/dev/shm").isSuperset(of: ["nosuid", "nodev", "noexec"]))
                #expect(options("/sys/fs/cgroup").contains("ro"))
                #expect(options("/proc/sys").contains("ro"))
                #expect(lines.allSatisfy { !$0.contains(scope.directory) })
            }
        }

        @Test func `device nodes that a job makes cannot be opened`() async throws {
            try await PodScope.with { scope in
                let lines = try await scope.run(["probe", "devices"]) { $0.seccomp = .unconfined }.lines()
                #expect(lines.count == 18)
                #expect(lines.filter { $0.hasSuffix("opened") } == [])
            }
        }

        @Test func `a root that is to be read-only is, and the rest still works`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "touch /x || echo no; touch /dev/shm/x && echo yes"]) {
                    $0.readOnlyRoot = true
                }
                #expect(try outcome.output("stdout") == "no\nyes\n")
            }
        }

        @Test func `every pod has a network with loopback only, and its own IPC`() async throws {
            try await PodScope.with { scope in
                let lines = try await scope.run([
                    "sh", "-c", "cat /proc/net/dev /proc/sys/net/ipv4/conf/lo/forwarding; ls /sys/class/net",
                ]).lines()
                #expect(lines.last == "lo")
                #expect(lines.filter { $0.contains(":") }.count == 1)
            }
        }

        @Test func `the operator can have the host's network, processes and IPC`() async throws {
            try await PodScope.with { scope in
                let script = "readlink /proc/self/ns/net; readlink /proc/self/ns/ipc; readlink /proc/self/ns/pid"
                let spaces = try ["net", "ipc", "pid"].map {
                    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/" + $0)
                }
                try scope.link(scope.image + "/bin/readlink", to: "busybox")
                let shared = try await scope.run(
                    ["sh", "-c", script],
                    pod: {
                        $0.hostNetwork = true
                        $0.hostIPC = true
                        $0.hostPID = true
                    })
                #expect(try shared.lines() == spaces)
                let own = try await scope.run(["sh", "-c", script])
                #expect(Set(try own.lines()).isDisjoint(with: spaces))
                #expect(try own.lines().count == 3)
            }
        }

        @Test func `with the host's processes what a job leaves behind still goes with it`() async throws {
            try await PodScope.with { scope in
                try scope.link(scope.image + "/bin/setsid", to: "busybox")
                let begin = ContinuousClock.now
                let outcome = try await scope.run(
                    ["sh", "-c", "setsid sleep 1000 & sleep 0.1; exit 4"], pod: { $0.hostPID = true })
                #expect(outcome.exit?.exitCode == 4)
                #expect(ContinuousClock.now - begin < .seconds(3))
            }
        }

        @Test func `a privileged container holds all we hold and sees nothing masked`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "probe status; probe mounts"]) {
                    $0.privileged = true
                    $0.noNewPrivileges = false
                }
                let facts = facts(try outcome.lines())
                #expect(UInt64(facts["CapEff"] ?? "", radix: 16) == scope.host.capabilities.mask)
                #expect(facts["Seccomp"] == "0")
                #expect(facts["NoNewPrivs"] == "0")
                #expect(try !outcome.lines().contains { $0.hasPrefix("/proc/sys ") })
            }
        }

        @Test func `without no_new_privs there is a filter all the same`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["probe", "status"]) {
                    $0.noNewPrivileges = false
                    $0.user = UserSpec(uid: 1000)
                }
                let facts = facts(try outcome.lines())
                #expect(facts["Seccomp"] == "2")
                #expect(facts["NoNewPrivs"] == "0")
                #expect(facts["Uid"] == "1000 1000 1000 1000")
            }
        }

        @Test func `calls that reach for the host are denied`() async throws {
            try await PodScope.with { scope in
                let lines = try await scope.run(["probe", "calls"]).lines()
                var answers: [String: String] = [:]
                for line in lines {
                    let words = line.split(separator: ":", maxSplits: 1)
                    answers[String(words[0])] = words[1].trimmingCharacters(in: .whitespaces)
                }
                #expect(answers.count >= 35)
                #expect(answers["getpid"] == "allowed")
                #expect(answers["socket"] == "allowed")
                let denied: Set<String> = ["EPERM", "ENOSYS", "EACCES"]
                // TIOCSTI on what is no terminal is refused before anybody asks who calls.
                var harmless: [String: Set<String>] = [
                    "TIOCSTI": ["ENOTTY", "EIO"], "process_vm_writev": ["allowed", "EPERM"],
                ]
                if Project.isUserModeLinux {
                    // It takes `int 0x80` for the 64-bit call of that number, which is access(2) and harmless.
                    harmless["int 0x80 mount"] = ["EFAULT"]
                }
                for (call, answer) in answers where call != "getpid" && call != "socket" {
                    let accepted = denied.union(harmless[call] ?? [])
                    #expect(accepted.contains(answer) || answer.hasPrefix("signal"), "\(call) gave \(answer)")
                }
            }
        }
    }
}
