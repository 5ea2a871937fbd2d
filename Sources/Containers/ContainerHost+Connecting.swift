import Foundation
import Linux
import Synchronization

/// Why there is no connection.
public enum ConnectFailure: Error, Sendable, Equatable {
    /// The container does not run.
    case notRunning
    case unknownHost(String)
    /// In the kernel's words.
    case refused(String)
    /// The task was cancelled first.
    case cancelled
}

/// A TCP connection that nobody has read from or written to.
public final class PodConnection: Sendable {
    private let socket: Mutex<Int32?>

    init(owning socket: Int32) { self.socket = Mutex(socket) }

    deinit {
        if let socket = take() { _ = OwnedDescriptor(owning: socket) }
    }

    /// The descriptor, which does not block, for whoever closes it from now on; nil when somebody has it already.
    public func take() -> Int32? { socket.withLock { $0.take() } }
}

extension ContainerHost {
    /// Connects from inside a container's network, so that what is asked there reaches only what the container can.
    ///
    /// A socket belongs for ever to the network namespace in which it was made. So a thread of its own enters that
    /// namespace, makes the socket, sends it on its way and ends; no other thread of the daemon ever leaves the host's.
    ///
    /// - Parameter host: an address, or a name as this host resolves it.
    public func connect(
        uid: String, container: String, host: String, port: Int
    ) async throws(ConnectFailure) -> PodConnection {
        let number = try await awayFromThePool { () throws(ConnectFailure) in
            guard let port = UInt16(exactly: port),
                let address = NetworkAddress(literal: host, port: port) ?? NetworkAddress.lookUp(host, port: port)
            else { throw .unknownHost(host) }
            return try self.beginConnecting(uid, container, to: address)
        }
        let waiting: WaitingDescriptor
        do throws(SyscallError) {
            waiting = try WaitingDescriptor(OwnedDescriptor(owning: number), loop, writing: true)
            while true {
                // Looked at before each wait: what happened before it is not told again.
                let hasArrived = try waiting.with { socket throws(SyscallError) in
                    try Sockets.isConnected(socket.raw)
                }
                if hasArrived != false || Task.isCancelled { break }
                await waiting.wait()
            }
        } catch { throw .refused(error.errno.reason) }
        guard !Task.isCancelled, let socket = waiting.release() else { throw .cancelled }
        return PodConnection(owning: socket)
    }

    private func beginConnecting(
        _ uid: String, _ container: String, to address: NetworkAddress
    ) throws(ConnectFailure) -> Int32 {
        do throws(SyscallError) {
            guard let group = cgroups.pod(uid: uid)?.container(name: container),
                let processID = firstProcesses.process(uid, container),
                let process = try FirstProcesses.open(processID, in: group)
            else { throw SyscallError(call: "pidfd_open", target: container, errno: .noSuchProcess) }
            return try onThreadOfItsOwn(holding: process.release()) { process throws(SyscallError) in
                try Processes.join(.network, of: process)
                return try Sockets.beginConnecting(to: address).release()
            }
        } catch {
            throw error.errno == .noSuchProcess ? .notRunning : .refused(error.errno.reason)
        }
    }
}

/// Runs what takes microseconds on a thread that nobody uses before or after, and waits for it.
///
/// - Parameter number: a descriptor that the thread owns.
private func onThreadOfItsOwn(
    holding number: Int32, _ body: @escaping @Sendable (borrowing OwnedDescriptor) throws(SyscallError) -> Int32
) throws(SyscallError) -> Int32 {
    final class Answer: Sendable {
        let result = Mutex<Result<Int32, SyscallError>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }
    let answer = Answer()
    let thread = Thread {
        let descriptor = OwnedDescriptor(owning: number)
        let result: Result<Int32, SyscallError>
        do throws(SyscallError) { result = .success(try body(descriptor)) } catch { result = .failure(error) }
        answer.result.withLock { $0 = result }
        answer.isThere.signal()
    }
    thread.stackSize = 256 << 10
    thread.start()
    answer.isThere.wait()
    guard let result = answer.result.withLock({ $0 }) else { preconditionFailure("a thread ended without an answer") }
    return try result.get()
}
