import Foundation
import NIOCore
import SwiftASN1
import X509

/// What the server may be called: the names of its certificate, and the values of `Host` it answers to.
struct ServerNames: Equatable, Sendable {
    /// Lower case.
    let hostNames: Set<String>
    let addresses: Set<String>

    private static let alwaysHostNames = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"]
    private static let alwaysAddresses = ["127.0.0.1", "::1"]

    /// - Parameters:
    ///   - hostName: of this host; left out when it is no name that can stand in a certificate.
    ///   - listening: the hosts of `--listen`: names or addresses.
    ///   - interfaces: the addresses of this host, for a `--listen` that means all of them.
    init(hostName: String?, listening: [String], interfaces: () -> [String] = ServerNames.interfaceAddresses) {
        var hostNames = Set(Self.alwaysHostNames)
        var addresses = Set(Self.alwaysAddresses)
        if let hostName, Self.isName(hostName) { hostNames.insert(hostName.lowercased()) }
        for host in listening {
            if Self.isWildcard(host) {
                addresses.formUnion(interfaces().compactMap(Self.normalized))
            } else if let address = Self.normalized(host) {
                addresses.insert(address)
            } else {
                hostNames.insert(host.lowercased())
            }
        }
        self.hostNames = hostNames
        self.addresses = addresses
    }

    /// The kernel's name for this host. Not through Foundation, which would ask the name servers.
    static var thisHost: String? {
        // No /proc, no name.
        let text = try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func interfaceAddresses() -> [String] {
        // A host that does not tell its addresses has those we always add.
        ((try? System.enumerateDevices()) ?? []).compactMap { $0.address?.ipAddress }
    }

    static func isWildcard(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }

    /// The one text of an address, so that `::1` and `0:0:0:0:0:0:0:1` are the same; nil for what is no address.
    static func normalized(_ host: String) -> String? {
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return nil }  // a name, then
        return address.ipAddress
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }

    /// Whether a `Host` header names us, with any port: `127.0.0.1:6443`, `[::1]:6443`, `localhost`.
    func contains(authority: String) -> Bool {
        guard let host = Self.host(of: authority) else { return false }
        if let address = Self.normalized(host) { return addresses.contains(address) }
        return hostNames.contains(host.lowercased())
    }

    /// Without the port; nil when there is more in it than a host and a port.
    static func host(of authority: String) -> String? {
        var host = authority[...]
        var port: Substring?
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            host = host[host.index(after: host.startIndex)..<end]
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        if let port { guard UInt16(port) != nil else { return nil } }
        return host.isEmpty ? nil : String(host)
    }

    var generalNames: [GeneralName] {
        hostNames.sorted().map { .dnsName($0) }
            + addresses.sorted().compactMap { Self.bytes(of: $0).map { .ipAddress($0) } }
    }

    /// As a certificate has it: four bytes, or sixteen.
    private static func bytes(of address: String) -> ASN1OctetString? {
        guard let address = try? SocketAddress(ipAddress: address, port: 0) else { return nil }  // was one before
        return switch address {
        case .v4(let address):
            ASN1OctetString(contentBytes: withUnsafeBytes(of: address.address.sin_addr) { Array($0)[...] })
        case .v6(let address):
            ASN1OctetString(contentBytes: withUnsafeBytes(of: address.address.sin6_addr) { Array($0)[...] })
        case .unixDomainSocket: nil
        }
    }

    /// Whether a certificate is good for all of these names.
    func areCovered(by certificate: Certificate) -> Bool {
        // A certificate without names, or with ones we cannot read, covers nothing.
        guard let names = try? certificate.extensions.subjectAlternativeNames else { return false }
        return Set(generalNames).isSubset(of: Set(names))
    }
}
