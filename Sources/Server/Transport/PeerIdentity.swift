import Synchronization

/// Who is at the other end of one connection: known from the start on a unix socket, after the handshake with TLS. Nil is
/// somebody who proved nothing.
final class PeerIdentity: Sendable {
    private let identity: Mutex<Identity?>

    init(_ identity: Identity? = nil) { self.identity = Mutex(identity) }

    var current: Identity? {
        get { identity.withLock { $0 } }
        set { identity.withLock { $0 = newValue } }
    }
}
