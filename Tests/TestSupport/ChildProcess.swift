import Foundation
import Synchronization

/// A program that a test started: posix_spawn(3) and waitpid(2), nothing between. (Foundation's `Process` walks the
/// descriptor table while other threads change it, and crashed in long runs.)
public final class ChildProcess: Sendable {
    private enum State {
        case running([CheckedContinuation<Int32, Never>])
        case ended(Int32)
    }

    public let processID: pid_t
    private let state = Mutex(State.running([]))

    /// - Parameters:
    ///   - command: the first is looked up in PATH when it has no slash.
    ///   - output, errors: files that are appended to.
    ///   - input: a file to read; nil is empty.
    public init(
        _ command: [String], environment: [String: String] = [:], input: String? = nil, output: String, errors: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var environ: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environ { free(pointer) } }
        // The threads a test runs on block signals, and a child would begin with what its parent's thread blocks: one
        // that never looks at its mask could not be ended by SIGTERM.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pid = pid_t()
        let error = posix_spawnp(&pid, command[0], &actions, &attributes, &arguments, &environ)
        guard error == 0 else { throw SpawnFailure(program: command[0], reason: String(cString: strerror(error))) }
        processID = pid
        DispatchQueue.global().async { self.reap() }
    }

    public var isRunning: Bool {
        state.withLock { state in
            guard case .running = state else { return false }
            return true
        }
    }

    public func send(signal: Int32) {
        // Under the lock: a number that was reaped may belong to somebody else.
        state.withLock { state in
            if case .running = state { _ = kill(processID, signal) }
        }
    }

    /// The exit code, or 128 and the signal.
    @discardableResult
    public func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let code: Int32? = state.withLock { state in
                switch state {
                case .ended(let code): return code
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                }
            }
            if let code { continuation.resume(returning: code) }
        }
    }

    private func reap() {
        // The zombie keeps the number taken until the state says that nobody may use it any more.
        var info = siginfo_t()
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        let waiting = state.withLock { state -> ([CheckedContinuation<Int32, Never>], Int32) in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) == -1, errno == EINTR {}
            let signal = status & 0x7f
            let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
            guard case .running(let waiting) = state else { return ([], code) }
            state = .ended(code)
            return (waiting, code)
        }
        for continuation in waiting.0 { continuation.resume(returning: waiting.1) }
    }
}

public struct SpawnFailure: Error, CustomStringConvertible {
    let program: String
    let reason: String
    public var description: String { "cannot start \(program): \(reason)" }
}
