import NIOCore

/// Who is at the other end of a unix socket, as the kernel says (`SO_PEERCRED`, unix(7)).
enum PeerCredentials {
    /// The kernel's `struct ucred`.
    private struct Credentials: Sendable {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// `SO_PEERCRED` of Linux on every architecture we build for; here because only the module `Linux` sees libc.
    private static let peerCredentials = NIOBSDSocket.Option(rawValue: 17)

    /// The user id of the peer, or nil when the channel is not a socket that knows. Call on the channel's event loop.
    static func user(of channel: any Channel) -> UInt32? {
        guard let socket = channel as? any SocketOptionProvider else { return nil }
        let found: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
            level: .socket, name: peerCredentials)
        // On its own event loop the socket answers at once.
        var user: UInt32?
        found.assumeIsolated().whenSuccess { user = $0.user }
        return user
    }
}
