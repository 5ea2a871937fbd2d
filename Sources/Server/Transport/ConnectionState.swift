/// What one connection is doing, and what follows from each thing that happens on it. No I/O here:
/// `ConnectionGuard` reports events and carries the actions out.
///
/// Limits, and why they are these:
/// - waiting for a request head: 90 s, the idle timeout of upstream's server; it also ends a head that trickles in;
/// - a client that takes nothing off our hands: 30 s, then the connection is closed, so that what we hold for it (one
///   write, and the channel's 64 KiB) is all it can cost.
/// There is no limit between the parts of a request body: an import may wait for its sender. The other handlers bound
/// the time of a body themselves.
struct ConnectionState: Equatable {
    enum Action: Equatable {
        case startHeadTimer, cancelHeadTimer
        case startStallTimer, cancelStallTimer
        case sendContinue
        /// Half-close, let the client read the answer, then close.
        case closeGently
        case close
    }

    private(set) var requestsInProgress = 0
    private var isStalled = false
    private var isInputClosed = false
    /// The answer in progress is a stream that only ends with the client.
    private var isStreaming = false
    private var closesAfterResponse = false

    mutating func connected() -> [Action] { [.startHeadTimer] }

    mutating func receivedHead(expectsContinue: Bool) -> [Action] {
        requestsInProgress += 1
        return expectsContinue ? [.cancelHeadTimer, .sendContinue] : [.cancelHeadTimer]
    }

    /// - Parameter asksToClose: the answer says `Connection: close`.
    mutating func sentHead(asksToClose: Bool) -> [Action] {
        if asksToClose { closesAfterResponse = true }
        return []
    }

    mutating func sentEnd() -> [Action] {
        requestsInProgress = max(0, requestsInProgress - 1)
        isStreaming = false
        if closesAfterResponse { return [.closeGently] }
        return requestsInProgress == 0 ? [.startHeadTimer] : []
    }

    /// A half-closed connection still gets the answer to its request, but a stream has nobody left to read it.
    mutating func inputClosed() -> [Action] {
        isInputClosed = true
        return isStreaming ? [.close] : []
    }

    mutating func streamingBegan() -> [Action] {
        isStreaming = true
        return isInputClosed ? [.close] : []
    }

    mutating func writabilityChanged(_ isWritable: Bool) -> [Action] {
        guard isWritable == isStalled else { return [] }
        isStalled = !isWritable
        return isStalled ? [.startStallTimer] : [.cancelStallTimer]
    }

    mutating func headTimerFired() -> [Action] { requestsInProgress == 0 ? [.close] : [] }

    mutating func stallTimerFired() -> [Action] { isStalled ? [.close] : [] }
}
