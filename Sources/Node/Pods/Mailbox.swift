import Synchronization

/// Messages for one reader, who takes everything that has come at once: what piles up while the reader is busy is
/// handled together, so that a pod that starts and ends within one commit is written once.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var reader: CheckedContinuation<[Message], Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func send(_ message: Message) {
        let waiting: CheckedContinuation<[Message], Never>? = state.withLock { state in
            guard let reader = state.reader else {
                if !state.isClosed { state.messages.append(message) }
                return nil
            }
            state.reader = nil
            return reader
        }
        waiting?.resume(returning: [message])
    }

    /// Nothing more is taken in, and the reader waits no longer.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.reader = nil }
            return state.reader
        }
        waiting?.resume(returning: [])
    }

    /// Everything that has come since the last call; waits when that is nothing. Empty once the box is closed. One
    /// reader at a time.
    func receive() async -> [Message] {
        await withCheckedContinuation { continuation in
            let messages: [Message]? = state.withLock { state in
                if state.messages.isEmpty, !state.isClosed {
                    precondition(state.reader == nil, "a mailbox has one reader")
                    state.reader = continuation
                    return nil
                }
                defer { state.messages = [] }
                return state.messages
            }
            if let messages { continuation.resume(returning: messages) }
        }
    }
}
