import Foundation
import Linux
import Testing

@testable import Containers

extension KernelTests {
    @Suite(.serialized) struct Receipt {
        private static let limits = CgroupLimits(
            cpuLimitMillis: 500, cpuRequestMillis: 250, memoryLimitBytes: (64 << 20) + 1000, pids: 50)

        /// What a file of the group says now, in whichever hierarchy it is.
        private func text(_ file: String, _ group: GroupSet) -> String? {
            group.homes.lazy.compactMap { try? Files.readText($0.directory + "/" + file) }.first?
                .trimmingCharacters(in: .newlines)
        }

        @Test func `a receipt is what the kernel holds of the pod, its containers and their processes`() async throws {
            try await PodScope.with { scope in
                var plan = scope.pod("held", ["sleep", "100"]) {
                    $0.limits = Self.limits
                    $0.oomScoreAdjust = 321
                }
                plan.limits = CgroupLimits(cpuRequestMillis: 250, pids: 77)
                let running = try await scope.host.launch(plan)
                try await scope.waitForStart(running)
                let receipt = scope.host.receipt(uid: "held")
                let pod = try #require(scope.host.cgroups.pod(uid: "held"))
                let container = try #require(pod.container(name: "main"))
                for (held, group) in [(receipt.pod, pod.group), (receipt.containers["main"] ?? [], container.group)] {
                    for setting in held { #expect(text(setting.file, group) == setting.value, "\(setting.file)") }
                }
                #expect(receipt.pod.contains { $0.limit == .processes && $0.value == "77" })
                let limits = Set(receipt.containers["main"]?.map(\.limit) ?? [])
                #expect(limits.isSuperset(of: [.cpuLimit, .cpuRequest, .memory, .processes]))
                // The kernel counts whole pages.
                #expect(receipt.containers["main"]?.first { $0.limit == .memory }?.value == "\(64 << 20)")
                let mask = CapabilitySet.containerDefault.intersection(scope.host.capabilities).mask
                #expect(
                    receipt.processes["main"]
                        == ProcessFacts(
                            boundingCapabilities: mask, seccomp: 2, noNewPrivileges: true, oomScoreAdjust: 321))
                running.kill()
                _ = await scope.finish(running)
                running.release()
                try await scope.host.remove(uid: "held")
                #expect(scope.host.receipt(uid: "held") == PodReceipt())
            }
        }

        @Test func `a limit that the kernel does not take keeps the pod from being started, and nothing is left`()
            async throws
        {
            try await PodScope.with { scope in
                // More than any kernel counts in a period.
                let plan = scope.pod("refused", ["touch", "/ran"]) { $0.limits.cpuLimitMillis = 1 << 40 }
                let error = await #expect(throws: ContainerError.self) { _ = try await scope.host.launch(plan) }
                guard case .cgroup(.refused(let file, let wanted, let cause)) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(file.hasSuffix("/main/cpu.max") || file.hasSuffix("/main/cpu.cfs_quota_us"))
                #expect(wanted.hasPrefix("109951162777600"))
                #expect(cause.errno == .invalidArgument)
                #expect("\(error!)".contains(" does not take \"\(wanted)\": "))
                #expect(scope.host.cgroups.pod(uid: "refused") == nil)
                #expect(scope.host.receipt(uid: "refused") == PodReceipt())
                #expect(scope.host.knownPods() == [])
            }
        }
    }
}

struct ProcessFactsTests {
    static let status = """
        Name:\tsleep
        Uid:\t0\t0\t0\t0
        CapPrm:\t00000000a80425fb
        CapBnd:\t00000000a80425fb
        CapAmb:\t0000000000000000
        NoNewPrivs:\t1
        Seccomp:\t2
        Seccomp_filters:\t1

        """

    @Test func `a process is known by its status`() {
        #expect(
            ProcessFacts(status: Self.status, score: "-997\n")
                == ProcessFacts(
                    boundingCapabilities: 0xA804_25FB, seccomp: 2, noNewPrivileges: true, oomScoreAdjust: -997))
        #expect(ProcessFacts(status: "Name:\tsleep\n", score: "0\n") == nil)
        #expect(ProcessFacts(status: Self.status, score: "") == nil)
    }
}
