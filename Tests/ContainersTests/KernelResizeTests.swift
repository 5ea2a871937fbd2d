import Foundation
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// Groups in use are given other limits, on whichever back end this host has.
    @Suite(.serialized) struct Resize {
        private static let megabyte: Int64 = 1 << 20

        private func limits(_ cpu: Int, _ memory: Int64) -> CgroupLimits {
            CgroupLimits(cpuLimitMillis: cpu, cpuRequestMillis: cpu, memoryLimitBytes: memory * Self.megabyte)
        }

        /// Processor time per 100 ms, and bytes.
        private func held(_ group: GroupSet) throws -> (cpu: String, memory: String) {
            func text(_ controller: ControllerName, _ v1: String, _ v2: String) throws -> String {
                let home = try #require(group.homes.first { $0.controller == controller })
                return try Files.readText(home.directory + "/" + (home.version == .v1 ? v1 : v2))
                    .trimmingCharacters(in: .newlines)
            }
            let quota = try text(.cpu, "cpu.cfs_quota_us", "cpu.max")
            return (
                String(quota.prefix { $0 != " " }), try text(.memory, "memory.limit_in_bytes", "memory.max")
            )
        }

        /// A container that runs, its pod and itself limited alike.
        private func withRunning(
            _ uid: String, _ arguments: [String], cpu: Int, memory: Int64,
            _ body: (PodScope, PodCgroup, ContainerCgroup) async throws -> Void
        ) async throws {
            try await PodScope.with { scope in
                var plan = scope.pod(uid, arguments) { $0.limits = limits(cpu, memory) }
                plan.limits = limits(cpu, memory)
                let running = try await scope.host.launch(plan)
                try await scope.waitForStart(running)
                let pod = try #require(scope.host.cgroups.pod(uid: uid))
                try await body(scope, pod, try #require(pod.container(name: "main")))
                running.kill()
                _ = await scope.finish(running)
                running.release()
            }
        }

        @Test func `a pod and its container grow and shrink while they run`() async throws {
            try await withRunning("grows", ["sleep", "100"], cpu: 200, memory: 32) { scope, pod, container in
                for (cpu, memory) in [(500, 64), (100, 16), (300, 16), (300, 48)] as [(Int, Int64)] {
                    let wanted = limits(cpu, memory)
                    let plan = ResizePlan(pod: wanted, containers: [.init(name: "main", limits: wanted)])
                    try await scope.host.resize(uid: "grows", plan)
                    for group in [pod.group, container.group] {
                        let now = try held(group)
                        #expect(now.cpu == "\(cpu * 100)")
                        #expect(now.memory == "\(memory * Self.megabyte)")
                    }
                    let receipt = scope.host.receipt(uid: "grows")
                    for held in [receipt.pod, receipt.containers["main"] ?? []] {
                        #expect(held.first { $0.limit == .memory }?.value == "\(memory * Self.megabyte)")
                        #expect(held.last { $0.limit == .cpuLimit }?.value.hasPrefix("\(cpu * 100)") == true)
                        #expect(held.count { $0.limit == .processes } == (held == receipt.pod ? 1 : 0))
                    }
                }
                // What holds already is not written, and nothing is wrong with asking for it.
                let same = limits(300, 48)
                try await scope.host.resize(
                    uid: "grows", ResizePlan(pod: same, containers: [.init(name: "main", limits: same)]))
            }
        }

        @Test func `memory in use is not taken away, and nothing else is changed either`() async throws {
            try await withRunning("holds", ["probe", "hold", "24"], cpu: 500, memory: 64) { scope, pod, container in
                let home = try #require(container.group.homes.first { $0.controller == .memory })
                let file = home.directory + "/" + MemoryController.workingSet(home.version).current
                while FlatKeyed.number(try Files.readText(file)) ?? 0 < 24 * Self.megabyte {
                    try await Task.sleep(for: .milliseconds(5))
                }
                let small = limits(100, 16)
                let error = await #expect(throws: ContainerError.self) {
                    try await scope.host.resize(
                        uid: "holds", ResizePlan(pod: small, containers: [.init(name: "main", limits: small)]))
                }
                guard case .cgroup(.inUse(let groups)) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(groups.map(\.container) == [nil, "main"])
                #expect(groups.allSatisfy { $0.wanted == 16 * Self.megabyte && $0.used >= 24 * Self.megabyte })
                #expect(
                    "\(error!)".hasPrefix(
                        "cannot decrease memory limits: [attempting to set pod memory limit (16777216) below current usage ("
                    ))
                for group in [pod.group, container.group] {
                    let now = try held(group)
                    #expect(now.cpu == "50000")
                    #expect(now.memory == "\(64 * Self.megabyte)")
                }
            }
        }

        @Test func `a pod that may not shrink yet keeps what it has`() async throws {
            try await withRunning("waits", ["sleep", "100"], cpu: 200, memory: 32) { scope, pod, _ in
                let plan = ResizePlan(pod: limits(100, 64), mayShrinkPod: false, containers: [])
                try await scope.host.resize(uid: "waits", plan)
                let now = try held(pod.group)
                #expect(now.cpu == "20000")
                #expect(now.memory == "\(64 * Self.megabyte)")
            }
        }
    }
}
