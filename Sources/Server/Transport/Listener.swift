import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Where the API is offered, and to whom. Today only a unix socket; a TLS listener becomes another case with its own
/// channel, its allowed hosts and its way to authenticate.
public struct Listener: Sendable {
    enum Address: Sendable { case unixSocket(path: String) }

    let address: Address
    /// Values of `Host` that are answered; nil for all, which only a socket that browsers cannot reach may say.
    let allowedHosts: Set<String>?
    /// User ids that may connect; nil for listeners that authenticate otherwise.
    let allowedUsers: Set<UInt32>?
    var limits = ConnectionGuard.Limits()
    /// More wait in the kernel's queue.
    var maximumConnections = 4096

    /// A socket for root on this host. The daemon keeps it in a directory nobody else can enter; the file gets mode
    /// 0600, and peer credentials decide.
    public static func unixSocket(path: String) -> Listener {
        Listener(address: .unixSocket(path: path), allowedHosts: nil, allowedUsers: [0])
    }

    func server(logger: Logger) -> HTTPServerBuilder {
        let (limits, users) = (limits, allowedUsers)
        return .http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionGuard(limits: limits, allowedUsers: users, logger: logger)
                ]))
    }

    func configuration(logger: Logger) -> ServerConfiguration {
        let bindAddress: BindAddress =
            switch address {
            case .unixSocket(let path): .unixDomainSocket(path: path)
            }
        return ServerConfiguration(
            address: bindAddress,
            availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections, logger: logger))
    }

    /// Whether a request may be answered, by its head alone: the `Host` we are known by, and no browser page behind it.
    func admits(host: String?, origin: String?) -> Bool {
        if origin != nil { return false }
        guard let allowedHosts else { return true }
        guard let host else { return false }
        return allowedHosts.contains(host.lowercased())
    }
}
