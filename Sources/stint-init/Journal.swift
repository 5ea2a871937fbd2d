import Launch
import Linux

/// Every report of this pod, in memory, in the file, and on its way to each connection.
///
/// A connection is only a position in the list: it starts at the beginning and catches up as fast as its reader reads,
/// so a slow daemon costs nothing and a new one misses nothing.
struct Journal: ~Copyable {
    private var bytes: [UInt8] = []
    private let file: OwnedDescriptor
    private var connections: [Connection?] = []

    init(path: String) throws(SyscallError) {
        file = try OwnedDescriptor.open(path, [.write, .create, .append, .noFollow], mode: 0o600)
    }

    /// True when nobody is connected.
    var isAlone: Bool { connections.allSatisfy { $0 == nil } }

    mutating func add(_ report: Report, _ poller: borrowing Poller) { add([report], poller) }

    /// What belongs together is written and sent together.
    mutating func add(_ reports: [Report], _ poller: borrowing Poller) {
        let frames = reports.flatMap(\.encoded)
        if frames.isEmpty { return }
        bytes += frames
        // A full file system must not stop the pod; whoever is connected still gets every report.
        _ = frames.withUnsafeBytes { frames in try? file.write(frames) }
        for index in connections.indices { send(index, poller) }
    }

    mutating func add(_ connection: Connection, _ poller: borrowing Poller) throws(SyscallError) {
        let index = connections.firstIndex { $0 == nil } ?? connections.count
        if index == connections.count { connections.append(nil) }
        try poller.add(connection.socket.raw, token: Token.connection(index).packed)
        connections[index] = connection
        send(index, poller)
    }

    mutating func accept(from listener: borrowing OwnedDescriptor, _ poller: borrowing Poller) {
        // An error is about the one who connected, who may try again.
        while let socket = try? Sockets.accept(listener) {
            guard (try? Sockets.peerIsRoot(socket)) == true else { continue }
            try? add(Connection(socket), poller)
        }
    }

    /// Takes what a connection has for us and sends what it has not got.
    mutating func exchange(_ index: Int, _ event: Poller.Event, _ poller: borrowing Poller) -> [Request] {
        guard index < connections.count, let connection = connections[index] else { return [] }
        if event.writable { send(index, poller) }
        guard event.readable || event.ended else { return [] }
        let (requests, alive) = connection.receive()
        if !alive { drop(index, poller) }
        for case .attach(let container, let streams) in requests {
            // Its own affair from here on; nothing else was to come with it.
            connection.wish = Connection.Wish(container: container, streams: streams)
            return []
        }
        return requests
    }

    /// A connection that is to be attached, and has got every report up to now, so that what follows begins a frame. It
    /// is no reader of reports any more, and still in the poller.
    mutating func takeAttaching(_ index: Int) -> (Connection, Connection.Wish)? {
        guard index < connections.count, let connection = connections[index], let wish = connection.wish,
            connection.position == bytes.count
        else { return nil }
        connections[index] = nil
        return (connection, wish)
    }

    private mutating func send(_ index: Int, _ poller: borrowing Poller) {
        guard let connection = connections[index] else { return }
        do throws(SyscallError) {
            while connection.position < bytes.count {
                let count = try Sockets.send(connection.socket, bytes, from: connection.position)
                guard let count else { break }
                connection.position += count
            }
            let waiting = connection.position < bytes.count
            if waiting != connection.isWaiting {
                try poller.change(
                    connection.socket.raw, token: Token.connection(index).packed, alsoWriting: waiting)
                connection.isWaiting = waiting
            }
        } catch {
            drop(index, poller)
        }
    }

    private mutating func drop(_ index: Int, _ poller: borrowing Poller) {
        if let connection = connections[index] { try? poller.remove(connection.socket.raw) }
        connections[index] = nil
    }
}

/// One daemon on the other end.
final class Connection {
    let socket: OwnedDescriptor
    /// How much of the journal it has got.
    var position = 0
    /// Whether the poller tells when there is room again.
    var isWaiting = false
    private var incoming = FrameBuffer()
    /// Made once, by one who attaches.
    var wish: Wish?

    struct Wish {
        var container: String
        var streams: AttachedStreams
    }

    init(_ socket: consuming OwnedDescriptor) { self.socket = socket }

    /// What has come, and whether more may. Whoever talks nonsense is not listened to any longer.
    ///
    /// - Parameter reading: false looks only at what was read already.
    func receive(reading: Bool = true) -> (requests: [Request], alive: Bool) {
        var requests: [Request] = []
        do {
            let alive = reading ? try fill() : true
            while let frame = try incoming.next() { requests.append(try Request(frame: frame)) }
            return (requests, alive)
        } catch {
            return (requests, false)
        }
    }

    /// Waits, for once, for the plan, which was written before we were started or is being written now.
    func waitForFirstRequest() throws -> Request {
        while true {
            if let frame = try incoming.next() { return try Request(frame: frame) }
            try Waiting.untilReadable(socket)
            guard try fill() else { throw WireError.truncated }
        }
    }

    /// False at the end.
    private func fill() throws(SyscallError) -> Bool {
        try withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { buffer throws(SyscallError) in
            while let count = try socket.read(into: buffer) {
                if count == 0 { return false }
                incoming.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if count < buffer.count { break }
            }
            return true
        }
    }
}
