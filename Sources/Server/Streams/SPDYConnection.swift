import Kube
import NIOCore
import Synchronization

/// The server's side of a SPDY/3.1 connection: the client opens streams, which are all taken, and both sides write on
/// them. Pings are answered here.
final class SPDYConnection: Sendable {
    enum Event: Equatable, Sendable {
        case opened(stream: UInt32, headers: [String: String], isLast: Bool)
        case data(stream: UInt32, [UInt8], isLast: Bool)
        case reset(stream: UInt32)
    }

    private struct State: ~Copyable {
        var reader = SPDYReader()
        let expander = SPDYExpander()
        var storer = SPDYStorer()
    }

    private let carrier: any ByteCarrier
    private let state = Mutex(State())

    init(_ carrier: any ByteCarrier) { self.carrier = carrier }

    /// What the client does next; nil when it does nothing more, or nonsense. For one task.
    func next() async -> Event? {
        while true {
            do {
                while let frame = try nextFrame() {
                    if let event = try await take(frame) { return event }
                    if frame == .goAway { return nil }
                }
            } catch {
                return nil
            }
            guard let chunk = await carrier.next() else { return nil }
            state.withLock { $0.reader.append(chunk.readableBytesView) }
        }
    }

    private func nextFrame() throws(SPDYError) -> SPDYFrame? {
        try state.withLock { state throws(SPDYError) in try state.reader.next() }
    }

    private func take(_ frame: SPDYFrame) async throws -> Event? {
        switch frame {
        case .data(let stream, let bytes, let isLast): return .data(stream: stream, bytes, isLast: isLast)
        case .reset(let stream, _): return .reset(stream: stream)
        case .open(let stream, let block, let isLast):
            let headers = try expand(block)
            let reply = state.withLock { $0.storer.store(SPDYHeaders.encode([])) }
            try await carrier.send(SPDYFrame.reply(stream: stream, headers: reply).encoded)
            return .opened(stream: stream, headers: headers, isLast: isLast)
        case .headers(_, let block):
            // Part of what is compressed, whatever it says.
            _ = try expand(block)
            return nil
        case .ping(let number):
            // Odd ones are the client's own questions (section 2.6.5).
            if number & 1 == 1 { try await carrier.send(frame.encoded) }
            return nil
        case .goAway, .reply, .other: return nil
        }
    }

    private func expand(_ block: [UInt8]) throws(SPDYError) -> [String: String] {
        try state.withLock { state throws(SPDYError) in
            try SPDYHeaders.decode(try state.expander.expand(block))
        }
    }

    func send(_ bytes: [UInt8], on stream: UInt32, isLast: Bool = false) async throws {
        try await carrier.send(SPDYFrame.data(stream: stream, bytes, isLast: isLast).encoded)
    }

    func reset(_ stream: UInt32) async throws {
        // CANCEL, section 2.6.3.
        try await carrier.send(SPDYFrame.reset(stream: stream, status: 5).encoded)
    }

    func sayGoodbye() async throws { try await carrier.send(SPDYFrame.goAway.encoded) }
    func close() async { await carrier.close() }
}
