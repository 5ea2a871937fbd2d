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

    /// - Parameter host: reads a file of the host; called for those that are needed.
    static func make(_ pod: Pod, _ names: PodNames, host: (String) throws -> String) rethrows -> PodNameFiles {
        let spec = pod.spec
        var files =
            spec.hostNetwork == true
            ? PodNameFiles(hosts: HostsFile.make(host: try host("/etc/hosts"), aliases: spec.hostAliases ?? []))
            : PodNameFiles(
                // The pod's network is its loopback device.
                hosts: HostsFile.make(names, address: "127.0.0.1", aliases: spec.hostAliases ?? []),
                hostname: names.kernel + "\n")
        guard spec.needsResolver else { return files }
        let base = spec.dnsPolicy == "None" ? ResolverFile() : ResolverFile(parsing: try host("/etc/resolv.conf"))
        let (resolver, omissions) = ResolverFile.make(spec, host: base)
        files.resolver = resolver.text
        files.omissions = omissions
        return files
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
