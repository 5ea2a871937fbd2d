import Foundation
import Linux
import Testing

@testable import Containers

/// The real hierarchies of this host, whichever kind it is. Everything is below one group with a random name.
@Suite(.serialized, .enabled(if: KernelCgroups.whyNot == nil, "\(KernelCgroups.whyNot ?? "")"))
struct CgroupKernelTests {
    /// Opens a tree, and removes what is in it whatever happens.
    private func withTree(_ body: (CgroupTree) async throws -> Void) async throws {
        // Only a host without any v2 mount gets one, for as long as the test runs.
        let privateMount = NSTemporaryDirectory() + "stint-test-" + UUID().uuidString
        defer {
            umount2(privateMount, Int32(MNT_DETACH))
            rmdir(privateMount)
        }
        let facts = try CgroupFacts.gather(privateMount: privateMount)
        let name = "stint-test-" + String(UInt32.random(in: 0...UInt32.max), radix: 16)
        let tree = try CgroupTree(preparing: try CgroupPlacement.decide(facts, parent: nil, name: name))
        let result: Result<Void, any Error>
        do { result = .success(try await body(tree)) } catch { result = .failure(error) }
        for uid in try tree.podUIDs() { try await tree.pod(uid: uid)?.remove() }
        try tree.removeIfEmpty()
        #expect(!Files.exists(tree.unifiedPath))
        try result.get()
    }

    /// A shell that joins the group before it does anything else, as a container's first process does.
    private func start(_ script: String, in group: ContainerCgroup) throws -> GroupShell {
        let join = (group.legacyProcsPaths + [group.path + "/cgroup.procs"]).map { "echo 0 > '\($0)' || exit 99; " }
            .joined()
        return try GroupShell(join + script)
    }

    private func usage(of group: ContainerCgroup) throws -> ResourceUsage {
        var texts: [CounterKind: String] = [:]
        for counter in group.counterFiles { texts[counter.kind] = try Files.readText(counter.path) }
        return ResourceUsage(from: texts)
    }

    /// Waits for the kernel to say so, not for a time.
    private func waitUntilPopulated(_ group: ContainerCgroup) throws {
        let file = try CgroupCalls.openEvents(group.eventsPath)
        while FlatKeyed(try CgroupCalls.readEvents(file))["populated"] != 1 {
            let changed = try CgroupCalls.waitForChange(file, milliseconds: 10_000)
            try #require(changed)
        }
    }

    /// What a controller's file says now, found the way the tree found it.
    private func text(_ controller: ControllerName, _ file: String, in group: GroupSet) throws -> String {
        let home = try #require(group.homes.first { $0.controller == controller })
        return try Files.readText(home.directory + "/" + file).trimmingCharacters(in: .newlines)
    }

