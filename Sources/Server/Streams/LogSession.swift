import Kube

/// Carries one log over one WebSocket.
struct LogSession: Sendable {
    let connection: UpgradedConnection
    let version: LogProtocol
    let log: HostServices.ByteStream
    /// Bytes; nil for all.
    let limit: Int?

    /// Until the log ends, the client goes, or the daemon does.
    func run(untilShutdown shutdown: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await carryOut() }
            group.addTask { await connection.listen { _ in } }
            group.addTask { await shutdown() }
            // Whichever is first.
            await group.next()
            group.cancelAll()
        }
        await connection.close()
    }

    private func carryOut() async {
        do {
            // Upstream's sign that the connection stands.
            try await connection.send(version.frame([]))
            var left = limit ?? .max
            for try await chunk in log where left > 0 {
                try await connection.send(version.frame(Array(chunk.prefix(left))))
                left -= min(left, chunk.count)
                if left == 0 { break }
            }
            try await connection.sendClose()
        } catch {
            // The client is gone, or the log cannot be read: either way there is nobody to be told in this protocol.
        }
    }
}
