/// A kernel parameter for the namespaces of a pod.
public struct Sysctl: Codable, Hashable, Sendable {
    /// With dots or slashes between its parts.
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension Sysctl {
    /// Which namespace keeps a value of its own.
    enum Namespace { case network, ipc }

    /// The namespace, as upstream's `component-helpers/node/util/sysctl` knows them; nil is the host alone.
    var namespace: Namespace? {
        let name = dottedName
        if name.hasPrefix("net.") { return .network }
        return name.hasPrefix("fs.mqueue.") || Self.ipcNames.contains(name) ? .ipc : nil
    }

    private static let ipcNames: Set = [
        "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced", "kernel.msgmax",
        "kernel.msgmnb", "kernel.msgmni",
    ]

    /// Those that every pod may set: namespaced, and without influence on any other pod
    /// (`pkg/kubelet/sysctl/safe_sysctls.go`).
    private static let safeNames: Set = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ]

    public var isSafe: Bool { Self.safeNames.contains(dottedName) }

    /// `net/ipv4/conf/eth0.1/forwarding` is `net.ipv4.conf.eth0/1.forwarding`: what comes first separates (sysctl.d(5)).
    var dottedName: String {
        guard let first = name.first(where: { $0 == "." || $0 == "/" }), first == "/" else { return name }
        return Self.swapped(name)
    }

    /// Below `/proc/sys`.
    public var path: String { Self.swapped(dottedName) }

    private static func swapped(_ name: String) -> String {
        String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
    }
}
