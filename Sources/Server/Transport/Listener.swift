import HummingbirdCore
import Logging
import NIOCore

/// Where the API is offered, to whom, and how they prove who they are.
public struct Listener: Sendable {
    enum Address: Equatable, Sendable {
        case unixSocket(path: String)
        case tcp(host: String, port: Int)
    }

    let address: Address
    /// Certificates for TLS; nil for a listener that does without.
    var pki: HostPKI?
    /// User ids that may connect; nil for listeners that authenticate otherwise.
    let allowedUsers: Set<UInt32>?
    /// Who everybody here is; nil where each connection proves that itself.
    let identity: Identity?
    var limits = ConnectionGuard.Limits()
    /// More wait in the kernel's queue.
    var maximumConnections = 4096

    /// A socket for root on this host. The daemon keeps it in a directory nobody else can enter; the file gets mode
    /// 0600, and peer credentials decide.
    public static func unixSocket(path: String) -> Listener {
        Listener(address: .unixSocket(path: path), allowedUsers: [0], identity: .root)
    }

    /// TLS with client certificates of our own authority. Port 0 is one that is free.
    public static func tls(_ address: TCPAddress, _ pki: HostPKI) -> Listener {
        Listener(address: .tcp(host: address.host, port: address.port), pki: pki, allowedUsers: nil, identity: nil)
    }

    func configuration(logger: Logger) -> ServerConfiguration {
        let bindAddress: BindAddress =
            switch address {
            case .unixSocket(let path): .unixDomainSocket(path: path)
            case .tcp(let host, let port): .hostname(host, port: port)
            }
        return ServerConfiguration(
            address: bindAddress,
            availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections, logger: logger))
    }

    /// Whether a request may be answered, by its head alone: the `Host` we are known by, and no browser page behind it.
    /// On a socket that browsers cannot reach any host will do.
    func admits(host: String?, origin: String?) -> Bool {
        if origin != nil { return false }
        guard let pki else { return true }
        return host.map(pki.names.contains(authority:)) ?? false
    }
}

/// `HOST:PORT`, with brackets around an IPv6 address.
public struct TCPAddress: Hashable, Sendable, CustomStringConvertible {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Nil for anything but a host and a port of it.
    public init?(parsing text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            let host = ServerNames.host(of: text), !host.contains(where: \.isWhitespace), !host.contains("/")
        else { return nil }
        guard text.hasPrefix("[") == (host.contains(":")) else { return nil }
        self.init(host: host, port: Int(port))
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
