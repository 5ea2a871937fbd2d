import Foundation
import Kube
import Synchronization

/// Each channel is a stream of SPDY that the client opens, which says by a header which one it is (`v4.channel.k8s.io` of
/// clients before Kubernetes 1.31).
final class SPDYCarrier: StreamCarrier {
    private static let channels: [String: UInt8] = [
        "stdin": StreamChannel.input, "stdout": StreamChannel.output, "stderr": StreamChannel.errors,
        "error": StreamChannel.result, "resize": StreamChannel.size,
    ]

    fileprivate struct State {
        var streams: [UInt8: UInt32] = [:]
        /// Channels that have yet to be opened.
        var missing: Set<UInt8>
        var isReady: CheckedContinuation<Bool, Never>?
        var isOver = false
        /// Sizes come as JSON, one after the other, cut anywhere.
        var sizes: [UInt8] = []
        var later: [StreamMessage] = []
    }

    private let connection: SPDYConnection
    private let state: Mutex<State>

    let patience: Duration? = .seconds(2)

    /// - Parameter options: as the client asked, because by that it opens its streams (upstream's
    ///   `createHTTPStreamStreams`).
    init(_ connection: SPDYConnection, _ options: PodStreamOptions) {
        self.connection = connection
        var missing: Set = [StreamChannel.result]
        if options.stdin { missing.insert(StreamChannel.input) }
        if options.stdout { missing.insert(StreamChannel.output) }
        if options.stderr { missing.insert(StreamChannel.errors) }
        if options.tty { missing.insert(StreamChannel.size) }
        state = Mutex(State(missing: missing))
    }

    private struct Gone: Error {}

    /// Until the client has opened all of them, for which it has as long as upstream gives it
    /// (`DefaultStreamCreationTimeout`).
    func begin() async throws {
        let clock = Task {
            try await Task.sleep(for: .seconds(30))
            giveUp()
        }
        defer { clock.cancel() }
        let isReady = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: Bool? = state.withLock { state in
                    if state.missing.isEmpty { return true }
                    if state.isOver || Task.isCancelled { return false }
                    state.isReady = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            giveUp()
        }
        guard isReady else { throw Gone() }
    }

    private func giveUp() {
        let waiter = state.withLock { state in
            state.isOver = true
            return state.isReady.take()
        }
        waiter?.resume(returning: false)
    }

    func next() async -> StreamMessage? {
        while true {
            if let message = state.withLock({ $0.later.isEmpty ? nil : $0.later.removeFirst() }) { return message }
            guard let event = await connection.next() else {
                giveUp()
                return nil
            }
            take(event)
        }
    }

    private func take(_ event: SPDYConnection.Event) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            switch event {
            case .opened(let stream, let headers, let isLast):
                guard let channel = Self.channels[headers["streamtype"] ?? ""], state.streams[channel] == nil else {
                    return nil
                }
                state.streams[channel] = stream
                state.missing.remove(channel)
                if isLast, channel == StreamChannel.input { state.later.append(.endOfInput) }
                return state.missing.isEmpty ? state.isReady.take() : nil
            case .data(let stream, let bytes, let isLast):
                if stream == state.streams[StreamChannel.input] {
                    if !bytes.isEmpty { state.later.append(.input(bytes)) }
                    if isLast { state.later.append(.endOfInput) }
                } else if stream == state.streams[StreamChannel.size] {
                    state.takeSizes(bytes)
                }
                return nil
            case .reset(let stream):
                if stream == state.streams[StreamChannel.input] { state.later.append(.endOfInput) }
                return nil
            }
        }
        waiter?.resume(returning: true)
    }

    func send(_ bytes: [UInt8], on channel: UInt8) async throws {
        guard let stream = state.withLock({ $0.streams[channel] }) else { return }
        try await connection.send(bytes, on: stream)
    }

    func finish(_ result: Status) async throws {
        let streams = state.withLock { $0.streams }
        for channel in [StreamChannel.output, StreamChannel.errors] {
            if let stream = streams[channel] { try await connection.send([], on: stream, isLast: true) }
        }
        if let stream = streams[StreamChannel.result] {
            try await connection.send(KubeJSON.encode(result), on: stream, isLast: true)
        }
        try await connection.sayGoodbye()
    }

    func close() async { await connection.close() }
}

extension SPDYCarrier.State {
    /// Bytes of one size; whoever sends more is not listened to.
    private static let limit = 256

    fileprivate mutating func takeSizes(_ bytes: [UInt8]) {
        for byte in bytes {
            if sizes.count < Self.limit { sizes.append(byte) }
            guard byte == UInt8(ascii: "}") else { continue }
            // What is no size changes none.
            if let size = try? KubeJSON.decode(TerminalSize.self, from: sizes) { later.append(.size(size)) }
            sizes = []
        }
    }
}
