import Containers
import Foundation
import Kube
import Logging
import Store
import Testing

@testable import Node

struct UsageTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func sample(_ after: TimeInterval, _ containers: [UsageSample.Container: Int64] = [:], host: Int64 = 0)
        -> UsageSample
    {
        UsageSample(
            takenAt: Self.start.addingTimeInterval(after),
            host: UsageSample.Counters(cpuMicroseconds: host, memoryBytes: 0),
            containers: containers.mapValues { UsageSample.Counters(cpuMicroseconds: $0, memoryBytes: 0) })
    }

    private func container(_ name: String, startedAfter seconds: TimeInterval) -> UsageSample.Container {
        UsageSample.Container(pod: "p", name: name, startedAt: Self.start.addingTimeInterval(seconds))
    }

    @Test func `half a core for ten seconds is 500 million nanocores`() throws {
        let c = container("c", startedAfter: -100)
        let rate = try #require(sample(20, [c: 7_000_000]).rate(of: c, since: sample(10, [c: 2_000_000])))
        #expect(rate.nanoCores == 500_000_000)
        #expect(rate.window == 10)
    }

    @Test func `a container that started in between is measured from its start`() throws {
        let c = container("c", startedAfter: 15)
        let rate = try #require(sample(20, [c: 5_000_000]).rate(of: c, since: sample(10)))
        #expect(rate.nanoCores == 1_000_000_000)
        #expect(rate.window == 5)
    }

    @Test func `a restarted container is another one`() throws {
        let (old, new) = (container("c", startedAfter: 0), container("c", startedAfter: 18))
        let rate = try #require(sample(20, [new: 1_000_000]).rate(of: new, since: sample(10, [old: 9_000_000])))
        #expect(rate.nanoCores == 500_000_000)
    }

    @Test(arguments: [(0.5, false), (1, true), (59, true), (61, false)])
    func `a sample is compared with one that is neither too new nor too old`(_ age: TimeInterval, _ isUsable: Bool) {
        #expect(sample(0).isUsable(at: Self.start.addingTimeInterval(age)) == isUsable)
    }

    @Test func `the host's counters are read as proc writes them`() {
        #expect(
            HostCounters.cpuMicroseconds("cpu  100 20 30 1000 500 5 6 7 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n") == 1_680_000)
        #expect(HostCounters.cpuMicroseconds("") == 0)
        let memory = "MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    400 kB\n"
        #expect(HostCounters.usedBytes(memory) == 600 * 1024)
        #expect(HostCounters.usedBytes("MemTotal: 1000 kB\n") == 0)
    }
}

struct HostAddressTests {
    private static let routes = """
        Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
        eth1\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
        eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
        eth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
        """
    private static let addresses = """
        Main:
          +-- 0.0.0.0/0 3 0 5
             |-- 127.0.0.1
                /32 host LOCAL
             |-- 192.168.0.7
                /32 host LOCAL
             |-- 10.1.2.3
                /32 host LOCAL
             |-- 10.255.255.255
                /32 link BROADCAST
        """

    @Test func `the address is that of the interface with the default route`() {
        #expect(HostAddress.choose(routes: Self.routes, addresses: Self.addresses) == "10.1.2.3")
    }

    @Test func `without a default route it is any address, and without any the loopback`() {
        #expect(HostAddress.choose(routes: "", addresses: Self.addresses) == "192.168.0.7")
        #expect(HostAddress.choose(routes: "", addresses: "") == "127.0.0.1")
        #expect(HostAddress.choose(routes: "rubbish\n1 2 3", addresses: "|-- x\n/32 host LOCAL") == "127.0.0.1")
    }
}

struct HostPressureTests {
    private func conditions(_ pressure: HostPressure) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: pressure.conditions(at: Timestamp(Date())).map {
                ($0.type, "\($0.status) \($0.reason ?? "")")
            })
    }

    @Test func `a host with plenty has no pressure`() {
        let plenty = HostPressure(
            availableMemoryBytes: 1 << 30, diskBytes: 1000, freeDiskBytes: 500, processes: 10, maximumProcesses: 100)
        #expect(
            conditions(plenty) == [
                "MemoryPressure": "False KubeletHasSufficientMemory", "DiskPressure": "False KubeletHasNoDiskPressure",
                "PIDPressure": "False KubeletHasSufficientPID",
            ])
    }

    @Test func `a host that runs out says of what`() {
        let poor = HostPressure(
            availableMemoryBytes: 50 << 20, diskBytes: 1000, freeDiskBytes: 99, processes: 95, maximumProcesses: 100)
        #expect(
            conditions(poor) == [
                "MemoryPressure": "True KubeletHasInsufficientMemory", "DiskPressure": "True KubeletHasDiskPressure",
                "PIDPressure": "True KubeletHasInsufficientPID",
            ])
    }

    @Test func `processes are counted as proc says`() {
        #expect(HostPressure.processes("0.1 0.2 0.3 2/345 9999\n") == 345)
        #expect(HostPressure.processes("") == 0)
    }
}
