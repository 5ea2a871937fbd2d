/// What the daemon and the program between it and a command in a running container say to each other.
///
///     daemon                                     stint-init exec
///       | -- spawns it, with the container's first process, the group to be born in and the streams as descriptors -> |
///       | -- plan (ExecLaunch) --------------------> |   once, on the socket it was born with
///       |                                            |   clone3 into the group, steps, execve
///       | <------- terminal, and with it a pty's end |   when the plan has `openTerminal`
///       | <-- running, or failed(which step, errno)  |
///       | -- closes its side ----------------------> |   whenever the command is to go; so does a daemon that dies
///       | <--------------------------- ended(status) |   once, when the command runs no more
///                                                    X
///
/// The frames are those of ``Frame``, with kinds of their own. Both ends are always of one version, because the daemon
/// starts the program that it brought along; nothing of this outlives it.
public struct ExecLaunch: Equatable, Sendable {
    /// `cgroup.kill` of the group the command is born in: kills it and what it started, and nothing else.
    public var killPath: String
    public var steps: [LaunchStep]

    public init(killPath: String, steps: [LaunchStep]) {
        self.killPath = killPath
        self.steps = steps
    }

    /// The argument by which stint-init knows that it is no supervisor.
    public static let argument = "exec"
    /// Beside ``Frame/controlDescriptor``: the container's first process (a pidfd), and the group (a directory).
    public static let processDescriptor: Int32 = 4
    public static let groupDescriptor: Int32 = 5

    private static let kind: UInt8 = 33

    /// The whole frame.
    public var encoded: [UInt8] {
        WireWriter.frame(Self.kind) {
            $0.put(killPath)
            $0.put(list: steps) { $1.write(to: &$0) }
        }
    }

    /// - Parameter frame: what `FrameBuffer.next` gave.
    public init(frame: [UInt8]) throws(WireError) {
        var reader = WireReader(frame)
        let kind: UInt8 = try reader.take()
        guard kind == Self.kind else { throw .unknownKind(kind) }
        killPath = try reader.take()
        steps = try reader.takeList { (reader) throws(WireError) -> LaunchStep in try LaunchStep(from: &reader) }
        try reader.finish()
    }
}

/// What became of it.
public enum ExecReport: Equatable, Sendable {
    /// The descriptor that came with the first byte of this frame is the terminal's outer end.
    case terminal
    case running(processID: Int32)
    /// Only the step's number: the daemon has the list, and with its environment it can be large.
    case failed(StepFailure)
    /// The exit code, or with `signalled` the signal.
    case ended(status: Int32, signalled: Bool)

    private enum Kind: UInt8 {
        case terminal = 97
        case running, failed, ended
    }

    /// The whole frame.
    public var encoded: [UInt8] {
        func frame(_ kind: Kind, _ body: (inout WireWriter) -> Void = { _ in }) -> [UInt8] {
            WireWriter.frame(kind.rawValue, body)
        }
        return switch self {
        case .terminal: frame(.terminal)
        case .running(let processID): frame(.running) { $0.put(processID) }
        case .failed(let failure): frame(.failed) { $0.bytes += failure.encoded }
        case .ended(let status, let signalled):
            frame(.ended) {
                $0.put(status)
                $0.put(signalled)
            }
        }
    }

    /// - Parameter frame: what `FrameBuffer.next` gave.
    public init(frame: [UInt8]) throws(WireError) {
        var reader = WireReader(frame)
        let byte: UInt8 = try reader.take()
        guard let kind = Kind(rawValue: byte) else { throw .unknownKind(byte) }
        switch kind {
        case .terminal: self = .terminal
        case .running: self = .running(processID: try reader.take())
        case .failed:
            self = .failed(try StepFailure(Array(frame.dropFirst())))
            return
        case .ended: self = .ended(status: try reader.take(), signalled: try reader.take())
        }
        try reader.finish()
    }
}
