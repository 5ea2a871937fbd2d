import Foundation
import Kube

/// The address by which others know this host, from what the kernel says of its routes (proc_net(5)).
enum HostAddress {
    /// The address on the interface of the default route; without one, of any interface; else the loopback address.
    static func current() -> String {
        // A kernel without these files has no network beside loopback.
        let routes = (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? ""
        let addresses = (try? String(contentsOfFile: "/proc/net/fib_trie", encoding: .utf8)) ?? ""
        return choose(routes: routes, addresses: addresses)
    }

    /// - Parameters:
    ///   - routes: `/proc/net/route`: interface, destination, gateway, …, mask, as hexadecimal words in the processor's
    ///     byte order.
    ///   - addresses: `/proc/net/fib_trie`: an address of the host is a leaf with the line `/32 host LOCAL` below it.
    static func choose(routes: String, addresses: String) -> String {
        let local = localAddresses(addresses).filter { $0 >> 24 != 127 }
        let table = routes.split(separator: "\n").dropFirst().compactMap(Route.init)
        if let way = table.first(where: { $0.destination == 0 && $0.mask == 0 }) {
            for network in table where network.interface == way.interface && network.mask != 0 {
                if let address = local.first(where: { $0 & network.mask == network.destination }) {
                    return IPAddress.text(address)
                }
            }
        }
        return local.first.map(IPAddress.text) ?? "127.0.0.1"
    }

    private struct Route {
        let interface: Substring
        let destination: UInt32
        let mask: UInt32

        init?(_ line: Substring) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 8, let destination = UInt32(words[1], radix: 16),
                let mask = UInt32(words[7], radix: 16)
            else { return nil }
            interface = words[0]
            self.destination = UInt32(bigEndian: destination)
            self.mask = UInt32(bigEndian: mask)
        }
    }

    private static func localAddresses(_ text: String) -> [UInt32] {
        var found: [UInt32] = []
        var leaf: UInt32?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "|--", words.count == 2 {
                leaf = IPAddress.number(String(words[1]))
            } else if let address = leaf, words == ["/32", "host", "LOCAL"], !found.contains(address) {
                found.append(address)
            }
        }
        return found
    }
}
