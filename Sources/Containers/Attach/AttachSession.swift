import Launch
import Linux
import Synchronization

/// What somebody who attaches to a container wants of its program's streams. What the program does not have, he does not
/// get: the errors of a terminal, an input that it does not read or that another has.
public struct AttachRequest: Sendable, Hashable {
    public var input: Bool
    public var output: Bool
    public var errors: Bool

    public init(input: Bool = false, output: Bool = true, errors: Bool = true) {
        self.input = input
        self.output = output
        self.errors = errors
    }

    var forSupervisor: AttachedStreams {
        // A terminal wants to be told its size, whoever looks at it.
        var streams: AttachedStreams = [.terminal]
        if input { streams.insert(.input) }
        if output { streams.insert(.output) }
        if errors { streams.insert(.errors) }
        return streams
    }
}

/// Why there is no more to see.
public enum AttachEnd: Sendable, Equatable {
    /// The program has ended, and all that it wrote was there to be read; or whoever was attached has let go.
    case over
    /// Nothing was read for so long that the program was not to wait any longer.
    case tooSlow
    /// The pod's supervisor is gone.
    case lost
}

/// Somebody who is attached to a container's own program: raw bytes, from now on. Dropping it lets go of the streams and
/// ends nothing else.
public final class AttachSession: Sendable {
    /// Of a terminal, everything that it shows.
    public let output: ExecOutput?
    public let errors: ExecOutput?
    /// Nil when the program has none to give.
    public let input: ExecInput?

    private let terminal: WaitingDescriptor?
    private let control: AttachControl

    init(
        output: WaitingDescriptor?, errors: WaitingDescriptor?, input: WaitingDescriptor?, terminal: WaitingDescriptor?,
        _ control: AttachControl
    ) {
        self.output = output.map { ExecOutput(end: $0) }
        self.errors = errors.map { ExecOutput(end: $0) }
        self.input = input.map { ExecInput(end: $0) }
        self.terminal = terminal
        self.control = control
        // A writer waits for a program that is gone no longer.
        control.finishes(input)
    }

    deinit { control.close() }

    /// Of a terminal, in characters. Nothing without one.
    public func resize(columns: UInt16, rows: UInt16) {
        terminal?.resize(columns: columns, rows: rows)
    }

    /// Where the program's input is for one client only, it ends here, for good.
    public func endInput() {
        // Ours first: the program reads the end when nobody can write any more.
        input?.close()
        control.send(.endInput)
    }

    /// Lets go. What is waited for ends.
    public func detach() {
        input?.close()
        output?.end.finish()
        errors?.end.finish()
        control.close()
    }

    public func wait() async -> AttachEnd { await control.wait() }
}
