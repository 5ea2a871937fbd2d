import Foundation
import Kube

/// The files by which a pod's programs know names: text, before it is written anywhere. Containers see them read-only.
struct PodNameFiles: Equatable, Sendable {
    var hosts: String
    /// Nil in the host's network: there the image's own counts, as it does with the kubelet.
    var hostname: String?
    var resolver: String?
    /// What had to be left out, a sentence each.
    var omissions: [String] = []

    /// - Parameters:
    ///   - pod: with its addresses in its status, where it has any.
    ///   - host: reads a file of the host; called for those that are needed.
    static func make(
        _ pod: Pod, _ names: PodNames, _ neighbours: [Neighbour] = [], host: (String) throws -> String
    ) rethrows -> PodNameFiles {
        let spec = pod.spec
        var files =
            spec.hostNetwork == true
            ? PodNameFiles(hosts: HostsFile.make(host: try host("/etc/hosts"), aliases: spec.hostAliases ?? []))
            : PodNameFiles(
                hosts: hosts(pod, names, neighbours),
                hostname: names.kernel + "\n")
        guard pod.needsResolver else { return files }
        var base = spec.dnsPolicy == "None" ? ResolverFile() : ResolverFile(parsing: try host("/etc/resolv.conf"))
        // Nobody answers on a pod's own loopback; where the host's resolver does, systemd has the list of those it asks.
        if pod.status?.addresses.isEmpty == false, spec.hostNetwork != true, base.isLocal {
            let real = ResolverFile(parsing: try host("/run/systemd/resolve/resolv.conf"))
            if !real.servers.isEmpty { base = real }
        }
        let (resolver, omissions) = ResolverFile.make(spec, host: base)
        files.resolver = resolver.text
        files.omissions = omissions
        return files
    }

    /// Of a pod with a network of its own; without a network that is its loopback device.
    static func hosts(_ pod: Pod, _ names: PodNames, _ neighbours: [Neighbour]) -> String {
        let addresses = pod.status?.addresses ?? []
        return HostsFile.make(
            names, addresses: addresses.isEmpty ? ["127.0.0.1"] : addresses, neighbours: neighbours,
            aliases: pod.spec.hostAliases ?? [])
    }

    /// A file of the host, as the operator left it; nothing when there is none. Blocks.
    static func readFromHost(_ path: String) throws(ContainerConfigError) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? handle.close() }  // nothing was written through it
        // Upstream's limit for resolv.conf is 10 MiB; no honest file comes near one.
        let limit = 1 << 20
        guard let data = try? handle.read(upToCount: limit + 1) else {
            throw ContainerConfigError(message: "the host's \(path) cannot be read")
        }
        guard data.count <= limit else {
            throw ContainerConfigError(message: "the host's \(path) is larger than \(limit) bytes")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
