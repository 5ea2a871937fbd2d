import Launch
import Linux
import Synchronization

/// The daemon's end of the connection of one who is attached.
final class AttachControl: Sendable {
    /// What the supervisor gave: descriptors that belong to whoever takes them.
    typealias Streams = [AttachedStreams: Int32]

    enum Answer: Sendable {
        case attached(Streams)
        case refused(AttachRefusal)
        /// The connection was closed instead.
        case none
    }

    private struct State {
        var token: UInt64?
        var incoming = FrameBuffer()
        /// In the order in which they came; their frames are in the same.
        var descriptors: [Int32] = []
        var streams: Streams = [:]
        var answer: Answer?
        var asker: CheckedContinuation<Answer, Never>?
        var end: AttachEnd?
        var waiters: [CheckedContinuation<AttachEnd, Never>] = []
        var input: WaitingDescriptor?
    }

    private let socket: OwnedDescriptor
    private let loop: ControlLoop
    private let state = Mutex(State())

    /// - Parameter socket: connected and not blocking.
    init(_ socket: consuming OwnedDescriptor, _ loop: ControlLoop) {
        self.socket = socket
        self.loop = loop
    }

    deinit {
        forget()
        state.withLock { state in
            for number in state.descriptors + state.streams.values { _ = OwnedDescriptor(owning: number) }
        }
    }

    /// Asks, and begins to listen.
    func open(_ request: Request) throws(SyscallError) {
        _ = try Sockets.send(socket, request.encoded)
        try state.withLock { state throws(SyscallError) in
            state.token = try loop.add(socket.raw) { [weak self] _ in self?.receive() }
        }
    }

    func send(_ request: Request) {
        // Short. Nobody there is nobody to tell.
        _ = try? Sockets.send(socket, request.encoded)
    }

    /// The streams are the caller's.
    func answer() async -> Answer {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state in
                if state.answer == nil { state.asker = continuation }
                return state.answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Nobody need wait to write into it when all is over.
    func finishes(_ input: WaitingDescriptor?) {
        let isOver = state.withLock { state in
            state.input = input
            return state.end != nil
        }
        if isOver { input?.finish() }
    }

    func wait() async -> AttachEnd {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiters.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    /// The supervisor sees that we are gone.
    func close() {
        end(.over)
        forget()
        Sockets.endSending(socket)
    }

    private func receive() {
        var reports: [AttachReport] = []
        var isOpen = true
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { buffer in
            do {
                var descriptor: Int32?
                guard let count = try Sockets.receive(socket, into: buffer, descriptor: &descriptor) else { return }
                isOpen = count > 0
                let (number, bytes) = (descriptor, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                reports = try state.withLock { state in
                    if let number { state.descriptors.append(number) }
                    state.incoming.append(bytes)
                    var reports: [AttachReport] = []
                    while let frame = try state.incoming.next() {
                        if AttachReport.isKnown(frame) { reports.append(try AttachReport(frame: frame)) }
                    }
                    return reports
                }
            } catch {
                isOpen = false
            }
        }
        for report in reports { take(report) }
        if !isOpen {
            answer(.none)
            end(.lost)
            forget()
        }
    }

    private func take(_ report: AttachReport) {
        switch report {
        case .stream(let stream):
            state.withLock { state in
                guard !state.descriptors.isEmpty, state.streams[stream] == nil else { return }
                state.streams[stream] = state.descriptors.removeFirst()
            }
        case .attached:
            let streams = state.withLock { state in
                defer { state.streams = [:] }
                return state.streams
            }
            answer(.attached(streams))
        case .refused(let refusal): answer(.refused(refusal))
        case .ended: end(.over)
        case .tooSlow: end(.tooSlow)
        }
    }

    private func answer(_ answer: Answer) {
        let asker = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            return state.asker.take()
        }
        asker?.resume(returning: answer)
    }

    private func end(_ end: AttachEnd) {
        let (waiters, input) = state.withLock {
            state -> ([CheckedContinuation<AttachEnd, Never>], WaitingDescriptor?) in
            guard state.end == nil else { return ([], nil) }
            state.end = end
            defer { state.waiters = [] }
            return (state.waiters, state.input)
        }
        for waiter in waiters { waiter.resume(returning: end) }
        input?.finish()
    }

    private func forget() {
        let token = state.withLock { $0.token.take() }
        if let token { loop.remove(socket.raw, token) }
    }
}
