import Containers
import Foundation
import Kube
import Testing

@testable import Node

/// What the node writes down of what the kernel holds.
struct ReceiptTests {
    static let unified = [
        HeldSetting(limit: .cpuRequest, file: "cpu.weight", value: "35"),
        HeldSetting(limit: .cpuLimit, file: "cpu.max", value: "50000 100000"),
        HeldSetting(limit: .memory, file: "memory.max", value: "67108864"),
        HeldSetting(limit: .swap, file: "memory.swap.max", value: "0"),
        HeldSetting(limit: .outOfMemoryGroup, file: "memory.oom.group", value: "1"),
        HeldSetting(limit: .processes, file: "pids.max", value: "50"),
    ]
    static let hybrid = [
        HeldSetting(limit: .cpuRequest, file: "cpu.shares", value: "256"),
        HeldSetting(limit: .cpuLimit, file: "cpu.cfs_period_us", value: "100000"),
        HeldSetting(limit: .cpuLimit, file: "cpu.cfs_quota_us", value: "50000"),
        HeldSetting(limit: .memory, file: "memory.limit_in_bytes", value: "67108864"),
        HeldSetting(limit: .swap, file: "memory.memsw.limit_in_bytes", value: "67108864"),
    ]

    static let limits = CgroupLimits(
        cpuLimitMillis: 500, cpuRequestMillis: 250, memoryLimitBytes: 64 << 20, pids: 50)

    @Test func `each limit stands beside the file that holds it`() {
        #expect(
            ReceiptBook.items(Self.limits, nil, Self.unified).map { "\($0.asked) = \($0.kernel)" } == [
                "cpu request 250m = cpu.weight 35", "cpu limit 500m = cpu.max 50000 100000",
                "memory limit 64Mi = memory.max 67108864", "swap 0 = memory.swap.max 0",
                "killed as a whole = memory.oom.group 1", "processes 50 = pids.max 50",
            ])
        #expect(
            ReceiptBook.items(Self.limits, nil, Self.hybrid).map { "\($0.asked) = \($0.kernel)" } == [
                "cpu request 250m = cpu.shares 256",
                "cpu limit 500m = cpu.cfs_period_us 100000, cpu.cfs_quota_us 50000",
                "memory limit 64Mi = memory.limit_in_bytes 67108864", "swap 0 = memory.memsw.limit_in_bytes 67108864",
            ])
    }

    @Test func `what was asked for is in the words of the manifest`() {
        let resources = ResourceRequirements(limits: ["cpu": Quantity("0.5")!, "memory": Quantity("64000k")!])
        #expect(
            ReceiptBook.items(Self.limits, resources, Self.unified).prefix(3).map(\.asked) == [
                "cpu request 500m", "cpu limit 500m", "memory limit 64M",
            ])
    }

    private func seen() -> PodReceipt {
        var seen = PodReceipt()
        seen.pod = [HeldSetting(limit: .processes, file: "pids.max", value: "4096")]
        seen.containers["main"] = [HeldSetting(limit: .cpuRequest, file: "cpu.weight", value: "1")]
        return seen
    }

    @Test func `the receipt comes with the start`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock { $0.receipt = seen() }
            let time = try await Timeline(scene, makePod())
            let expected = "pod: processes 4096 = pids.max 4096\npod/main: cpu request 0 = cpu.weight 1"
            #expect(time.pod?.metadata.annotations?[Receipt.annotation] == expected)
            scene.runtime.state.withLock {
                $0.receipt.processes["main"] = ProcessFacts(
                    boundingCapabilities: 0xA804_25FB, seccomp: 2, noNewPrivileges: true, oomScoreAdjust: 1000)
            }
            await time.happens(time.starts())
            #expect(time.pod?.status?.phase == "Running")
            let more =
                "; capabilities a80425fb = CapBnd a80425fb; seccomp RuntimeDefault = Seccomp 2\n"
                + "pod/main: no new privileges = NoNewPrivs 1; oom score 1000 = oom_score_adj 1000"
            #expect(time.pod?.metadata.annotations?[Receipt.annotation] == expected + more)
            let version = time.pod?.metadata.resourceVersion
            await time.send(.timer)
            #expect(time.pod?.metadata.resourceVersion == version, "nothing is written twice")
        }
    }

    @Test func `a pod cannot bring a receipt of its own`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.metadata.annotations = [Receipt.annotation: "pod: everything = granted"]
            let time = try await Timeline(scene, pod)
            #expect(time.pod?.metadata.annotations?[Receipt.annotation] == nil)
        }
    }

    @Test func `the next daemon keeps what the last one saw`() async throws {
        try await Scene.run { scene in
            var pod = makeBound(makePod(), [makeStatus(runningState)])
            pod.metadata.annotations?[Receipt.annotation] = "pod: processes 4096 = pids.max 4096"
            let time = try await Timeline(scene, pod, adoptable: true)
            await time.happens(time.starts())
            #expect(time.pod?.metadata.annotations?[Receipt.annotation] == "pod: processes 4096 = pids.max 4096")
        }
    }

    @Test func `a pod whose limits the kernel does not take is not started, and says why`() async throws {
        try await Scene.run { scene in
            scene.runtime.state.withLock {
                $0.launchError = .cgroup(.notHeld(file: "/g/main/memory.max", wanted: "4096", found: "0"))
            }
            let time = try await Timeline(scene, makePod())
            #expect(time.pod?.status?.phase == "Failed")
            #expect(time.container()?.terminated?.reason == "StartError")
            #expect(time.container()?.terminated?.message == "/g/main/memory.max: wanted \"4096\", found \"0\"")
            #expect(time.pod?.metadata.annotations?[Receipt.annotation] == nil)
        }
    }
}
