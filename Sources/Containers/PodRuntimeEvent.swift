public import Foundation

/// What happens to a pod, in the order in which it happened.
public enum PodRuntimeEvent: Sendable, Equatable {
    case started(container: String, attempt: Int, at: Date, processID: Int32)
    /// The program was never run. The message is a whole sentence.
    case failedToStart(container: String, attempt: Int, at: Date, failure: StartFailure)
    case exited(ContainerExit)
    case deadlineReached(at: Date)
    /// The main process was sent the signal that warns of the deadline, so long before it.
    case deadlineWarning(container: String, attempt: Int, at: Date, signal: Int32, left: Duration)
    /// Whom the program is about to run as; `.started` follows.
    case runsAs(container: String, attempt: Int, ContainerIdentity)
    /// The supervisor is gone and left no record of how its containers ended. Nothing follows.
    case lost(message: String)
}

/// The numbers a container's first process starts with.
public struct ContainerIdentity: Sendable, Hashable {
    public var uid: UInt32
    public var gid: UInt32
    /// Sorted; `gid` is among them.
    public var groups: [UInt32]

    public init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }
}

/// Why a program was never run.
public struct StartFailure: Sendable, Equatable {
    public enum Kind: Sendable {
        /// No such program in the container: Kubernetes' exit code 127 or 128, reason `StartError`.
        case commandNotFound
        /// It is there and cannot be executed.
        case commandNotExecutable
        /// Something else in the container is not as it should be, or could not be set up.
        case setup
    }

    public var kind: Kind
    public var message: String

    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}

/// The end of one attempt.
public struct ContainerExit: Sendable, Equatable {
    public enum Cause: Sendable {
        case exit
        /// After `terminate` or `kill`.
        case terminated
        case deadline
        case oom
    }

    public var container: String
    public var attempt: Int
    /// As a shell says it: 128 + n for signal n.
    public var exitCode: Int32
    public var signal: Int32?
    public var cause: Cause
    public var startedAt: Date
    public var finishedAt: Date
    public var usage: ResourceUsage
    /// Bytes of output that could not be written to the log.
    public var lostLogBytes: UInt64
}
