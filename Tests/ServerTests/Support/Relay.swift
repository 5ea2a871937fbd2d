import NIOCore
import NIOPosix

/// Lets a client that only knows TCP talk to a unix socket: every connection to a port of 127.0.0.1 is carried on to it.
enum Relay {
    /// - Returns: the result of the body, which gets the port.
    static func run<T: Sendable>(
        to socket: String, _ body: @escaping @Sendable (Int) async throws -> T
    ) async throws -> T {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try wrap(channel) }
            }
        let port = server.channel.localAddress?.port ?? 0
        return try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask {
                try await server.executeThenClose { connections in
                    await withDiscardingTaskGroup { tasks in
                        do {
                            for try await client in connections {
                                // A connection that breaks is its client's business.
                                tasks.addTask { try? await carry(client, to: socket) }
                            }
                        } catch {}
                        tasks.cancelAll()
                    }
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await body(port)
        }
    }

    private static func wrap(_ channel: any Channel) throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try NIOAsyncChannel(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }

    private static func carry(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>, to socket: String) async throws {
        let server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: socket) { channel in
                channel.eventLoop.makeCompletedFuture { try wrap(channel) }
            }
        try await client.executeThenClose { fromClient, toClient in
            try await server.executeThenClose { fromServer, toServer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await chunk in fromClient { try await toServer.write(chunk) }
                    }
                    group.addTask {
                        for try await chunk in fromServer { try await toClient.write(chunk) }
                    }
                    // Either side that leaves takes the other with it.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }
}
