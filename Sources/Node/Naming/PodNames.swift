import Kube

/// What a pod is called inside itself (upstream's `GeneratePodHostNameAndDomain` and `GetNodenameForKernel`).
struct PodNames: Equatable, Sendable {
    /// The cluster that pods believe to be in.
    static let clusterDomain = "cluster.local"

    /// As `/etc/hosts` has it, without a domain.
    var short: String
    /// Of a pod with a `subdomain`.
    var domain: String?
    /// What `uname` says, and `/etc/hostname` and `$HOSTNAME`.
    var kernel: String

    /// 1. In the host's network a pod has the host's name.
    /// 2. `hostnameOverride` is the whole name, with no domain to it.
    /// 3. `hostname`, or else the pod's own name, cut down to 63 characters; with `setHostnameAsFQDN` the domain is part
    ///    of it.
    static func make(_ pod: Pod, host: NodeFacts) throws(ContainerConfigError) -> PodNames {
        if pod.spec.hostNetwork == true { return PodNames(short: host.nodeName, domain: nil, kernel: host.nodeName) }
        if let name = pod.spec.hostnameOverride, !name.isEmpty {
            return PodNames(short: name, domain: nil, kernel: name)
        }
        let own = pod.spec.hostname ?? ""
        let short = shortened(own.isEmpty ? pod.name : own)
        guard let subdomain = pod.spec.subdomain, !subdomain.isEmpty else {
            return PodNames(short: short, domain: nil, kernel: short)
        }
        let domain = "\(subdomain).\(pod.namespace).svc.\(clusterDomain)"
        guard pod.spec.setHostnameAsFQDN == true else { return PodNames(short: short, domain: domain, kernel: short) }
        let full = "\(short).\(domain)"
        guard full.utf8.count <= PodSpec.longestHostname else {
            throw ContainerConfigError(
                message: "failed to construct FQDN from pod hostname and cluster domain, FQDN \(full) is too long "
                    + "(\(PodSpec.longestHostname) characters is the max, \(full.utf8.count) characters requested)")
        }
        return PodNames(short: short, domain: domain, kernel: full)
    }

    /// At most 63 characters, as DNS wants it, and none at the end that a name cannot end with.
    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        var short = String(name.prefix(63))
        while let last = short.last, last == "-" || last == "." { short.removeLast() }
        return short
    }
}
