import Launch
import Linux

/// Those who are attached to containers of this pod: each a connection, and the pipes that were made for it.
///
/// The log comes first: what a container writes is in its log before anybody else gets it, and whoever is attached can
/// neither take a byte from it nor hold it up for long.
final class Attachments {
    /// How long a program waits for a client that takes nothing. Then the client is let go.
    static let patienceNanoseconds: Int64 = 3_000_000_000
    /// Each costs a few descriptors and at most one chunk of memory.
    static let limit = 32

    private final class Attachment {
        let connection: Connection
        let container: RunningContainer
        var output: Tap?
        var errors: Tap?
        /// The container's input, which it has once, is this client's.
        var ownsInput = false
        /// The container has ended; only what is left for this client is still here.
        var isFinishing = false

        init(_ connection: Connection, _ container: RunningContainer) {
            self.connection = connection
            self.container = container
        }

        var taps: [Tap] { [output, errors].compactMap(\.self) }
        var stuckSince: Int64? { taps.compactMap(\.stuckSince).min() }
    }

    private var list: [Attachment?] = []

    var isEmpty: Bool { list.allSatisfy { $0 == nil } }

    /// When the next client has been waited for long enough, on `Clocks.bootNanoseconds`.
    var patienceEnds: Int64? {
        if list.isEmpty { return nil }
        return list.compactMap { $0?.stuckSince }.min().map { $0 + Self.patienceNanoseconds }
    }

    // MARK: attaching

    /// - Parameters:
    ///   - connection: in the poller already; ours from here on.
    ///   - container: nil when there is none that runs.
    func add(
        _ connection: Connection, _ wanted: AttachedStreams, _ container: RunningContainer?, _ poller: borrowing Poller
    ) {
        func refuse(_ refusal: AttachRefusal) {
            tell(connection, .refused(refusal))
            try? poller.remove(connection.socket.raw)
        }
        guard let container, container.isAttachable else { return refuse(.notRunning) }
        guard list.count(where: { $0 != nil }) < Self.limit else { return refuse(.tooMany) }
        let index = list.firstIndex { $0 == nil } ?? list.count
        let attachment = Attachment(connection, container)
        do throws(SyscallError) {
            try poller.change(connection.socket.raw, token: Token.attached(index).packed, alsoWriting: false)
            if wanted.contains(.output) {
                attachment.output = try openTap(connection, .output, Token.tap(index, isErrors: false))
            }
            if wanted.contains(.errors), container.hasErrors {
                attachment.errors = try openTap(connection, .errors, Token.tap(index, isErrors: true))
            }
            try container.withTerminal { terminal throws(SyscallError) in
                guard wanted.contains(.terminal) else { return }
                try Sockets.send(
                    AttachReport.stream(.terminal).encoded, with: terminal, over: connection.socket.raw)
            }
            if wanted.contains(.input) {
                attachment.ownsInput = try container.giveInput { input throws(SyscallError) in
                    try Sockets.send(AttachReport.stream(.input).encoded, with: input, over: connection.socket.raw)
                }
            }
        } catch {
            if attachment.ownsInput { container.takeInputBack() }
            return refuse(.noPipes)
        }
        if index == list.count { list.append(nil) }
        list[index] = attachment
        container.add(attachment.output, attachment.errors)
        tell(connection, .attached)
    }

    /// A pipe of which the client gets the other end.
    private func openTap(
        _ connection: Connection, _ stream: AttachedStreams, _ token: Token
    ) throws(SyscallError) -> Tap {
        let ends = try OwnedDescriptor.pipe()
        let reading = OwnedDescriptor(owning: ends.read)
        let tap = try Tap(OwnedDescriptor(owning: ends.write), token: token)
        try Sockets.send(AttachReport.stream(stream).encoded, with: reading, over: connection.socket.raw)
        return tap
    }

    // MARK: what the loop sees

    /// The client has said something, or gone.
    func listen(to index: Int, _ poller: borrowing Poller) {
        guard let attachment = self[index] else { return }
        let (requests, isThere) = attachment.connection.receive()
        for request in requests where request == .endInput && attachment.ownsInput {
            attachment.container.closeInput()
            attachment.ownsInput = false
        }
        if !isThere { drop(index, poller) }
    }

    /// There is room in a pipe again, or nobody at its other end.
    func flush(_ index: Int, isErrors: Bool, _ poller: borrowing Poller) {
        guard let attachment = self[index], let tap = isErrors ? attachment.errors : attachment.output else { return }
        tap.flush()
        guard tap.stuckSince == nil else { return }
        unwatch(tap, poller)
        if attachment.isFinishing {
            finish(index, poller)
        } else {
            attachment.container.resume(poller)
        }
    }

    /// Everything it wrote has been passed on.
    func containerEnded(_ container: RunningContainer, _ poller: borrowing Poller) {
        for index in list.indices {
            guard let attachment = list[index], attachment.container === container else { continue }
            attachment.isFinishing = true
            for tap in attachment.taps { watchIfStuck(tap, poller) }
            finish(index, poller)
        }
    }

    /// Lets those go who have taken nothing for too long.
    func dropImpatiently(now: Int64, _ poller: borrowing Poller) {
        for index in list.indices {
            guard let since = list[index]?.stuckSince, since + Self.patienceNanoseconds <= now else { continue }
            if let connection = list[index]?.connection { tell(connection, .tooSlow) }
            drop(index, poller)
        }
    }

    // MARK: ending

    private func finish(_ index: Int, _ poller: borrowing Poller) {
        guard let attachment = self[index], attachment.stuckSince == nil else { return }
        tell(attachment.connection, .ended)
        drop(index, poller)
    }

    private func drop(_ index: Int, _ poller: borrowing Poller) {
        guard let attachment = self[index] else { return }
        list[index] = nil
        try? poller.remove(attachment.connection.socket.raw)
        for tap in attachment.taps { unwatch(tap, poller) }
        attachment.container.remove(attachment.output, attachment.errors)
        // The daemon is gone without a word: the next client goes on.
        if attachment.ownsInput { attachment.container.takeInputBack() }
        attachment.container.resume(poller)
    }

    private func unwatch(_ tap: Tap, _ poller: borrowing Poller) {
        guard tap.isWatched else { return }
        try? poller.remove(tap.pipe.raw)
        tap.isWatched = false
    }

    private subscript(_ index: Int) -> Attachment? { list.indices.contains(index) ? list[index] : nil }

    /// Short, and there are few of them: a socket has room. Nobody there is nobody to tell.
    private func tell(_ connection: Connection, _ report: AttachReport) {
        _ = try? Sockets.send(connection.socket, report.encoded)
    }
}

/// Asks to be told when there is room in a pipe.
func watchIfStuck(_ tap: Tap, _ poller: borrowing Poller) {
    guard tap.stuckSince != nil, !tap.isWatched else { return }
    do throws(SyscallError) {
        try poller.add(tap.pipe.raw, token: tap.token)
        try poller.change(tap.pipe.raw, token: tap.token, alsoWriting: true)
        tap.isWatched = true
    } catch {
        // Its time runs out, as that of one who reads nothing.
    }
}
