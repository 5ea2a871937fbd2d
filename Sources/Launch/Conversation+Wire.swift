extension Request {
    private enum Kind: UInt8 {
        case launch = 1
        case start, terminate, kill, setDeadline, release, stop, lastHookEnded
        /// `start` of a container that has a last hook or streams of its own.
        case startWithExtras = 40
        case attach, endInput
    }

    /// The whole frame.
    public var encoded: [UInt8] {
        func frame(_ kind: Kind, _ body: (inout WireWriter) -> Void = { _ in }) -> [UInt8] {
            WireWriter.frame(kind.rawValue, body)
        }
        return switch self {
        case .launch(let pod): frame(.launch) { pod.write(to: &$0) }
        case .start(let container) where !container.hasExtras: frame(.start) { container.write(to: &$0) }
        case .start(let container):
            frame(.startWithExtras) {
                container.write(to: &$0)
                container.writeExtras(to: &$0)
            }
        case .terminate(let grace): frame(.terminate) { $0.put(grace) }
        case .kill: frame(.kill)
        case .setDeadline(let milliseconds): frame(.setDeadline) { $0.put(milliseconds) { $0.put($1) } }
        case .release: frame(.release)
        case .stop(let container, let attempt, let grace):
            frame(.stop) {
                $0.put(container)
                $0.put(attempt)
                $0.put(grace)
            }
        case .lastHookEnded(let container, let attempt):
            frame(.lastHookEnded) {
                $0.put(container)
                $0.put(attempt)
            }
        case .attach(let container, let streams):
            frame(.attach) {
                $0.put(container)
                $0.put(streams.rawValue)
            }
        case .endInput: frame(.endInput)
        }
    }

    /// - Parameter frame: what `FrameBuffer.next` gave.
    public init(frame: [UInt8]) throws(WireError) {
        var reader = WireReader(frame)
        let byte: UInt8 = try reader.take()
        guard let kind = Kind(rawValue: byte) else { throw .unknownKind(byte) }
        switch kind {
        case .launch: self = .launch(try PodLaunch(from: &reader))
        case .start: self = .start(try ContainerLaunch(from: &reader))
        case .startWithExtras: self = .start(try ContainerLaunch(withExtrasFrom: &reader))
        case .terminate: self = .terminate(graceMilliseconds: try reader.take())
        case .kill: self = .kill
        case .setDeadline:
            self = .setDeadline(
                milliseconds: try reader.takeOptional { (reader) throws(WireError) -> UInt64 in try reader.take() })
        case .release: self = .release
        case .stop:
            self = .stop(
                container: try reader.take(), attempt: try reader.take(), graceMilliseconds: try reader.take())
        case .lastHookEnded: self = .lastHookEnded(container: try reader.take(), attempt: try reader.take())
        case .attach:
            let container: String = try reader.take()
            let streams = AttachedStreams(rawValue: try reader.take())
            guard AttachedStreams.known.isSuperset(of: streams) else { throw .badValue("streams") }
            self = .attach(container: container, streams)
        case .endInput: self = .endInput
        }
        try reader.finish()
    }
}

extension Report {
    private enum Kind: UInt8 {
        case supervisor = 65
        case started, failedToStart, exited, deadlineReached, deadlineWarning, runsAs
        case abilities = 80
    }

    /// The whole frame.
    public var encoded: [UInt8] {
        func frame(_ kind: Kind, _ body: (inout WireWriter) -> Void) -> [UInt8] {
            WireWriter.frame(kind.rawValue, body)
        }
        return switch self {
        case .supervisor(let processID, let uid):
            frame(.supervisor) {
                $0.put(processID)
                $0.put(uid)
            }
        case .started(let container, let attempt, let at, let processID):
            frame(.started) {
                $0.put(container)
                $0.put(attempt)
                $0.put(at)
                $0.put(processID)
            }
        case .failedToStart(let container, let attempt, let at, let failure):
            frame(.failedToStart) {
                $0.put(container)
                $0.put(attempt)
                $0.put(at)
                failure.write(to: &$0)
            }
        case .exited(let report): frame(.exited) { report.write(to: &$0) }
        case .deadlineReached(let at): frame(.deadlineReached) { $0.put(at) }
        case .deadlineWarning(let container, let attempt, let at, let signal, let left):
            frame(.deadlineWarning) {
                $0.put(container)
                $0.put(attempt)
                $0.put(at)
                $0.put(signal)
                $0.put(left)
            }
        case .runsAs(let container, let attempt, let user):
            frame(.runsAs) {
                $0.put(container)
                $0.put(attempt)
                user.write(to: &$0)
            }
        case .abilities(let abilities): frame(.abilities) { $0.put(abilities.rawValue) }
        }
    }

    /// False of a frame that only a newer supervisor than this program can have written.
    public static func isKnown(_ frame: [UInt8]) -> Bool { frame.first.flatMap(Kind.init) != nil }

