import Foundation
import Linux
import Synchronization

/// One thread that waits for all supervisors at once, so that nothing on the cooperative pool ever does.
///
/// Handlers run on that thread, one at a time. They must not block.
final class ControlLoop: Sendable {
    private let core: Core

    /// What the thread holds on to; the loop itself can go, and takes the thread with it.
    private final class Core: Sendable {
        let poller: Poller
        let wake: OwnedDescriptor
        struct State {
            var handlers: [UInt64: @Sendable (Poller.Event) -> Void] = [:]
            var nextToken: UInt64 = 1
            var stopped = false
        }
        let state = Mutex(State())

        init() throws(SyscallError) {
            poller = try Poller()
            wake = try EventCounter.make()
            try poller.add(wake.raw, token: 0)
        }

        func run() {
            while !state.withLock({ $0.stopped }) {
                guard let events = try? poller.wait() else { return }
                for event in events {
                    // Looked up each time: an earlier event may have removed it.
                    let handler = state.withLock { $0.handlers[event.token] }
                    handler?(event)
                }
            }
        }
    }

    init() throws(SyscallError) {
        let core = try Core()
        self.core = core
        let thread = Thread { core.run() }
        thread.name = "supervisors"
        thread.stackSize = 512 << 10
        thread.start()
    }

    deinit {
        core.state.withLock { $0.stopped = true }
        var one: UInt64 = 1
        _ = withUnsafeBytes(of: &one) { try? core.wake.write($0) }
    }

    func add(_ number: Int32, _ handler: @escaping @Sendable (Poller.Event) -> Void) throws(SyscallError) -> UInt64 {
        let token = core.state.withLock { state in
            let token = state.nextToken
            state.nextToken += 1
            state.handlers[token] = handler
            return token
        }
        do {
            try core.poller.add(number, token: token)
        } catch {
            core.state.withLock { $0.handlers[token] = nil }
            throw error
        }
        return token
    }

    func wantRoom(_ number: Int32, _ token: UInt64, _ wanted: Bool) throws(SyscallError) {
        try core.poller.change(number, token: token, alsoWriting: wanted)
    }

    /// Call it while the descriptor is still open.
    func remove(_ number: Int32, _ token: UInt64) {
        core.state.withLock { $0.handlers[token] = nil }
        // Closing takes it out as well; this is for descriptors that somebody else holds too.
        try? core.poller.remove(number)
    }
}

/// Runs what blocks, or takes milliseconds, on a thread that may.
func awayFromThePool<T: Sendable, E: Error>(
    _ body: @escaping @Sendable () throws(E) -> T
) async throws(E) -> T {
    let result: Result<T, E> = await withCheckedContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
            do throws(E) { continuation.resume(returning: .success(try body())) } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}
