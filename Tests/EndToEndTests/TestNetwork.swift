import Foundation
import TestSupport

/// A host of its own for a daemon, as far as the network goes: a namespace in which bridge, addresses and packet filter are
/// made and vanish again, with a neighbour outside. What scripts/setup-network configures is what pods get.
///
///     outside 192.0.2.2 ---- 192.0.2.1 host (the daemon) stint0 10.85.7.1 ---- pods 10.85.7.0/24
struct TestNetwork: Sendable {
    static let hostAddress = "192.0.2.1"
    static let outsideAddress = "192.0.2.2"
    static let gateway = "10.85.7.1"

    /// What runs a command in the daemon's namespace.
    let prefix: [String]
    let outsidePrefix: [String]
    let configurations: String
    private let addressDirectory: String

    /// Why it cannot be had here; nil when it can. The kernel of the guest has neither bridges nor address translation
    /// built in.
    static let whyNone: String? = {
        if let reason = Project.whyNoContainers { return reason }
        guard FileManager.default.isExecutableFile(atPath: "/usr/lib/cni/bridge") else {
            return "no CNI plugins: scripts/test installs them"
        }
        let trial = """
            unshare -n sh -c 'ip link add name trial0 type bridge && ip link add name trial1 type veth peer name trial2 \
            && iptables -t nat -A POSTROUTING -m comment --comment x -j MASQUERADE' >/dev/null 2>&1
            """
        return system(trial) == 0 ? nil : "this kernel has no bridges, pairs of devices or address translation"
    }()

    static func run(_ body: (TestNetwork) async throws -> Void) async throws {
        try await Scope.run { scope in try await body(try await TestNetwork(scope)) }
    }

    private init(_ scope: Scope) async throws {
        let (host, outside) = ("\(scope.directory)/host", "\(scope.directory)/outside")
        configurations = "\(scope.directory)/net.d"
        addressDirectory = "\(scope.directory)/addresses/stint"
        prefix = ["nsenter", "--net=\(host)"]
        outsidePrefix = ["nsenter", "--net=\(outside)"]
        scope.cleanUp {
            for path in [host, outside] { _ = try? await runCommand(["umount", path], in: scope) }
        }
        let script = """
            set -e
            touch \(host) \(outside)
            unshare --net=\(outside) ip link set lo up
            unshare --net=\(host) ip link set lo up
            nsenter --net=\(host) ip link add name uplink type veth peer name downlink
            nsenter --net=\(host) ip link set dev downlink netns \(outside)
            nsenter --net=\(host) ip addr add \(Self.hostAddress)/24 dev uplink
            nsenter --net=\(host) ip link set dev uplink up
            nsenter --net=\(host) ip route add default via \(Self.outsideAddress)
            nsenter --net=\(outside) ip addr add \(Self.outsideAddress)/24 dev downlink
            nsenter --net=\(outside) ip link set dev downlink up
            cd \(Project.root)
            nsenter --net=\(host) scripts/setup-network --subnet 10.85.7.0/24 --conf-dir \(configurations) \
                --data-dir \(scope.directory)/addresses
            """
        let result = try await runCommand(["bash", "-c", script], in: scope)
        guard result.exitCode == 0 else { throw CommandFailure(command: ["bash", "-c", script], result: result) }
    }

    /// Addresses that pods have, as the plugin that gives them out knows it.
    var takenAddresses: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: addressDirectory)) ?? []
        return names.filter { $0.first?.isNumber == true }.sorted()
    }
}
