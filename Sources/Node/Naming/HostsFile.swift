import Kube

/// `/etc/hosts` of a pod, in the kubelet's layout (`pkg/kubelet/kubelet_pods.go`).
enum HostsFile {
    /// - Parameter address: the pod's.
    static func make(_ names: PodNames, address: String, aliases: [HostAlias]) -> String {
        let own = names.domain.map { "\(names.short).\($0)\t\(names.short)" } ?? names.short
        return """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            \(address)\t\(own)

            """ + lines(aliases)
    }

    /// For a pod in the host's network.
    ///
    /// - Parameter host: what the host's own file says.
    static func make(host: String, aliases: [HostAlias]) -> String {
        "# Kubernetes-managed hosts file (host network).\n" + host + lines(aliases)
    }

    private static func lines(_ aliases: [HostAlias]) -> String {
        if aliases.isEmpty { return "" }
        let lines = aliases.map { "\($0.ip)\t\(($0.hostnames ?? []).joined(separator: "\t"))\n" }
        return "\n# Entries added by HostAliases.\n" + lines.joined()
    }
}
