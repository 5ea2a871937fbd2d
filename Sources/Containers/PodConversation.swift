import Linux

/// Both directions of a TCP connection into a pod. Letting go of it closes it.
public final class PodConversation: Sendable {
    public let output: ExecOutput
    public let input: ExecInput

    init(_ socket: consuming OwnedDescriptor, _ loop: ControlLoop) throws(SyscallError) {
        // A number each for reading and writing, because one number is waited for in one way only.
        input = ExecInput(end: try WaitingDescriptor(socket.duplicate(), loop, writing: true))
        output = ExecOutput(end: try WaitingDescriptor(socket, loop, writing: false))
    }

    /// Nothing more is said; the other side may go on.
    public func endInput() { _ = input.end.with { Sockets.endSending($0) } }

    public func close() {
        input.end.close()
        output.end.close()
    }
}

extension ContainerHost {
    /// Connects to a port of a pod's own loopback, from inside its network: version 4 first, as the runtimes of a cluster do.
    public func converse(
        uid: String, container: String, port: Int
    ) async throws(ConnectFailure) -> PodConversation {
        let connection: PodConnection
        do throws(ConnectFailure) {
            connection = try await connect(uid: uid, container: container, host: "127.0.0.1", port: port)
        } catch {
            guard case .refused = error,
                let other = try? await connect(uid: uid, container: container, host: "::1", port: port)
            else { throw error }
            connection = other
        }
        guard let number = connection.take() else { throw .cancelled }
        do throws(SyscallError) { return try PodConversation(OwnedDescriptor(owning: number), loop) } catch {
            throw .refused(error.errno.reason)
        }
    }
}