    /// - Parameter frame: what `FrameBuffer.next` gave.
    public init(frame: [UInt8]) throws(WireError) {
        var reader = WireReader(frame)
        let byte: UInt8 = try reader.take()
        guard let kind = Kind(rawValue: byte) else { throw .unknownKind(byte) }
        switch kind {
        case .supervisor: self = .supervisor(processID: try reader.take(), uid: try reader.take())
        case .started:
            self = .started(
                container: try reader.take(), attempt: try reader.take(), at: try reader.take(),
                processID: try reader.take())
        case .failedToStart:
            self = .failedToStart(
                container: try reader.take(), attempt: try reader.take(), at: try reader.take(),
                try LaunchFailure(from: &reader))
        case .exited: self = .exited(try ExitReport(from: &reader))
        case .deadlineReached: self = .deadlineReached(at: try reader.take())
        case .deadlineWarning:
            self = .deadlineWarning(
                container: try reader.take(), attempt: try reader.take(), at: try reader.take(),
                signal: try reader.take(), leftMilliseconds: try reader.take())
        case .runsAs:
            self = .runsAs(
                container: try reader.take(), attempt: try reader.take(), try ProcessUser(from: &reader))
        case .abilities: self = .abilities(SupervisorAbilities(rawValue: try reader.take()))
        }
        try reader.finish()
    }
}

extension ProcessUser {
    func write(to writer: inout WireWriter) {
        writer.put(uid)
        writer.put(gid)
        writer.put(list: groups) { $0.put($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        uid = try reader.take()
        gid = try reader.take()
        groups = try reader.takeList { (reader) throws(WireError) -> UInt32 in try reader.take() }
    }
}

extension LaunchFailure {
    func write(to writer: inout WireWriter) {
        switch place {
        case .pod(let step):
            writer.put(true)
            writer.put(step.rawValue)
        case .container(let index, let step):
            writer.put(false)
            writer.put(index)
            step.write(to: &writer)
        }
        writer.put(reason.rawValue)
        writer.put(errno)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let ofPod: Bool = try reader.take()
        if ofPod {
            guard let step = PodStep(rawValue: try reader.take()) else { throw .badValue("pod step") }
            place = .pod(step)
        } else {
            place = .container(index: try reader.take(), try LaunchStep(from: &reader))
        }
        guard let reason = Reason(rawValue: try reader.take()) else { throw .badValue("reason") }
        self.reason = reason
        errno = try reader.take()
    }
}

extension ExitReport {
    func write(to writer: inout WireWriter) {
        writer.put(container)
        writer.put(attempt)
        writer.put(status)
        writer.put(signalled)
        writer.put(cause.rawValue)
        writer.put(startedAt)
        writer.put(finishedAt)
        writer.put(userMicroseconds)
        writer.put(systemMicroseconds)
        writer.put(peakResidentBytes)
        writer.put(lostLogBytes)
        writer.put(list: counters) {
            $0.put($1.kind)
            $0.put($1.text)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        container = try reader.take()
        attempt = try reader.take()
        status = try reader.take()
        signalled = try reader.take()
        guard let cause = Cause(rawValue: try reader.take()) else { throw .badValue("cause") }
        self.cause = cause
        startedAt = try reader.take()
        finishedAt = try reader.take()
        userMicroseconds = try reader.take()
        systemMicroseconds = try reader.take()
        peakResidentBytes = try reader.take()
        lostLogBytes = try reader.take()
        counters = try reader.takeList { (reader) throws(WireError) -> Counter in
            Counter(kind: try reader.take(), text: try reader.take())
        }
    }
}

/// What a container's first process leaves in its pipe, beside a `StepFailure` if something fails after all, when it is
/// about to run the program: a mark, a length, and as whom.
public struct ExecutionNotice: Equatable, Sendable {
    static let mark: UInt8 = 0x78
    /// Room for every group the kernel takes (NGROUPS_MAX).
    public static let limit = 1 << 19

    /// Nil when the list had no step that says.
    public var user: ProcessUser?

    public init(user: ProcessUser?) { self.user = user }

    public var encoded: [UInt8] {
        var body = WireWriter()
        body.put(user) { $1.write(to: &$0) }
        var writer = WireWriter()
        writer.put(Self.mark)
        writer.put(body.bytes)
        return writer.bytes
    }

    /// Takes the notice from the front of what came; nil when there is none, or not all of it.
    public static func take(from bytes: inout ArraySlice<UInt8>) -> ExecutionNotice? {
        guard bytes.count > 5, bytes.first == mark else { return nil }
        let start = bytes.startIndex
        let length = (1...4).reversed().reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
        guard length <= bytes.count - 5 else { return nil }
        var reader = WireReader(Array(bytes[(start + 5)..<(start + 5 + length)]))
        let user: ProcessUser?
        do throws(WireError) {
            user = try reader.takeOptional { (reader) throws(WireError) -> ProcessUser in try ProcessUser(from: &reader)
            }
        } catch { return nil }
        bytes = bytes.dropFirst(5 + length)
        return ExecutionNotice(user: user)
    }
}

/// What a container's first process leaves in its pipe when a step failed: nothing else fits through.
public struct StepFailure: Equatable, Sendable {
    public static let bytes = 9

    public var index: UInt32
    public var errno: Int32
    public var reason: LaunchFailure.Reason

    public init(index: UInt32, errno: Int32, reason: LaunchFailure.Reason) {
        self.index = index
        self.errno = errno
        self.reason = reason
    }

    public var encoded: [UInt8] {
        var writer = WireWriter()
        writer.put(index)
        writer.put(errno)
        writer.put(reason.rawValue)
        return writer.bytes
    }

    public init(_ bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        index = try reader.take()
        errno = try reader.take()
        guard let reason = LaunchFailure.Reason(rawValue: try reader.take()) else { throw .badValue("reason") }
        self.reason = reason
        try reader.finish()
    }
}
