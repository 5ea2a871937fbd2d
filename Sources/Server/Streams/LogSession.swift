import Kube

/// Carries one log over one WebSocket.
struct LogSession: Sendable {
    let messages: WebSocketMessages
    let version: LogProtocol
    let log: HostServices.ByteStream
    /// Bytes; nil for all.
    let limit: Int?

    /// Until the log ends, the client goes, or the daemon does.
    func run(untilShutdown shutdown: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await carryOut() }
            group.addTask { while await messages.next() != nil {} }
            group.addTask { await shutdown() }
            // Whichever is first.
            await group.next()
            group.cancelAll()
        }
        await messages.close()
    }

    private func carryOut() async {
        do {
            // Upstream's sign that the connection stands.
            try await messages.send(version.frame([]))
            var left = limit ?? .max
            for try await chunk in log where left > 0 {
                try await messages.send(version.frame(Array(chunk.prefix(left))))
                left -= min(left, chunk.count)
                if left == 0 { break }
            }
            try await messages.sayGoodbye()
        } catch {
            // The client is gone, or the log cannot be read: either way there is nobody to be told in this protocol.
        }
    }
}
