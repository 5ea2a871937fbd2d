import Launch
import Linux
import Synchronization

/// A pod that has, or had, a supervisor. Dropping the value leaves the pod running; `ContainerHost.adopt` finds it again.
public final class RunningPod: Sendable {
    public let uid: String
    /// For one consumer. Ends after `release`, after `.lost`, or when nothing more can come.
    public let events: AsyncStream<PodRuntimeEvent>

    private let teller: AsyncStream<PodRuntimeEvent>.Continuation
    private let record = Mutex(PodRecord())
    private let released = Mutex(false)
    private let channel: SupervisorChannel?
    private let firstProcesses: FirstProcesses
    /// Prepares a further attempt: its directories, its group, its list.
    private let prepare: @Sendable (ContainerPlan) throws(ContainerError) -> ContainerLaunch

    init(
        uid: String, channel: SupervisorChannel?, _ firstProcesses: FirstProcesses,
        prepare: @escaping @Sendable (ContainerPlan) throws(ContainerError) -> ContainerLaunch
    ) {
        self.uid = uid
        self.channel = channel
        self.firstProcesses = firstProcesses
        self.prepare = prepare
        (events, teller) = AsyncStream.makeStream()
    }

    deinit { teller.finish() }

    /// Starts a further attempt. Its start and its end arrive as events.
    public func start(_ container: ContainerPlan) async throws(ContainerError) {
        guard let channel else { throw .supervisorGone(uid: uid) }
        let prepare = self.prepare
        var launch = try await awayFromThePool { () throws(ContainerError) in try prepare(container) }
        record.withLock { record in
            record.expect(launch.name, launch.attempt)
            // A supervisor from before there were any: the daemon of its time said that an input is ignored.
            if !record.abilities.contains(.streams) { launch.streams = [] }
            if !record.abilities.contains(.lastHooks) { launch.hasLastHook = false }
        }
        guard channel.send(.start(launch)) else { throw .supervisorGone(uid: uid) }
    }

    /// The stop signal to every first process, and after `grace` the kill. The supervisor holds the timer.
    public func terminate(grace: Duration) { channel?.send(.terminate(graceMilliseconds: grace.wholeMilliseconds)) }

    /// The same for one container. Zero kills at once. Its end arrives as an event.
    public func stop(container: String, attempt: Int, grace: Duration) {
        channel?.send(
            .stop(container: container, attempt: UInt32(attempt), graceMilliseconds: grace.wholeMilliseconds))
    }

    /// A container with a hook before its end may be asked to stop: the supervisor waits for this word, within the grace
    /// period, as long as this daemon is connected.
    public func lastHookEnded(container: String, attempt: Int) {
        guard record.withLock({ $0.abilities.contains(.lastHooks) }) else { return }
        channel?.send(.lastHookEnded(container: container, attempt: UInt32(attempt)))
    }

    public func kill() { channel?.send(.kill) }

    /// From now; nil takes it away.
    public func setDeadline(_ fromNow: Duration?) {
        channel?.send(.setDeadline(milliseconds: fromNow?.wholeMilliseconds))
    }

    /// Every event was taken and written down: the supervisor may go. Then `ContainerHost.remove`.
    public func release() {
        released.withLock { $0 = true }
        channel?.send(.release)
    }

    // MARK: for ContainerHost

    func expect(_ launch: ContainerLaunch) { record.withLock { $0.expect(launch.name, launch.attempt) } }

    /// Begins to tell events.
    func listen() throws(SyscallError) {
        try channel?.open(
            { [weak self] report in self?.take(report) }, ended: { [weak self] in self?.end() })
    }

    func take(_ report: Report) {
        guard let event = record.withLock({ $0.take(report) }) else { return }
        firstProcesses.take(uid, event)
        teller.yield(event)
    }

    /// Nothing more comes.
    func end() {
        if record.withLock({ $0.hasOpenEnds }), !released.withLock({ $0 }) {
            teller.yield(.lost(message: "the pod's supervisor ended without a record of its containers"))
        }
        teller.finish()
    }
}

extension Duration {
    /// Rounded up, never negative.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (milliseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : milliseconds + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
