import Synchronization

/// Where the TLS listeners really listen, once they do: the port is only known then.
final class BoundAddresses: Sendable {
    private let list = Mutex<[TCPAddress]>([])

    var addresses: [TCPAddress] {
        get { list.withLock { $0 } }
        set { list.withLock { $0 = newValue } }
    }
}
