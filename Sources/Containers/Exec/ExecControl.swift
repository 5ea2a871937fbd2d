import Launch
import Linux
import Synchronization

/// The daemon's end of the conversation with `stint-init exec`.
final class ExecControl: Sendable {
    private let socket: OwnedDescriptor
    private let loop: ControlLoop
    private let state: Mutex<State>
    private let take: @Sendable (ExecReport?, Int32?) -> Void

    private struct State {
        var token: UInt64?
        var incoming = FrameBuffer()
        var outgoing: [UInt8]
    }

    /// - Parameters:
    ///   - socket: connected and not blocking.
    ///   - take: every report, in order, with the descriptor that came with it; nil once, at the end.
    init(
        _ socket: consuming OwnedDescriptor, _ launch: ExecLaunch, _ loop: ControlLoop,
        take: @escaping @Sendable (ExecReport?, Int32?) -> Void
    ) {
        self.socket = socket
        self.loop = loop
        self.take = take
        state = Mutex(State(outgoing: launch.encoded))
    }

    deinit { forget() }

    /// Holds on to itself until the other side is gone.
    func open() throws(SyscallError) {
        try state.withLock { state throws(SyscallError) in
            state.token = try loop.add(socket.raw) { event in self.handle(event) }
            try send(&state)
        }
    }

    /// The command is to go.
    func close() { Sockets.endSending(socket) }

    private func handle(_ event: Poller.Event) {
        // A broken connection is noticed by the reader.
        if event.writable { state.withLock { state in try? send(&state) } }
        guard event.readable || event.ended else { return }
        if !receive() {
            forget()
            take(nil, nil)
        }
    }

    private func send(_ state: inout State) throws(SyscallError) {
        while !state.outgoing.isEmpty {
            guard let count = try Sockets.send(socket, state.outgoing) else { break }
            state.outgoing.removeFirst(count)
        }
        if let token = state.token { try loop.wantRoom(socket.raw, token, !state.outgoing.isEmpty) }
    }

    /// False at the end.
    private func receive() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            do {
                var descriptor: Int32?
                guard let count = try Sockets.receive(socket, into: buffer, descriptor: &descriptor) else {
                    return true
                }
                let reports = try state.withLock { state in
                    state.incoming.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    var reports: [ExecReport] = []
                    while let frame = try state.incoming.next() { reports.append(try ExecReport(frame: frame)) }
                    return reports
                }
                if reports.isEmpty, let descriptor { _ = OwnedDescriptor(owning: descriptor) }
                for (number, report) in reports.enumerated() { take(report, number == 0 ? descriptor : nil) }
                return count > 0
            } catch {
                return false
            }
        }
    }

    private func forget() {
        let token = state.withLock { $0.token.take() }
        if let token { loop.remove(socket.raw, token) }
    }
}

/// How many commands run on this host because somebody asked for them. Each costs the daemon a process and a few
/// descriptors.
final class CommandCount: Sendable {
    static let limit = 256
    private let count = Mutex(0)
    private let numbers = Mutex(0)
    private let left = Mutex<[CommandGroup]>([])

    /// False when there are too many.
    func begin(_ plan: ExecPlan) -> Bool {
        guard plan.isAskedFor else { return true }
        return count.withLock { count in
            guard count < Self.limit else { return false }
            count += 1
            return true
        }
    }

    func end(_ plan: ExecPlan, _ group: CommandGroup?) {
        if plan.isAskedFor { count.withLock { $0 -= 1 } }
        if let group, !group.remove() { left.withLock { $0.append(group) } }
    }

    /// Removes groups in which something ran on, or was not quite dead yet. Each that stays has a process in it, and of
    /// those a pod has a limited number.
    func sweep() {
        let groups = left.withLock { groups in
            defer { groups = [] }
            return groups
        }
        guard !groups.isEmpty else { return }
        let occupied = groups.filter { !$0.remove() }
        left.withLock { $0 += occupied }
    }

    /// For names; none twice in a daemon's life.
    func nextNumber() -> Int {
        numbers.withLock { number in
            number += 1
            return number
        }
    }
}
