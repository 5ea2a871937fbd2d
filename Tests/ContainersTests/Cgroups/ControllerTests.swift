import Testing

@testable import Containers

struct ControllerTests {
    struct Settings: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let controller: ControllerName
        let limits: CgroupLimits
        let level: CgroupLevel
        let version: CgroupVersion
        let expected: [String]
        var absent: Set<String> = []

        init(
            _ sentence: String, _ controller: ControllerName, _ version: CgroupVersion, _ limits: CgroupLimits,
            at level: CgroupLevel = .container, absent: Set<String> = [], _ expected: [String]
        ) {
            self.testDescription = sentence
            self.controller = controller
            self.limits = limits
            self.level = level
            self.version = version
            self.expected = expected
            self.absent = absent
        }
    }

    @Test(arguments: [
        Settings(
            "half a processor is 50 of 100 ms", .cpu, .v2, CgroupLimits(cpuLimitMillis: 500),
            ["cpu.weight 1", "cpu.max 50000 100000"]),
        Settings("no limit writes no quota", .cpu, .v2, CgroupLimits(cpuRequestMillis: 1000), ["cpu.weight 100"]),
        Settings("a limit of zero is no limit", .cpu, .v2, CgroupLimits(cpuLimitMillis: 0), ["cpu.weight 1"]),
        Settings(
            "v1 gets the period before the quota", .cpu, .v1, CgroupLimits(cpuLimitMillis: 1500, cpuRequestMillis: 250),
            ["cpu.shares 256", "cpu.cfs_period_us 100000", "cpu.cfs_quota_us 150000"]),
        Settings("v1 without a request gets the least share", .cpu, .v1, CgroupLimits(), ["cpu.shares 2"]),
        Settings(
            "memory gets no swap, and one OOM kills the container", .memory, .v2,
            CgroupLimits(memoryLimitBytes: 64 << 20),
            ["memory.max 67108864", "memory.swap.max 0", "memory.oom.group 1"]),
        Settings(
            "a pod is not killed as a whole", .memory, .v2, CgroupLimits(memoryLimitBytes: 64 << 20), at: .pod,
            ["memory.max 67108864", "memory.swap.max 0"]),
        Settings(
            "no limit is still no swap", .memory, .v2, CgroupLimits(), ["memory.swap.max 0", "memory.oom.group 1"]),
        Settings(
            "a kernel that does not count swap has no file for it", .memory, .v2,
            CgroupLimits(memoryLimitBytes: 1 << 20),
            absent: ["memory.swap.max"], ["memory.max 1048576", "memory.oom.group 1"]),
        Settings(
            "a limit is rounded down to pages, as the kernel does", .memory, .v2,
            CgroupLimits(memoryLimitBytes: (1 << 20) + 4095),
            at: .pod, ["memory.max 1048576", "memory.swap.max 0"]),
        Settings(
            "v1 gets memory before memory and swap", .memory, .v1, CgroupLimits(memoryLimitBytes: 1 << 20),
            ["memory.limit_in_bytes 1048576", "memory.memsw.limit_in_bytes 1048576"]),
        Settings("v1 without a limit stays as it is", .memory, .v1, CgroupLimits(), []),
        Settings("processes are counted", .pids, .v1, CgroupLimits(pids: 64), ["pids.max 64"]),
        Settings("a container without a process limit has its pod's", .pids, .v2, CgroupLimits(), []),
        Settings("a pod may always have one process", .pids, .v2, CgroupLimits(pids: 0), ["pids.max 1"]),
        Settings(
            "devices are all denied before one is allowed", .devices, .v1,
            CgroupLimits(
                devices: .allow([
                    DeviceRule(.character, major: 1, minor: 3),
                    DeviceRule(.block, major: 8, minor: nil, write: false, make: false),
                ])),
            ["devices.deny a", "devices.allow c 1:3 rwm", "devices.allow b 8:* r"]),
        Settings("a privileged container keeps all devices", .devices, .v1, CgroupLimits(devices: .unrestricted), []),
        Settings("a pod's own group leaves devices to its containers", .devices, .v1, CgroupLimits(), at: .pod, []),
    ])
    func `limits become writes, in order`(_ row: Settings) {
        let settings = row.controller.type.settings(for: row.limits, row.level, row.version) {
            !row.absent.contains($0)
        }
        #expect(settings.map { "\($0.file) \($0.value)" } == row.expected)
    }

    @Test(
        arguments: [
            (0, nil), (-5, nil), (1, 1000), (9, 1000), (10, 1000), (11, 1100), (100, 10_000), (1000, 100_000),
            (64_000, 6_400_000),
        ] as [(Int, Int?)])
    func `a quota is milliprocessors times 100, and never below one millisecond`(millis: Int, quota: Int?) {
        #expect(CPUController.quota(limitMillis: millis) == quota)
    }

    @Test(arguments: [
        (0, 2), (1, 2), (2, 2), (3, 3), (100, 102), (500, 512), (1000, 1024), (256_000, 262_144), (1_000_000, 262_144),
    ])
    func `shares are 1024 for one processor, within the kernel's range`(millis: Int, shares: Int) {
        #expect(CPUController.shares(requestMillis: millis) == shares)
    }

    // Values of the same formula in opencontainers/cgroups, utils_test.go.
    @Test(arguments: [
        (0, 1), (2, 1), (1024, 100), (102, 17), (512, 59), (2048, 174), (262_144, 10_000), (400_000, 10_000),
    ])
    func `the smallest, the default and the largest share have the weight v2 gives them`(shares: Int, weight: Int) {
        #expect(CPUController.weight(shares: shares) == weight)
    }

    @Test func `a larger share never weighs less`() {
        var last = 0
        for shares in stride(from: 2, through: 262_144, by: 37) {
            let weight = CPUController.weight(shares: shares)
            #expect(weight >= last && (1...10_000).contains(weight))
            last = weight
        }
    }

    @Test func `every container gets the harmless devices and no disk`() {
        guard case .allow(let rules) = DevicePolicy.standard else {
            Issue.record("the standard policy is a list")
            return
        }
        #expect(rules.allSatisfy { $0.kind == .character })
        #expect(
            rules.map(DevicesController.line) == [
                "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm",
                "c 136:* rwm",
            ])
    }
}
