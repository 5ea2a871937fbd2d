/// What a container's own program reads, and whether it has a terminal.
///
/// A container without any of it reads end of file and writes into two pipes.
public struct ContainerStreams: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It reads what those who are attached write, and waits while nobody does.
    public static let input = ContainerStreams(rawValue: 1)
    /// Its input ends with the first who is attached to it. Without a meaning for a terminal, where people type ^D.
    public static let inputOnce = ContainerStreams(rawValue: 2)
    /// All three are a terminal; the list has `openTerminal` in it.
    public static let terminal = ContainerStreams(rawValue: 4)
    static let known: ContainerStreams = [.input, .inputOnce, .terminal]
}

/// What somebody who attaches wants, or is given.
public struct AttachedStreams: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// To write to what the program reads.
    public static let input = AttachedStreams(rawValue: 1)
    /// To read a copy of what it writes from now on.
    public static let output = AttachedStreams(rawValue: 2)
    public static let errors = AttachedStreams(rawValue: 4)
    /// The outer end, to change its size; with `input` also to write to.
    public static let terminal = AttachedStreams(rawValue: 8)
    static let known: AttachedStreams = [.input, .output, .errors, .terminal]
}

/// What a supervisor says to somebody who attaches, on the connection that was made for it:
///
///     daemon                                     supervisor
///       | -- connects to `control` ----------------> |
///       | <------- reports, as to everybody -------- |   passed over
///       | -- attach(x, streams) -------------------> |
///       | <------ stream(output), and with it a pipe |   for each stream that was asked for and that there is
///       | <----------------------- attached, refused |
///       | -- endInput -----------------------------> |   the input of x is over, if it is for one only
///       | <------------------------- ended, tooSlow  |   nothing more is written into the pipes
///       X  closes: the pipes of this client go, and nothing else
///
/// The bytes themselves go through the pipes, past this connection: the supervisor writes a copy into each, and the
/// container reads from the same pipe, or terminal, that the client writes to. A supervisor that does not know `attach`
/// closes the connection, which is its way of saying so.
public enum AttachReport: Equatable, Sendable {
    /// One of them; its descriptor comes along, in the order of these frames.
    case stream(AttachedStreams)
    /// That is all there is.
    case attached
    case refused(AttachRefusal)
    /// The program has ended, and everything it wrote is in the pipes.
    case ended
    /// This client took nothing for too long, and the program is not to wait for it any longer.
    case tooSlow

    private enum Kind: UInt8 {
        case stream = 161
        case attached, refused, ended, tooSlow
    }

    /// The whole frame.
    public var encoded: [UInt8] {
        func frame(_ kind: Kind, _ body: (inout WireWriter) -> Void = { _ in }) -> [UInt8] {
            WireWriter.frame(kind.rawValue, body)
        }
        return switch self {
        case .stream(let stream): frame(.stream) { $0.put(stream.rawValue) }
        case .attached: frame(.attached)
        case .refused(let refusal): frame(.refused) { $0.put(refusal.rawValue) }
        case .ended: frame(.ended)
        case .tooSlow: frame(.tooSlow)
        }
    }

    /// False of everything else that comes on such a connection.
    public static func isKnown(_ frame: [UInt8]) -> Bool { frame.first.flatMap(Kind.init) != nil }

    /// - Parameter frame: what `FrameBuffer.next` gave.
    public init(frame: [UInt8]) throws(WireError) {
        var reader = WireReader(frame)
        let byte: UInt8 = try reader.take()
        guard let kind = Kind(rawValue: byte) else { throw .unknownKind(byte) }
        switch kind {
        case .stream:
            self = .stream(AttachedStreams(rawValue: try reader.take()))
        case .attached: self = .attached
        case .refused:
            guard let refusal = AttachRefusal(rawValue: try reader.take()) else { throw .badValue("refusal") }
            self = .refused(refusal)
        case .ended: self = .ended
        case .tooSlow: self = .tooSlow
        }
        try reader.finish()
    }
}

public enum AttachRefusal: UInt8, Sendable {
    /// No attempt of this container runs.
    case notRunning
    /// As many as may be are attached to this pod.
    case tooMany
    /// The kernel had no pipes for it.
    case noPipes
}

/// What a supervisor understands beyond the requests that every one has always understood.
public struct SupervisorAbilities: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `start` of containers with streams of their own.
    public static let streams = SupervisorAbilities(rawValue: 1)
    /// Containers that are not asked to stop before `lastHookEnded`.
    public static let lastHooks = SupervisorAbilities(rawValue: 2)

    /// Those of the program that this daemon brought along.
    public static let all: SupervisorAbilities = [.streams, .lastHooks]
}
