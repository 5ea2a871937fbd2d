/// What the daemon and a supervisor say to each other over a stream socket.
///
///     daemon                                     supervisor
///       | -- spawns it, with the pod's namespaces -> |   in its arguments; makes them while the daemon makes the plan
///       | <--------------------- NamespacesNotice - |   when asked for, for a pod that is joined to a network now
///       | -- launch(pod, its containers) ----------> |   once, on the socket it was born with
///       |                                            |   clone3, steps, execve
///       | <------------------------- started(x, 1) - |   or failedToStart(x, 1, which step, errno)
///       | -- setDeadline / terminate / kill -------> |   any time, any number of times
///       | <---------------- deadlineWarning(x, 1) - |   when the pod has a signal for it
///       | <-------------------------- exited(x, 1) - |   exactly one for each start that was reported
///       | -- start(x, 2) --------------------------> |   a further attempt, or the first of a container that waited
///       | -- stop(x, 2) ---------------------------> |   this container alone
///       | -- lastHookEnded(x, 2) ------------------> |   it may be asked to stop now, if it has such a hook
///       | -- attach(x, streams) -------------------> |   on a connection of its own, see AttachReport
///       :                                            :
///       X  dies                                      |   containers run on; reports go to the file `reports`
///     daemon'                                        |
///       | -- connects to `control` ----------------> |
///       | <--- supervisor, started, exited … again - |   every report from the first, then the new ones
///       | -- release ------------------------------> |
///                                                    X   also when nobody is connected and nothing runs
///
/// A frame is its length (4 bytes, of what follows), its kind (1 byte) and its fields; numbers are little-endian.
/// The file holds the same frames as the socket, so that whoever reads either, from the beginning, knows the same.
///
/// A supervisor outlives the daemon that started it, and is then spoken to by a newer one. So every report, and every
/// request but `launch`, which only goes to the program this daemon brought along, keeps its form for ever; what is new
/// is a kind of its own. A report of a kind that the daemon does not know is passed over (a daemon that was taken back
/// to an older version); a request that the supervisor does not know would cost the connection, so a daemon sends new
/// ones only where it knows that they are understood.
public enum Frame {
    /// No honest message comes near it: arguments and environment of one program are 2 MiB at most.
    public static let limit = 4 << 20
    public static let headerBytes = 4
    /// The descriptor of the supervisor's first connection; 0, 1 and 2 are /dev/null.
    public static let controlDescriptor: Int32 = 3
}

/// From the daemon.
public enum Request: Equatable, Sendable {
    case launch(PodLaunch)
    case start(ContainerLaunch)
    /// The stop signal to every first process, and the kill after this.
    case terminate(graceMilliseconds: UInt64)
    case kill
    /// Milliseconds from now; nil takes the deadline away.
    case setDeadline(milliseconds: UInt64?)
    /// As `terminate`, for one attempt of one container. Zero kills at once.
    case stop(container: String, attempt: UInt32, graceMilliseconds: UInt64)
    /// The hook that comes before the stop signal is over, or there is none to be run: one that has such a hook is not
    /// asked to stop before this, as long as somebody is connected.
    case lastHookEnded(container: String, attempt: UInt32)
    /// All reports were taken; the supervisor ends, and what still runs is killed.
    case release
    /// To see what the attempt of this container that runs writes, and to write what it reads. The connection is for
    /// nothing else from then on.
    case attach(container: String, AttachedStreams)
    /// Of somebody who is attached: no more input comes, for what has its input once.
    case endInput
}

