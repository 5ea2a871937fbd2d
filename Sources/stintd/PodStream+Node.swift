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
    /// A container's own program as the server sees it. Letting go of it ends nothing else.
    ///
    /// - Parameter endsInput: the end of this client's input is the end of the program's (`stdinOnce`, without a
    ///   terminal). Otherwise it means that the client wants no more, as with the runtimes of a cluster.
    init(_ session: NodeAgent.AttachedSession, endsInput: Bool) {
        self.init(
            nextOutput: {
                var iterator = session.output?.makeAsyncIterator()
                return await iterator?.next() ?? nil
            },
            nextErrors: {
                var iterator = session.errors?.makeAsyncIterator()
                return await iterator?.next() ?? nil
            },
            write: { await session.input?.write($0) },
            closeInput: {
                guard session.input != nil else { return }
                if endsInput { session.endInput() } else { session.detach() }
            },
            resize: { session.resize(columns: $0.width, rows: $0.height) },
            wait: { await session.wait().status },
            end: { session.detach() })
    }
}

extension PodSocket {
    init(_ connection: NodeAgent.ForwardedConnection) {
        self.init(
            next: {
                var iterator = connection.output.makeAsyncIterator()
                return await iterator.next()
            },
            write: { await connection.input.write($0) },
            endWriting: { connection.endInput() },
            close: { connection.close() })
    }
}
