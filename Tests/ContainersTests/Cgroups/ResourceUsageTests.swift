import Testing

@testable import Containers

struct ResourceUsageTests {
    @Test func `v2 counters are read in microseconds and bytes`() {
        let usage = ResourceUsage(from: [
            .memoryPeak: "73400320\n",
            .memoryEvents: "low 0\nhigh 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 1\n",
            .cpuStat:
                "usage_usec 300\nuser_usec 200\nsystem_usec 100\nnr_periods 9\nnr_throttled 4\nthrottled_usec 5500\n",
            .pidsEvents: "max 7\n",
        ])
        #expect(usage.peakMemoryBytes == 73_400_320)
        #expect(usage.oomKills == 3)
        #expect(usage.cpuUserMicroseconds == 200)
        #expect(usage.cpuSystemMicroseconds == 100)
        #expect(usage.throttledPeriods == 4)
        #expect(usage.throttledMicroseconds == 5500)
        #expect(usage.pidLimitHits == 7)
    }

    @Test func `v1 counters are in nanoseconds and become microseconds`() {
        let usage = ResourceUsage(from: [
            .legacyMemoryPeak: "4096\n",
            .legacyOOMControl: "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
            .legacyCPUStat: "nr_periods 10\nnr_throttled 2\nthrottled_time 7500999\nnr_bursts 0\n",
            .legacyCPUUser: "2000000\n",
            .legacyCPUSystem: "1500\n",
        ])
        #expect(usage.peakMemoryBytes == 4096)
        #expect(usage.oomKills == 1)
        #expect(usage.throttledPeriods == 2)
        #expect(usage.throttledMicroseconds == 7500)
        #expect(usage.cpuUserMicroseconds == 2000)
        #expect(usage.cpuSystemMicroseconds == 1)
    }

    @Test(arguments: ["", "\n", "max\n", "oom_kill\n", "oom_kill many\n", "oom_kill 1 2\n", "99999999999999999999\n"])
    func `text that is no counter is unknown and not zero`(text: String) {
        var kinds: [CounterKind: String] = [:]
        for kind in CounterKind.allCases { kinds[kind] = text }
        #expect(ResourceUsage(from: kinds) == ResourceUsage())
    }

    @Test func `a file this kernel does not have is unknown`() { #expect(ResourceUsage(from: [:]) == ResourceUsage()) }
}
