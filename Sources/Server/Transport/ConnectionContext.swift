import Logging
import NIOCore

/// What a request comes with: where from, from whom, and where to tell of it.
struct ConnectionContext {
    let channel: any Channel
    /// Nil for a client that proved nothing.
    let identity: Identity?
    let logger: Logger
}
