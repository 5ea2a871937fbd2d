import Logging
import NIOCore

/// What a request comes with: where from, and where to tell of it.
struct ConnectionContext {
    let channel: any Channel
    let logger: Logger
}
