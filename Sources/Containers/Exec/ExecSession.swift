import Dispatch
import Launch
import Linux
import Synchronization

/// How a command in a container ended.
public enum ExecEnd: Sendable, Equatable {
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)
    /// It never ran.
    case notStarted(StartFailure)
    /// What stood between us and the command is gone, and the command with it.
    case lost

    /// As a shell says it: 128 + n for a signal, 127 and 126 for what is not there and what cannot be executed.
    public var exitCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        case .notStarted(let failure): failure.kind == .commandNotFound ? 127 : 126
        case .lost: 137
        }
    }
}

/// A command that runs in a container. Whoever holds it reads its output, or it waits with a full pipe. Dropping it kills
/// the command.
public final class ExecSession: Sendable {
    /// With a terminal, everything that it shows.
    public let output: ExecOutput
    /// Nil with a terminal.
    public let errors: ExecOutput?
    /// Nil when the plan has none.
    public let input: ExecInput?

    private let terminal: WaitingDescriptor?
    private let core: ExecCore

    init(output: ExecOutput, errors: ExecOutput?, input: ExecInput?, terminal: WaitingDescriptor?, core: ExecCore) {
        self.output = output
        self.errors = errors
        self.input = input
        self.terminal = terminal
        self.core = core
        core.finishes([output.end, errors?.end].compactMap { $0 }, isTerminal: terminal != nil)
    }

    deinit { core.kill() }

    /// Of a terminal, in characters. Nothing without one.
    public func resize(columns: UInt16, rows: UInt16) {
        terminal?.resize(columns: columns, rows: rows)
    }

    /// Its end. Any number of tasks may wait; the output need not have been read.
    public func wait() async -> ExecEnd { await core.wait() }

    /// Kills the command and all that it started, also what has left its process group: it has a cgroup of its own.
    public func kill() {
        core.kill()
        input?.close()
    }
}

/// What is known of a command, fed by its control socket.
final class ExecCore: Sendable {
    private struct State {
        var control: ExecControl?
        var begun: CheckedContinuation<Void, Never>?
        var hasBegun = false
        var end: ExecEnd?
        var waiters: [CheckedContinuation<ExecEnd, Never>] = []
        var terminal: Int32?
        /// To be told that nothing more comes.
        var outputs: [WaitingDescriptor] = []
        var isTerminal = false
    }

    private let state = Mutex(State())
    private let steps: [LaunchStep]
    private let ended: @Sendable () -> Void

    /// - Parameter ended: called once, when the command's place can be given back.
    init(steps: [LaunchStep], ended: @escaping @Sendable () -> Void) {
        self.steps = steps
        self.ended = ended
    }

    /// Let go of when there is nothing more to say.
    func follow(_ control: ExecControl) { state.withLock { if $0.end == nil { $0.control = control } } }

    func take(_ report: ExecReport?, _ descriptor: Int32?) {
        switch report {
        case .terminal:
            guard let descriptor else { return }
            let old = state.withLock { state in
                let old = state.terminal
                state.terminal = descriptor
                return old
            }
            if let old { _ = OwnedDescriptor(owning: old) }
            return
        case .running: begin()
        case .failed(let failure): end(.notStarted(sentence(failure)))
        case .ended(let status, let signalled): end(signalled ? .signalled(status) : .exited(status))
        case nil:
            end(.lost)
            state.withLock { $0.control = nil }
            // The last of all: the process between us has gone.
            ended()
        }
        if let descriptor { _ = OwnedDescriptor(owning: descriptor) }
    }

    /// Returns when the command runs, or never will.
    func waitForBeginning() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                if state.hasBegun { return true }
                state.begun = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func takeTerminal() -> OwnedDescriptor? {
        let number = state.withLock { $0.terminal.take() }
        guard let number else { return nil }
        return .some(OwnedDescriptor(owning: number))
    }

    /// These end with the command.
    func finishes(_ outputs: [WaitingDescriptor], isTerminal: Bool) {
        let isOver = state.withLock { state in
            state.outputs = outputs
            state.isTerminal = isTerminal
            return state.end != nil
        }
        if isOver { finishOutputs() }
    }

    func wait() async -> ExecEnd {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiters.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    func kill() { state.withLock { $0.control }?.close() }

    private func begin() {
        let waiter = state.withLock { state in
            state.hasBegun = true
            return state.begun.take()
        }
        waiter?.resume()
    }

    private func end(_ end: ExecEnd) {
        let waiters: [CheckedContinuation<ExecEnd, Never>] = state.withLock { state in
            guard state.end == nil else { return [] }
            state.end = end
            defer { state.waiters = [] }
            return state.waiters
        }
        begin()
        for waiter in waiters { waiter.resume(returning: end) }
        finishOutputs()
    }

    private func finishOutputs() {
        let (outputs, isTerminal) = state.withLock { ($0.outputs, $0.isTerminal) }
        guard isTerminal else {
            // All that the command wrote is in the pipes by now.
            for output in outputs { output.finish() }
            return
        }
        // A terminal passes on what was written a moment later, and then says by itself that it is closed; this is for
        // one that does not.
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { for output in outputs { output.finish() } }
    }

    /// The words for what the kernel said of a step.
    private func sentence(_ failure: StepFailure) -> StartFailure {
        let index = Int(failure.index)
        let place: LaunchFailure.Place =
            failure.reason == .died || !steps.indices.contains(index)
            ? .pod(.clone) : .container(index: failure.index, steps[index])
        return StartFailure(LaunchFailure(place: place, reason: failure.reason, errno: failure.errno))
    }
}
