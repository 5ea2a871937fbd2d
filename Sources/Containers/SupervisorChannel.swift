import Launch
import Linux
import Synchronization

/// The daemon's end of the conversation with one supervisor.
final class SupervisorChannel: Sendable {
    private let socket: OwnedDescriptor
    private let loop: ControlLoop
    private let state: Mutex<State>

    private struct State {
        var token: UInt64?
        var incoming = FrameBuffer()
        var outgoing: [UInt8] = []
        var closed = false
    }

    /// - Parameter socket: connected and not blocking.
    init(_ socket: consuming OwnedDescriptor, _ loop: ControlLoop) throws(SyscallError) {
        self.socket = socket
        self.loop = loop
        state = Mutex(State())
    }

    deinit { close() }

    /// Waits for what a supervisor says first that was asked to. Before anybody listens; blocks.
    ///
    /// - Returns: nil of one that ended, or had nothing to say in time.
    func waitForNamespaces(milliseconds: Int) throws(SyscallError) -> NamespacesNotice? {
        let end = Clocks.bootNanoseconds + Int64(milliseconds) * 1_000_000
        var frames = FrameBuffer()
        while true {
            // What is not the notice is nothing that can come from a supervisor of this version.
            if let frame = try? frames.next() { return try? NamespacesNotice(frame: frame) }
            let left = Int((end - Clocks.bootNanoseconds) / 1_000_000)
            guard left > 0, try Waiting.untilReadable(socket, milliseconds: left) else { return nil }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
            defer { buffer.deallocate() }
            guard let count = try socket.read(into: buffer) else { continue }
            guard count > 0 else { return nil }
            frames.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Starts to listen. Reports come in order; `ended` once, after the last of them.
    func open(
        _ report: @escaping @Sendable (Report) -> Void, ended: @escaping @Sendable () -> Void
    ) throws(SyscallError) {
        let token = try loop.add(socket.raw) { [weak self] event in
            guard let self else { return }
            if event.writable { self.flush() }
            guard event.readable || event.ended else { return }
            if !self.receive(report) {
                self.close()
                ended()
            }
        }
        state.withLock { $0.token = token }
        flush()
    }

    /// False when nobody is there to hear it.
    @discardableResult
    func send(_ request: Request) -> Bool {
        state.withLock { state in
            guard !state.closed else { return false }
            state.outgoing += request.encoded
            // A broken connection is noticed by the reader.
            return (try? send(&state)) != nil
        }
    }

    private func flush() { state.withLock { state in _ = try? send(&state) } }

    private func send(_ state: inout State) throws(SyscallError) {
        while !state.outgoing.isEmpty {
            guard let count = try Sockets.send(socket, state.outgoing) else { break }
            state.outgoing.removeFirst(count)
        }
        if let token = state.token { try loop.wantRoom(socket.raw, token, !state.outgoing.isEmpty) }
    }

    /// False at the end.
    private func receive(_ report: (Report) -> Void) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { buffer in
            do {
                guard let count = try socket.read(into: buffer) else { return true }
                guard count > 0 else { return false }
                var reports: [Report] = []
                try state.withLock { state in
                    state.incoming.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    while let frame = try state.incoming.next() {
                        if Report.isKnown(frame) { reports.append(try Report(frame: frame)) }
                    }
                }
                for item in reports { report(item) }
                return true
            } catch {
                return false
            }
        }
    }

    private func close() {
        let token = state.withLock { state in
            state.closed = true
            defer { state.token = nil }
            return state.token
        }
        if let token { loop.remove(socket.raw, token) }
    }
}
