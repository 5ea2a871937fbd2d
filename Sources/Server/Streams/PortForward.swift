import Kube
import Synchronization

/// A connection to a port of a pod, as the host offers it. Letting go of it closes it.
public struct PodSocket: Sendable {
    /// The next bytes; nil at the end, or when the task is cancelled.
    public var next: @Sendable () async -> [UInt8]?
    /// Returns when they are taken, or nobody reads any more.
    public var write: @Sendable ([UInt8]) async -> Void
    /// Nothing more is written.
    public var endWriting: @Sendable () -> Void
    public var close: @Sendable () -> Void

    public init(
        next: @escaping @Sendable () async -> [UInt8]?, write: @escaping @Sendable ([UInt8]) async -> Void,
        endWriting: @escaping @Sendable () -> Void, close: @escaping @Sendable () -> Void
    ) {
        self.next = next
        self.write = write
        self.endWriting = endWriting
        self.close = close
    }
}

/// The pairs of streams that a client has opened: for each connection to its own port one for the bytes, and one on which
/// it is told why there is none. A value.
struct PortForwardTable {
    struct Pair: Equatable {
        var port: Int
        var data: UInt32?
        var errors: UInt32?
    }

    enum Decision: Equatable {
        /// The other one is still to come.
        case wait
        /// Both are there.
        case begin(key: String, Pair)
        /// No such pair can be.
        case refuse
    }

    /// Connections that one client may have at one time.
    static let limit = 512

    private(set) var pairs: [String: Pair] = [:]

    /// What upstream's `httpStreamReceived` takes for a stream: a port, and a kind of its own.
    mutating func open(_ stream: UInt32, _ headers: [String: String]) -> Decision {
        guard let port = headers["port"].flatMap({ Int($0) }), (1...65_535).contains(port),
            let kind = headers["streamtype"], kind == "data" || kind == "error"
        else { return .refuse }
        // Clients without an id open the error stream first and the other one right after it.
        let key = headers["requestid"] ?? "\(kind == "error" ? stream : stream &- 2)"
        var pair = pairs[key] ?? Pair(port: port)
        guard pair.port == port, pairs[key] != nil || pairs.count < Self.limit else { return .refuse }
        if kind == "data" {
            guard pair.data == nil else { return .refuse }
            pair.data = stream
        } else {
            guard pair.errors == nil else { return .refuse }
            pair.errors = stream
        }
        pairs[key] = pair
        return pair.data != nil && pair.errors != nil ? .begin(key: key, pair) : .wait
    }

    mutating func end(_ key: String) { pairs[key] = nil }
}

/// Carries what a client's forwarded ports say to and from a pod, over one connection of the client's.
struct PortForwardSession: Sendable {
    typealias Connect = @Sendable (Pod, Int) async throws -> PodSocket

    let connection: SPDYConnection
    let pod: Pod
    let connect: Connect

    func run(untilShutdown shutdown: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await serve() }
            group.addTask { await shutdown() }
            await group.next()
            group.cancelAll()
        }
        await connection.close()
    }

    /// Reads for all of them: one whose other end reads nothing makes the others wait, as upstream.
    private func serve() async {
        let ports = ForwardedPorts()
        await withDiscardingTaskGroup { group in
            while let event = await connection.next() {
                switch event {
                case .opened(let stream, let headers, _):
                    switch ports.open(stream, headers) {
                    case .wait: continue
                    // A client that is gone is noticed by the next look.
                    case .refuse: try? await connection.reset(stream)
                    case .begin(let key, let pair):
                        let socket = Task { try await connect(pod, pair.port) }
                        ports.begin(pair, socket)
                        group.addTask {
                            await carryOut(pair, socket)
                            ports.end(key, pair)
                        }
                    }
                case .data(let stream, let bytes, let isLast):
                    guard let socket = await ports.socket(of: stream) else { continue }
                    if !bytes.isEmpty { await socket.write(bytes) }
                    if isLast { socket.endWriting() }
                case .reset(let stream): await ports.socket(of: stream)?.close()
                }
            }
            group.cancelAll()
        }
    }

    /// From the pod to the client, and on the other stream why there is nothing.
    private func carryOut(_ pair: PortForwardTable.Pair, _ connecting: Task<PodSocket, any Error>) async {
        guard let data = pair.data, let errors = pair.errors else { return }
        do {
            do {
                let socket = try await connecting.value
                defer { socket.close() }
                while let bytes = await socket.next() { try await connection.send(bytes, on: data) }
            } catch let error as Status {
                let message =
                    "error forwarding port \(pair.port) to pod \(pod.name), uid \(pod.uid): \(error.message ?? "")"
                try await connection.send(Array(message.utf8), on: errors)
            }
            try await connection.send([], on: data, isLast: true)
            try await connection.send([], on: errors, isLast: true)
        } catch {
            // The client is gone, which ends everything.
        }
    }
}

/// The table, and the connections behind it.
private final class ForwardedPorts: Sendable {
    private struct State {
        var table = PortForwardTable()
        /// By the stream that carries their bytes.
        var sockets: [UInt32: Task<PodSocket, any Error>] = [:]
    }

    private let state = Mutex(State())

    func open(_ stream: UInt32, _ headers: [String: String]) -> PortForwardTable.Decision {
        state.withLock { $0.table.open(stream, headers) }
    }

    func begin(_ pair: PortForwardTable.Pair, _ socket: Task<PodSocket, any Error>) {
        state.withLock { state in
            if let data = pair.data { state.sockets[data] = socket }
        }
    }

    func end(_ key: String, _ pair: PortForwardTable.Pair) {
        state.withLock { state in
            state.table.end(key)
            if let data = pair.data { state.sockets[data] = nil }
        }
    }

    /// Nil of a stream that carries none, or whose connection was refused.
    func socket(of stream: UInt32) async -> PodSocket? {
        // Why there is none is told on the other stream.
        try? await state.withLock { $0.sockets[stream] }?.value
    }
}
