import Kube

/// `/etc/hosts` of a pod, in the kubelet's layout (`pkg/kubelet/kubelet_pods.go`).
enum HostsFile {
    /// - Parameter addresses: the pod's.
    static func make(
        _ names: PodNames, addresses: [String], neighbours: [Neighbour] = [], aliases: [HostAlias]
    ) -> String {
        let own = names.domain.map { "\(names.short).\($0)\t\(names.short)" } ?? names.short
        return """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            \(addresses.map { "\($0)\t\(own)" }.joined(separator: "\n"))

            """ + lines(neighbours) + lines(aliases)
    }

    /// For a pod in the host's network.
    ///
    /// - Parameter host: what the host's own file says.
    static func make(host: String, aliases: [HostAlias]) -> String {
        "# Kubernetes-managed hosts file (host network).\n" + host + lines(aliases)
    }

    /// In place of a name server: by these names, and by what a search list would make of shorter ones, a cluster's
    /// answers.
    private static func lines(_ neighbours: [Neighbour]) -> String {
        if neighbours.isEmpty { return "" }
        let lines = neighbours.flatMap { neighbour in
            neighbour.addresses.map { "\($0)\t\(neighbour.names.joined(separator: "\t"))\n" }
        }
        return "\n# Entries of pods of this namespace.\n" + lines.joined()
    }

    private static func lines(_ aliases: [HostAlias]) -> String {
        if aliases.isEmpty { return "" }
        let lines = aliases.map { "\($0.ip)\t\(($0.hostnames ?? []).joined(separator: "\t"))\n" }
        return "\n# Entries added by HostAliases.\n" + lines.joined()
    }
}
