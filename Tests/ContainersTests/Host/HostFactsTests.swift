import Linux
import Testing

@testable import Containers

struct HostFactsTests {
    static func healthy() -> HostFacts {
        HostFacts(
            release: "6.1.0-13-amd64\n",
            cgroups: .success(
                .init(
                    summary: "cgroup v2: cpu, memory, pids", killsGroups: true, accountsSwap: true,
                    deviceFilter: .program)),
            fileSystems: "nodev\tproc\n\text4\nnodev\toverlay\n",
            seccompActions: "kill_process kill_thread trap errno user_notif trace log allow\n",
            namespaces: ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"], isRoot: true,
            capabilities: CapabilitySet(mask: (1 << 41) - 1), allCapabilities: CapabilitySet(mask: (1 << 41) - 1),
            memory:
                "MemTotal:       16384000 kB\nMemFree: 1 kB\nMemAvailable:    8192000 kB\nSwapTotal:             0 kB\n",
            stateDirectory: "/var/lib/stint",
            disk: Files.FileSystem(
                magic: 0xEF53, totalBytes: 1 << 40, availableBytes: 100 << 30, availableInodes: 1 << 20),
            initPath: "/usr/libexec/stint-init", initIsExecutable: true)
    }

    @Test func `a healthy host has nothing to do`() {
        let findings = Self.healthy().findings
        #expect(findings.allSatisfy { $0.result == .ok && $0.advice == nil })
        #expect(
            findings.map(\.name) == [
                "kernel", "privileges", "cgroups", "cgroup.kill", "device filter", "swap", "overlayfs", "seccomp",
                "namespaces",
                "memory", "disk", "stint-init",
            ])
        #expect(findings.first { $0.name == "memory" }?.found == "15.6 GiB, 7.8 GiB available")
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout HostFacts) -> Void
        let expected: HostFinding

        init(_ sentence: String, _ expected: HostFinding, _ change: @escaping @Sendable (inout HostFacts) -> Void) {
            testDescription = sentence
            self.change = change
            self.expected = expected
        }
    }

    @Test(arguments: [
        Row(
            "an old kernel",
            HostFinding("kernel", .missing, found: "5.10.0-28-amd64", advice: "boot Linux 5.14 or newer")
        ) {
            $0.release = "5.10.0-28-amd64\n"
        },
        Row(
            "no network for pods",
            HostFinding(
                "network of pods", .ok,
                found: "no CNI configuration in /etc/cni/net.d: pods have their loopback only")
        ) { $0.network = .absent(directory: "/etc/cni/net.d") },
        Row(
            "none asked for",
            HostFinding(
                "network of pods", .ok, found: "no CNI configuration asked for: pods have their loopback only")
        ) { $0.network = .absent(directory: nil) },
        Row(
            "a network for pods",
            HostFinding("network of pods", .ok, found: "stint (/etc/cni/net.d/10-stint.conflist): bridge, portmap")
        ) {
            $0.network = .present(
                name: "stint", path: "/etc/cni/net.d/10-stint.conflist", plugins: ["bridge", "portmap"], missing: [],
                directories: ["/opt/cni/bin"])
        },
        Row(
            "a network without one of its plugins",
            HostFinding(
                "network of pods", .limited, found: "n (/n.conf): bridge; missing: host-local",
                advice:
                    "install what is missing into /opt/cni/bin or /usr/lib/cni (Debian: containernetworking-plugins)")
        ) {
            $0.network = .present(
                name: "n", path: "/n.conf", plugins: ["bridge"], missing: ["host-local"],
                directories: ["/opt/cni/bin", "/usr/lib/cni"])
        },
        Row(
            "a network that nobody can read",
            HostFinding(
                "network of pods", .limited, found: "network configuration /n.conf: not JSON",
                advice: "repair or remove it; until then pods that are not in the host's network wait")
        ) { $0.network = .unusable("network configuration /n.conf: not JSON") },
        Row("the oldest kernel that works", HostFinding("kernel", .ok, found: "5.14.0")) { $0.release = "5.14.0\n" },
        Row("no kernel version", HostFinding("kernel", .missing, found: "unknown", advice: "boot Linux 5.14 or newer"))
        { $0.release = nil },
        Row("a user", HostFinding("privileges", .missing, found: "not root", advice: "run stintd as root")) {
            $0.isRoot = false
        },
        Row(
            "root in a container",
            HostFinding(
                "privileges", .missing, found: "root without CAP_SYS_ADMIN",
                advice: "run stintd outside a container, or in a privileged one")
        ) { $0.capabilities = .containerDefault },
        Row(
            "root that cannot raise limits",
            HostFinding(
                "privileges", .limited, found: "root without CAP_SYS_RESOURCE",
                advice: "containers cannot raise resource limits (ulimits) above those of stintd")
        ) { $0.capabilities.mask &= ~(1 << 24) },
        Row(
            "no memory controller",
            HostFinding(
                "cgroups", .missing, found: "the kernel offers no memory controller",
                advice:
                    "boot a kernel with the memory controller (for memory, cgroup_enable=memory on the kernel command line)"
            )
        ) { $0.cgroups = .failure(.noController("memory")) },
        Row(
            "a controller that is not delegated",
            HostFinding(
                "cgroups", .missing, found: "controller cpu is not enabled for groups below /sys/fs/cgroup/stint",
                advice:
                    "run stintd as a service with Delegate=yes, or enable it: echo +cpu > /sys/fs/cgroup/stint/cgroup.subtree_control"
            )
        ) { $0.cgroups = .failure(.controllerNotEnabled("cpu", group: "/sys/fs/cgroup/stint")) },
        Row(
            "no device filter",
            HostFinding(
                "device filter", .limited, found: "neither cgroup v1 devices nor eBPF",
                advice: "boot a kernel with CONFIG_CGROUP_BPF; until then containers cannot make device nodes")
        ) { $0.cgroups = .success(.init(summary: "", killsGroups: true, accountsSwap: true, deviceFilter: .none)) },
        Row(
            "swap that is not counted",
            HostFinding(
                "swap", .limited, found: "1 GiB, not accounted",
                advice: "boot with swapaccount=1, or turn swap off: containers can swap beyond their memory limit")
        ) {
            $0.memory = "SwapTotal: 1048576 kB\n"
            $0.cgroups = .success(.init(summary: "", killsGroups: true, accountsSwap: false, deviceFilter: .list))
        },
        Row("swap that is counted", HostFinding("swap", .ok, found: "1 GiB, not for containers")) {
            $0.memory = "SwapTotal: 1048576 kB\n"
        },
        Row("no overlayfs", HostFinding("overlayfs", .missing, found: "absent", advice: "load it: modprobe overlay")) {
            $0.fileSystems = "nodev\tproc\n\text4\n"
        },
        Row(
            "no seccomp",
            HostFinding("seccomp", .missing, found: "absent", advice: "boot a kernel with CONFIG_SECCOMP_FILTER")
        ) { $0.seccompActions = nil },
        Row(
            "no network namespaces",
            HostFinding(
                "namespaces", .missing, found: "without net",
                advice: "boot a kernel with all namespaces (CONFIG_NAMESPACES)")
        ) { $0.namespaces.remove("net") },
        Row(
            "no user namespaces",
            HostFinding(
                "namespaces", .limited, found: "cgroup, ipc, mnt, net, pid, uts; without user",
                advice: "hostUsers: false needs a kernel with CONFIG_USER_NS")
        ) { $0.namespaces.remove("user") },
        Row(
            "a full disk",
            HostFinding(
                "disk", .limited, found: "500 MiB free for /var/lib/stint",
                advice: "make room, or move it with --state-dir")
        ) { $0.disk = Files.FileSystem(magic: 0, totalBytes: 1 << 40, availableBytes: 500 << 20, availableInodes: 0) },
        Row(
            "no init",
            HostFinding(
                "stint-init", .missing, found: "/usr/libexec/stint-init is not an executable file",
                advice: "install stint-init beside stintd, or say where it is with --init")
        ) { $0.initIsExecutable = false },
    ])
    func `what is wrong is found and comes with advice`(_ row: Row) {
        var facts = Self.healthy()
        row.change(&facts)
        #expect(facts.findings.first { $0.name == row.expected.name } == row.expected)
    }

    @Test(
        arguments: [
            ("6.1.0-13-amd64", KernelVersion(6, 1)), ("5.14", KernelVersion(5, 14)),
            ("6.18.44-fc-v669 ", KernelVersion(6, 18)),
            ("6.12-rc1", KernelVersion(6, 12)), ("6", nil), ("", nil), ("linux", nil), ("x.y", nil),
        ] as [(String, KernelVersion?)])
    func `a kernel's version is its first two numbers`(release: String, version: KernelVersion?) {
        #expect(KernelVersion(release) == version)
    }

    @Test func `5.9 is older than 5.14`() { #expect(KernelVersion(5, 9) < KernelVersion(5, 14)) }

    @Test(arguments: [
        ("Uid:\t0\t0\t0\t0\n", true), ("Name:\tx\nUid:\t1000\t0\t0\t0\n", true), ("Uid:\t0\t1000\t0\t0\n", false),
        ("", false),
    ])
    func `root is the effective user`(status: String, isRoot: Bool) {
        #expect(HostFacts.isRoot(status: status) == isRoot)
    }

    @Test func `this host has a kernel and a disk`() {
        let facts = HostFacts.gather(
            tree: .failure(.noController("memory")), stateDirectory: "/does/not/exist/yet", initPath: "/does/not/exist")
        let findings = facts.findings
        #expect(findings.first { $0.name == "kernel" }?.result == .ok)
        #expect(findings.first { $0.name == "disk" }?.found.hasSuffix("free for /does/not/exist/yet") == true)
        #expect(findings.first { $0.name == "stint-init" }?.result == .missing)
    }
}