/// From the supervisor. Times are nanoseconds since 1970, of the wall clock.
public enum Report: Equatable, Sendable {
    /// The first of all.
    case supervisor(processID: Int32, uid: String)
    case started(container: String, attempt: UInt32, at: Int64, processID: Int32)
    case failedToStart(container: String, attempt: UInt32, at: Int64, LaunchFailure)
    case exited(ExitReport)
    case deadlineReached(at: Int64)
    /// The pod's signal was sent to the first process, so long before the deadline.
    case deadlineWarning(container: String, attempt: UInt32, at: Int64, signal: Int32, leftMilliseconds: UInt64)
    /// Whom the program about to be started runs as; the start itself is told next.
    case runsAs(container: String, attempt: UInt32, ProcessUser)
    /// What newer requests this supervisor understands; before any report of a container.
    case abilities(SupervisorAbilities)
}

/// The numbers a program starts with.
public struct ProcessUser: Hashable, Sendable {
    public var uid: UInt32
    public var gid: UInt32
    /// `gid` among them.
    public var groups: [UInt32]

    public init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }
}

/// Why the user's program never ran.
public struct LaunchFailure: Equatable, Sendable {
    public enum Reason: UInt8, Error, Sendable {
        /// The call of the step said `errno`.
        case call
        case noSuchUser, noSuchGroup
        /// A password or group file that is not a file or too large to be one.
        case unusableUserFile
        case commandNotFound
        /// The process ended before it reached the program; `errno` is the wait status.
        case died
        /// The file system at /proc is not procfs.
        case notProc
        /// The pod's deadline had passed already.
        case tooLate
        /// The kernel took a value and shows another one.
        case notKept
        /// A file system that cannot show its files with the ids of a user namespace.
        case cannotMap
    }

    public var place: Place
    public var reason: Reason
    public var errno: Int32

    public enum Place: Equatable, Sendable {
        case pod(PodStep)
        /// The number in the list and the step itself, so that even a restarted daemon can write the sentence.
        case container(index: UInt32, LaunchStep)
    }

    public init(place: Place, reason: Reason, errno: Int32) {
        self.place = place
        self.reason = reason
        self.errno = errno
    }
}

/// What a supervisor does before a container's own steps.
public enum PodStep: UInt8, Sendable {
    case makeNamespaces, raiseLoopback, setHostname, openLog, watchMemory, openControlGroup, makePipes, clone
    case mountMemory
    /// The process that collects what the pod's containers leave behind, when they share a PID namespace.
    case startReaper
    /// The user namespace of a pod that has one, and the others in it.
    case makeUsers
}

/// One attempt is over.
public struct ExitReport: Equatable, Sendable {
    public enum Cause: UInt8, Sendable {
        /// By itself, or by a signal that was not ours.
        case exit
        /// After `terminate` or `kill`.
        case terminated
        case deadline
        /// The kernel ran out of the memory it was allowed.
        case outOfMemory
    }

    public struct Counter: Equatable, Sendable {
        public var kind: UInt8
        public var text: String

        public init(kind: UInt8, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    public var container: String
    public var attempt: UInt32
    /// The exit code, or with `signalled` the signal.
    public var status: Int32
    public var signalled: Bool
    public var cause: Cause
    public var startedAt: Int64
    public var finishedAt: Int64
    /// Of the first process and the children it waited for; the cgroup's counters know better where they exist.
    public var userMicroseconds: UInt64
    public var systemMicroseconds: UInt64
    public var peakResidentBytes: UInt64
    /// Log bytes that could not be written, for want of space.
    public var lostLogBytes: UInt64
    public var counters: [Counter]

    public init(
        container: String, attempt: UInt32, status: Int32, signalled: Bool, cause: Cause, startedAt: Int64,
        finishedAt: Int64, userMicroseconds: UInt64 = 0, systemMicroseconds: UInt64 = 0, peakResidentBytes: UInt64 = 0,
        lostLogBytes: UInt64 = 0, counters: [Counter] = []
    ) {
        self.container = container
        self.attempt = attempt
        self.status = status
        self.signalled = signalled
        self.cause = cause
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.userMicroseconds = userMicroseconds
        self.systemMicroseconds = systemMicroseconds
        self.peakResidentBytes = peakResidentBytes
        self.lostLogBytes = lostLogBytes
        self.counters = counters
    }
}
