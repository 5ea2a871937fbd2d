import Node
import Server

extension PodStream {
    /// A command as the server sees it. The closures are all that holds the session, which goes with them.
    init(_ session: NodeAgent.CommandSession, command: [String]) {
        self.init(
            nextOutput: {
                var iterator = session.output.makeAsyncIterator()
                return await iterator.next()
            },
            nextErrors: {
                var iterator = session.errors?.makeAsyncIterator()
                return await iterator?.next() ?? nil
            },
            write: { await session.input?.write($0) },
            closeInput: {
                // A terminal has no end of input but the one that is typed.
                if session.errors != nil { session.input?.close() }
            },
            resize: { session.resize(columns: $0.width, rows: $0.height) },
            wait: { await session.wait().status(of: command) },
            end: { session.kill() })
    }
}

extension PodStream {
    /// What a container's own program writes. Who only looks on ends nothing by going.
    init(output: NodeAgent.AttachedOutput, errors: NodeAgent.AttachedOutput) {
        @Sendable func next(_ stream: NodeAgent.AttachedOutput) async -> [UInt8]? {
            var iterator = stream.makeAsyncIterator()
            // A log that cannot be read any more has no more to show.
            return try? await iterator.next()
        }
        self.init(watching: { await next(output) }, errors: { await next(errors) })
    }
}