    @Test func `limits of pod and container are held by the kernel`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(
                uid: "11111111-2222-3333-4444-555555555555",
                limits: CgroupLimits(cpuLimitMillis: 700, cpuRequestMillis: 300, memoryLimitBytes: 256 << 20))
            let container = try pod.makeContainer(
                name: "main",
                limits: CgroupLimits(cpuLimitMillis: 500, cpuRequestMillis: 250, memoryLimitBytes: 64 << 20, pids: 50))
            #expect(try text(.pids, "pids.max", in: pod.group) == "4096")
            #expect(try text(.pids, "pids.max", in: container.group) == "50")
            let memory = try #require(container.group.homes.first { $0.controller == .memory })
            switch memory.version {
            case .v1:
                #expect(try text(.memory, "memory.limit_in_bytes", in: container.group) == "\(64 << 20)")
                #expect(try text(.memory, "memory.limit_in_bytes", in: pod.group) == "\(256 << 20)")
                #expect(try text(.cpu, "cpu.cfs_quota_us", in: container.group) == "50000")
                #expect(try text(.cpu, "cpu.shares", in: container.group) == "256")
                #expect(container.oomEventControl != nil)
            case .v2:
                #expect(try text(.memory, "memory.max", in: container.group) == "\(64 << 20)")
                #expect(try text(.memory, "memory.oom.group", in: container.group) == "1")
                #expect(try text(.memory, "memory.max", in: pod.group) == "\(256 << 20)")
                #expect(try text(.cpu, "cpu.max", in: container.group) == "50000 100000")
                #expect(try text(.cpu, "cpu.weight", in: container.group) == "35")
                #expect(container.oomEventControl == nil)
            }
            #expect(try tree.podUIDs() == ["11111111-2222-3333-4444-555555555555"])
            #expect(tree.pod(uid: pod.uid) == pod)
            #expect(pod.container(name: "main") == container)
            #expect(pod.container(name: "other") == nil)
        }
    }

    @Test func `killing a pod empties it, forks included, and removing waits for that`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "bomb", limits: CgroupLimits(pids: 300))
            let container = try pod.makeContainer(name: "main", limits: CgroupLimits())
            // Forks until the limit, and every child goes on forking.
            let shell = try start("f() { f | f & }; f; while :; do :; done", in: container)
            try waitUntilPopulated(container)
            try await Task.sleep(for: .milliseconds(200))  // time for the bomb to grow; not a wait for an event
            try await pod.remove()
            #expect(shell.wait() == .signal(9))
            for directory in pod.group.directories { #expect(!Files.exists(directory.path)) }
            #expect(tree.pod(uid: "bomb") == nil)
            try await pod.remove()
            try pod.kill()
        }
    }

    @Test func `a container beyond its memory limit is killed and the counters say so`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "oom", limits: CgroupLimits())
            let container = try pod.makeContainer(name: "main", limits: CgroupLimits(memoryLimitBytes: 32 << 20))
            // tail keeps the last line, and this one never ends.
            let shell = try start("exec tail /dev/zero", in: container)
            #expect(shell.wait() == .signal(9))
            let usage = try usage(of: container)
            #expect((usage.oomKills ?? 0) >= 1)
            let peak = try #require(usage.peakMemoryBytes)
            #expect((30 << 20)...(32 << 20) ~= peak)
        }
    }

    @Test func `a container beyond its quota is throttled and the counters say so`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "busy", limits: CgroupLimits())
            let container = try pod.makeContainer(name: "main", limits: CgroupLimits(cpuLimitMillis: 50))
            let shell = try start("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done", in: container)
            #expect(shell.wait() == .code(0))
            let usage = try usage(of: container)
            #expect((usage.throttledPeriods ?? 0) > 0)
            #expect((usage.throttledMicroseconds ?? 0) > 0)
            #expect((usage.cpuUserMicroseconds ?? 0) + (usage.cpuSystemMicroseconds ?? 0) > 5000)
        }
    }

    @Test func `a fork beyond the process limit fails and is counted`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "forks", limits: CgroupLimits())
            let container = try pod.makeContainer(name: "main", limits: CgroupLimits(pids: 1))
            let shell = try start("/bin/true; exit 5", in: container)
            let end = shell.wait()
            #expect(end != .code(5) && end != .code(99))
            #expect((try usage(of: container).pidLimitHits ?? 0) > 0)
        }
    }

    @Test func `devices outside the policy can neither be opened nor made`() async throws {
        try await withTree { tree in
            try #require(tree.deviceFilter != .none)
            let pod = try tree.makePod(uid: "devices", limits: CgroupLimits())
            let scratch = NSTemporaryDirectory() + "stint-test-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            // 1:1 is /dev/mem, 1:11 the kernel log, 7:0 a loop device; 1:3 is null and 1:5 zero.
            let script = """
                head -c 1 /dev/zero && : > /dev/null || exit 1
                mknod \(scratch)/null c 1 3 && : > \(scratch)/null || exit 2
                mknod \(scratch)/loop b 7 0 && exit 3
                head -c 1 /dev/kmsg && exit 4
                exit 42
                """
            let limited = try pod.makeContainer(name: "limited", limits: CgroupLimits())
            let first = try start(script, in: limited)
            #expect(first.wait() == .code(42))

            let privileged = try pod.makeContainer(name: "privileged", limits: CgroupLimits(devices: .unrestricted))
            let second = try start("mknod \(scratch)/other b 7 0 && exit 42", in: privileged)
            #expect(second.wait() == .code(42))
        }
    }

    @Test func `a second attempt starts with new counters`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "again", limits: CgroupLimits())
            let first = try pod.makeContainer(name: "main", limits: CgroupLimits(memoryLimitBytes: 64 << 20))
            #expect(
                try start("head -c 20000000 /dev/zero | tail -c 20000000 > /dev/null", in: first).wait() == .code(0))
            let used = try #require(try usage(of: first).peakMemoryBytes)
            #expect(used > 10 << 20)
            let second = try pod.makeContainer(name: "main", limits: CgroupLimits(memoryLimitBytes: 64 << 20))
            #expect(try #require(try usage(of: second).peakMemoryBytes) < 1 << 20)
        }
    }

    @Test func `a group with a process in it is not replaced`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "taken", limits: CgroupLimits())
            let container = try pod.makeContainer(name: "main", limits: CgroupLimits())
            let shell = try start("exec sleep 60", in: container)
            try waitUntilPopulated(container)
            let error = #expect(throws: CgroupError.self) {
                try pod.makeContainer(name: "main", limits: CgroupLimits())
            }
            guard case .occupied(_, let processes) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(processes.contains(shell.processID))
            try container.kill()
            #expect(shell.wait() == .signal(9))
        }
    }

    @Test func `a limit the kernel does not take leaves no pod behind`() async throws {
        try await withTree { tree in
            // More than PID_MAX_LIMIT is not a number of processes.
            #expect(throws: CgroupError.self) { try tree.makePod(uid: "huge", limits: CgroupLimits(pids: Int.max)) }
            let left = try tree.podUIDs()
            #expect(left == [])
        }
    }

    @Test func `the next daemon reads a pod that was written down`() async throws {
        try await withTree { tree in
            let pod = try tree.makePod(uid: "kept", limits: CgroupLimits())
            let container = try pod.makeContainer(name: "main", limits: CgroupLimits())
            #expect(try JSONDecoder().decode(PodCgroup.self, from: JSONEncoder().encode(pod)) == pod)
            #expect(try JSONDecoder().decode(ContainerCgroup.self, from: JSONEncoder().encode(container)) == container)
        }
    }
}

/// Whether this host lets us make groups.
enum KernelCgroups {
    static let whyNot: String? = {
        do {
            guard try CapabilitySet.ofThisProcess().contains("CAP_SYS_ADMIN") else {
                return "needs root with CAP_SYS_ADMIN"
            }
            let hierarchies = try CgroupHierarchies.ofThisProcess()
            if hierarchies.unified == nil, hierarchies.legacy.isEmpty { return "needs a mounted cgroup hierarchy" }
            return nil
        } catch {
            return "needs cgroups: \(error)"
        }
    }()
}
