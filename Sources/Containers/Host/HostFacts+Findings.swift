extension HostFacts {
    static let oldestKernel = KernelVersion(5, 14)
    static let requiredNamespaces = ["cgroup", "ipc", "mnt", "net", "pid", "uts"]
    private static let gibibyte: UInt64 = 1 << 30

    /// In the order a reader repairs a host in.
    public var findings: [HostFinding] {
        [
            kernelFinding, privilegeFinding, cgroupFinding, killFinding, deviceFinding, swapFinding, overlayFinding,
            seccompFinding, namespaceFinding, networkFinding, memoryFinding, diskFinding, initFinding,
        ].compactMap { $0 }
    }

    private var kernelFinding: HostFinding {
        let found = release.map { String($0.prefix { !$0.isNewline }) } ?? "unknown"
        guard let version = KernelVersion(found), version >= Self.oldestKernel else {
            return HostFinding("kernel", .missing, found: found, advice: "boot Linux \(Self.oldestKernel) or newer")
        }
        return HostFinding("kernel", .ok, found: found)
    }

    private var privilegeFinding: HostFinding {
        guard isRoot else {
            return HostFinding("privileges", .missing, found: "not root", advice: "run stintd as root")
        }
        let missing = allCapabilities.subtracting(capabilities).names
        if missing.contains("CAP_SYS_ADMIN") {
            return HostFinding(
                "privileges", .missing, found: "root without CAP_SYS_ADMIN",
                advice: "run stintd outside a container, or in a privileged one")
        }
        if missing.isEmpty { return HostFinding("privileges", .ok, found: "root with all capabilities") }
        return HostFinding(
            "privileges", .limited, found: "root without " + missing.joined(separator: ", "),
            advice: missing.contains("CAP_SYS_RESOURCE")
                ? "containers cannot raise resource limits (ulimits) above those of stintd"
                : "containers that ask for them are refused")
    }

    private var cgroupFinding: HostFinding {
        switch cgroups {
        case .success(let cgroups): return HostFinding("cgroups", .ok, found: cgroups.summary)
        case .failure(let error):
            return HostFinding("cgroups", .missing, found: "\(error)", advice: Self.advice(for: error))
        }
    }

    private static func advice(for error: CgroupError) -> String {
        switch error {
        case .noUnifiedHierarchy: "mount cgroup2 at /sys/fs/cgroup, and run stintd where it may mount"
        case .noController(let name):
            "boot a kernel with the \(name) controller (for memory, cgroup_enable=memory on the kernel command line)"
        case .controllerNotEnabled(let name, let group):
            "run stintd as a service with Delegate=yes, or enable it: echo +\(name) > \(group)/cgroup.subtree_control"
        case .occupied: "give stintd a group of its own: a service with Delegate=yes, or --cgroup-parent"
        case .badParent: "give --cgroup-parent as a path from the root of the hierarchy, such as /jobs.slice"
        case .outsideMount: "mount the whole hierarchy, or give --cgroup-parent"
        default: "see that /sys/fs/cgroup is mounted and writable"
        }
    }

    private var killFinding: HostFinding? {
        guard case .success(let cgroups) = cgroups else { return nil }
        return cgroups.killsGroups
            ? HostFinding("cgroup.kill", .ok, found: "present")
            : HostFinding(
                "cgroup.kill", .missing, found: "absent", advice: "boot Linux \(Self.oldestKernel) or newer")
    }

    private var deviceFinding: HostFinding? {
        guard case .success(let cgroups) = cgroups else { return nil }
        switch cgroups.deviceFilter {
        case .list: return HostFinding("device filter", .ok, found: "cgroup v1 devices")
        case .program: return HostFinding("device filter", .ok, found: "eBPF")
        case .none:
            return HostFinding(
                "device filter", .limited, found: "neither cgroup v1 devices nor eBPF",
                advice: "boot a kernel with CONFIG_CGROUP_BPF; until then containers cannot make device nodes")
        }
    }

    private var swapFinding: HostFinding? {
        guard case .success(let cgroups) = cgroups, let swap = meminfo("SwapTotal") else { return nil }
        if swap == 0 { return HostFinding("swap", .ok, found: "none") }
        return cgroups.accountsSwap
            ? HostFinding("swap", .ok, found: "\(Self.size(swap)), not for containers")
            : HostFinding(
                "swap", .limited, found: "\(Self.size(swap)), not accounted",
                advice: "boot with swapaccount=1, or turn swap off: containers can swap beyond their memory limit")
    }

    private var overlayFinding: HostFinding {
        // Lines are `nodev<tab>name` or `<tab>name`.
        let known = (fileSystems ?? "").split(whereSeparator: \.isNewline).contains {
            $0.split(whereSeparator: \.isWhitespace).last == "overlay"
        }
        return known
            ? HostFinding("overlayfs", .ok, found: "present")
            : HostFinding("overlayfs", .missing, found: "absent", advice: "load it: modprobe overlay")
    }

    private var seccompFinding: HostFinding {
        let actions = (seccompActions ?? "").split(whereSeparator: \.isWhitespace)
        guard actions.contains("errno"), actions.contains("kill_process") else {
            return HostFinding(
                "seccomp", .missing, found: seccompActions == nil ? "absent" : "no filter mode",
                advice: "boot a kernel with CONFIG_SECCOMP_FILTER")
        }
        return HostFinding("seccomp", .ok, found: "filters")
    }

    private var namespaceFinding: HostFinding {
        let missing = Self.requiredNamespaces.filter { !namespaces.contains($0) }
        if !missing.isEmpty {
            return HostFinding(
                "namespaces", .missing, found: "without " + missing.joined(separator: ", "),
                advice: "boot a kernel with all namespaces (CONFIG_NAMESPACES)")
        }
        return namespaces.contains("user")
            ? HostFinding("namespaces", .ok, found: (Self.requiredNamespaces + ["user"]).joined(separator: ", "))
            : HostFinding(
                "namespaces", .limited, found: Self.requiredNamespaces.joined(separator: ", ") + "; without user",
                advice: "hostUsers: false needs a kernel with CONFIG_USER_NS")
    }

    private var networkFinding: HostFinding? {
        switch network {
        case nil: return nil
        case .absent(let directory):
            let place = directory.map { "no CNI configuration in \($0)" } ?? "no CNI configuration asked for"
            return HostFinding("network of pods", .ok, found: "\(place): pods have their loopback only")
        case .unusable(let problem):
            return HostFinding(
                "network of pods", .limited, found: problem,
                advice: "repair or remove it; until then pods that are not in the host's network wait")
        case .present(let name, let path, let plugins, let missing, let directories):
            let found = "\(name) (\(path)): \(plugins.joined(separator: ", "))"
            guard !missing.isEmpty else { return HostFinding("network of pods", .ok, found: found) }
            let places = directories.joined(separator: " or ")
            return HostFinding(
                "network of pods", .limited, found: "\(found); missing: \(missing.joined(separator: ", "))",
                advice: "install what is missing into \(places) (Debian: containernetworking-plugins)")
        }
    }

    private var memoryFinding: HostFinding {
        guard let total = meminfo("MemTotal"), let available = meminfo("MemAvailable") else {
            return HostFinding("memory", .limited, found: "unknown", advice: "mount /proc")
        }
        return HostFinding("memory", .ok, found: "\(Self.size(total)), \(Self.size(available)) available")
    }

    private var diskFinding: HostFinding {
        guard let disk else {
            return HostFinding(
                "disk", .missing, found: "\(stateDirectory) cannot be reached", advice: "see --state-dir")
        }
        let found = "\(Self.size(disk.availableBytes)) free for \(stateDirectory)"
        return disk.availableBytes < Self.gibibyte || disk.availableInodes < 10_000 && disk.availableInodes > 0
            ? HostFinding("disk", .limited, found: found, advice: "make room, or move it with --state-dir")
            : HostFinding("disk", .ok, found: found)
    }

    private var initFinding: HostFinding {
        initIsExecutable
            ? HostFinding("stint-init", .ok, found: initPath)
            : HostFinding(
                "stint-init", .missing, found: "\(initPath) is not an executable file",
                advice: "install stint-init beside stintd, or say where it is with --init")
    }

    /// Bytes.
    private func meminfo(_ name: String) -> UInt64? {
        let line = memory?.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        guard let words = line?.split(separator: " "), words.count > 1, let kilobytes = UInt64(words[1]) else {
            return nil
        }
        return kilobytes * 1024
    }

    static func size(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = (value * 10).rounded() / 10
        return (tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)") + " \(units[unit])"
    }
}
