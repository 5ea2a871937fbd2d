import Linux
import Synchronization

/// A descriptor that never blocks, and one task that waits until something can be done with it.
///
/// Nothing is read before somebody asks, and nothing is kept: a reader that is slow makes the pipe full and the command
/// wait, which is all the buffering there is.
final class WaitingDescriptor: Sendable {
    private struct State: ~Copyable {
        var descriptor: OwnedDescriptor?
        var waiter: CheckedContinuation<Void, Never>?
        /// Of the loop, while it is asked to tell.
        var token: UInt64?
        /// Nobody waits any more: what is not there now does not come.
        var isOver = false
    }

    private let state: Mutex<State>
    private let loop: ControlLoop
    private let isWriter: Bool

    init(_ descriptor: consuming OwnedDescriptor, _ loop: ControlLoop, writing: Bool) throws(SyscallError) {
        try descriptor.setNonBlocking()
        state = Mutex(State(descriptor: consume descriptor))
        self.loop = loop
        isWriter = writing
    }

    deinit { close() }

    /// Of a terminal, in characters. One that is closed has no size.
    func resize(columns: UInt16, rows: UInt16) {
        _ = try? with { terminal throws(SyscallError) in
            try Terminals.resize(terminal, columns: columns, rows: rows)
        }
    }

    /// What the body says of the open descriptor; nil when it is closed.
    func with<R: Sendable, E>(_ body: (borrowing OwnedDescriptor) throws(E) -> R) throws(E) -> R? {
        let result: Result<R, E>? = state.withLock { state in
            switch state.descriptor {
            case .some(let descriptor):
                do throws(E) { return .success(try body(descriptor)) } catch { return .failure(error) }
            case .none: return nil
            }
        }
        return try result?.get()
    }

    var isOver: Bool { state.withLock { $0.isOver || $0.descriptor == nil } }

    /// Until there may be something to do. Ends early when the task is cancelled, or nobody is to wait any more.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state -> Bool in
                    guard !state.isOver, !Task.isCancelled, let number = Self.number(state.descriptor) else {
                        return false
                    }
                    precondition(state.waiter == nil, "one task reads a stream")
                    do throws(SyscallError) {
                        let token = try loop.add(number) { [weak self] _ in self?.wake() }
                        state.token = token
                        if isWriter { try loop.wantRoom(number, token, true) }
                    } catch {
                        return false
                    }
                    state.waiter = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }

    private func wake() {
        let waiter = state.withLock { Self.takeWaiter(&$0, loop) }
        waiter?.resume()
    }

    /// No further waiting. What is there can still be read.
    func finish() {
        let waiter = state.withLock { state in
            state.isOver = true
            return Self.takeWaiter(&state, loop)
        }
        waiter?.resume()
    }

    /// The number, which the caller closes; nil when it is closed.
    func release() -> Int32? {
        let (waiter, number) = state.withLock { state in
            let waiter = Self.takeWaiter(&state, loop)
            let descriptor = state.descriptor.take()
            return (waiter, Self.release(descriptor))
        }
        waiter?.resume()
        return number
    }

    private static func release(_ descriptor: consuming OwnedDescriptor?) -> Int32? {
        switch consume descriptor {
        case .some(let descriptor): descriptor.release()
        case .none: nil
        }
    }

    func close() {
        let waiter = state.withLock { state in
            let waiter = Self.takeWaiter(&state, loop)
            state.descriptor = nil
            return waiter
        }
        waiter?.resume()
    }

    private static func takeWaiter(_ state: inout State, _ loop: ControlLoop) -> CheckedContinuation<Void, Never>? {
        if let token = state.token, let number = number(state.descriptor) { loop.remove(number, token) }
        state.token = nil
        return state.waiter.take()
    }

    private static func number(_ descriptor: borrowing OwnedDescriptor?) -> Int32? {
        switch descriptor {
        case .some(let descriptor): descriptor.raw
        case .none: nil
        }
    }
}

/// What a command writes, read as it is asked for. For one consumer.
public struct ExecOutput: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    let end: WaitingDescriptor

    /// As much as a pipe holds.
    static let chunkBytes = 65_536

    public struct AsyncIterator: AsyncIteratorProtocol {
        let end: WaitingDescriptor

        /// Nil when the command has ended and all it wrote was read, or the task was cancelled. What others that hold
        /// the pipe write after the command's end is not waited for.
        public mutating func next() async -> [UInt8]? {
            while !Task.isCancelled {
                // Before the look: what was written before the end is there then.
                let isOver = end.isOver
                switch read() {
                case .bytes(let bytes): return bytes
                case .end: return nil
                case .nothing:
                    if isOver { return nil }
                    await end.wait()
                }
            }
            return nil
        }

        private enum Outcome { case bytes([UInt8]), nothing, end }

        private func read() -> Outcome {
            let outcome = end.with { descriptor -> Outcome in
                do {
                    var count: Int?
                    let bytes = try [UInt8](unsafeUninitializedCapacity: ExecOutput.chunkBytes) { buffer, used in
                        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                        used = count ?? 0
                    }
                    guard let count else { return .nothing }
                    return count == 0 ? .end : .bytes(bytes)
                } catch {
                    // EIO is how a terminal says that its inner end is closed everywhere.
                    return .end
                }
            }
            return outcome ?? .end
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(end: end) }
}

/// What a command reads.
public struct ExecInput: Sendable {
    let end: WaitingDescriptor

    /// Returns when the command, or the pipe to it, has taken everything.
    ///
    /// - Returns: false when it reads no more.
    @discardableResult
    public func write(_ bytes: [UInt8]) async -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            if Task.isCancelled || end.isOver { return false }
            let written = end.with { descriptor -> Int? in
                // Whatever the error is, nobody reads any more.
                do { return try rest.withUnsafeBytes { try descriptor.write($0) } ?? 0 } catch { return nil }
            }
            guard let written, let count = written else { return false }
            rest = rest.dropFirst(count)
            if count == 0 { await end.wait() }
        }
        return true
    }

    /// The command sees the end of its input. A terminal has none; there a person types ^D.
    public func close() { end.close() }
}
