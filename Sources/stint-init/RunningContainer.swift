import Launch
import Linux

/// One attempt of one container, from clone to its exit report. Owned by the supervisor.
final class RunningContainer {
    let name: String
    let attempt: UInt32
    private let killPath: String?
    private let counters: [CounterSource]
    private let stopSignal: Int32
    private let ownPIDNamespace: Bool
    /// Kept until the program runs: a failure report quotes the step.
    private var steps: [LaunchStep]
    private let index: Int
    private let processID: Int32
    private let pidfd: OwnedDescriptor
    private var failurePipe: FailurePipe?
    private let log: LogFile
    private var output: LogStream?
    private var errors: LogStream?
    private let streams: ContainerStreams
    /// What the program reads: the writing end.
    private var input: HeldDescriptor?
    /// Somebody has the input that there is once.
    private var inputIsTaken = false
    /// Over which its terminal comes, before it runs.
    private var terminalSocket: HeldDescriptor?
    private let memory: MemoryWatch?
    private var startedAt: Int64?
    /// The same on the clock that does not jump.
    private var begunAt: Int64 = 0
    /// The deadline it was warned of last.
    private var warnedFor: Int64?
    private var cause = ExitReport.Cause.exit
    private(set) var ended = false
    private var ending: ContainerEnding
    private(set) var wasSignalled = false
    /// It was told to stop alone, and not in its turn.
    var stopsAlone = false

    struct Failed: Error { let failure: LaunchFailure }

    /// Clones the container's first process, which performs the steps on its own.
    static func start(
        _ launch: ContainerLaunch, index: Int, _ namespaces: PodNamespaces, _ users: PodUsers?,
        _ poller: borrowing Poller
    ) -> Result<RunningContainer, Failed> {
        var step = PodStep.openLog
        do throws(SyscallError) {
            let log = try LogFile(launch.log)
            step = .watchMemory
            let memory = try launch.memoryEvents.map { events throws(SyscallError) in try MemoryWatch(events) }
            step = .makePipes
            let ends = try PipeEnds(launch.streams)
            step = .openControlGroup
            let group = try ControlGroup(launch.cgroup)
            step = .clone
            var new: NewNamespaces = [.mounts]
            if namespaces.contains(.pids) { new.insert(.pids) }
            switch try Processes.clone(new, cgroup: group.descriptor) {
            case .child:
                ContainerChild.run(launch.steps, ends, users)
            case .parent(let pid, let pidfd):
                let container = RunningContainer(
                    launch, index, pid, OwnedDescriptor(owning: pidfd), ends, log, memory, namespaces)
                ends.closeTheirs()
                try container.watch(poller)
                return .success(container)
            }
        } catch {
            return .failure(Failed(failure: LaunchFailure(.pod(step), error)))
        }
    }

    private init(
        _ launch: ContainerLaunch, _ index: Int, _ processID: Int32, _ pidfd: consuming OwnedDescriptor,
        _ ends: PipeEnds, _ log: LogFile, _ memory: MemoryWatch?, _ namespaces: PodNamespaces
    ) {
        name = launch.name
        attempt = launch.attempt
        killPath = launch.killPath
        counters = launch.counters
        stopSignal = launch.stopSignal
        ending = ContainerEnding(isHeld: launch.hasLastHook)
        steps = launch.steps
        ownPIDNamespace = namespaces.contains(.pids)
        self.index = index
        self.processID = processID
        self.pidfd = pidfd
        self.log = log
        self.memory = memory
        streams = launch.streams
        failurePipe = FailurePipe(OwnedDescriptor(owning: ends.failure.read))
        output = ends.output.map { LogStream(OwnedDescriptor(owning: $0.read), "stdout") }
        errors = ends.errors.map { LogStream(OwnedDescriptor(owning: $0.read), "stderr") }
        terminalSocket = ends.terminal.map { HeldDescriptor(owning: $0.ours) }
        guard let end = ends.input?.write else { return }
        let input = HeldDescriptor(owning: end)
        // Whoever is attached gets this very end: it writes as fast as the program reads, and never blocks.
        try? input.descriptor.setNonBlocking()
        self.input = input
    }

    private func watch(_ poller: borrowing Poller) throws(SyscallError) {
        try poller.add(pidfd.raw, token: Token.process(index).packed)
        if let failurePipe { try poller.add(failurePipe.descriptor.raw, token: Token.failure(index).packed) }
        if let output { try poller.add(output.descriptor.raw, token: Token.output(index).packed) }
        if let errors { try poller.add(errors.descriptor.raw, token: Token.errors(index).packed) }
        if let memory { try poller.add(memory.counter.raw, token: Token.memory(index).packed) }
    }

    // MARK: what the loop sees

    /// Reports when the pipe is at its end: the program runs, or will never.
    func readFailurePipe(_ poller: borrowing Poller) -> [Report] {
        guard let pipe = failurePipe, let outcome = pipe.read() else { return [] }
        try? poller.remove(pipe.descriptor.raw)
        failurePipe = nil
        let now = Clocks.wallNanoseconds
        switch outcome {
        case .running(let user):
            takeTerminal(poller)
            startedAt = now
            begunAt = Clocks.bootNanoseconds
            steps = []
            let started = Report.started(container: name, attempt: attempt, at: now, processID: processID)
            guard let user else { return [started] }
            return [.runsAs(container: name, attempt: attempt, user), started]
        case .failed(let failure):
            guard let failure = LaunchFailure(failure, of: steps) else { return [] }
            steps = []
            return [.failedToStart(container: name, attempt: attempt, at: now, failure)]
        case .died:
            // Reported with the wait status, when the process is reaped.
            return []
        }
    }

    func copyOutput(_ copier: OutputCopier, _ poller: borrowing Poller) { copy(&output, copier, poller) }

    func copyErrors(_ copier: OutputCopier, _ poller: borrowing Poller) { copy(&errors, copier, poller) }

    private func copy(_ stream: inout LogStream?, _ copier: OutputCopier, _ poller: borrowing Poller) {
        guard let open = stream else { return }
        if copier.copy(open, log) == .ended { return close(&stream, poller) }
        hold(open, poller)
    }

    /// The child has sent it before it said that it runs, or there is none.
    private func takeTerminal(_ poller: borrowing Poller) {
        guard let socket = terminalSocket else { return }
        terminalSocket = nil
        var number: Int32?
        var frame = [UInt8](repeating: 0, count: 64)
        _ = frame.withUnsafeMutableBytes { frame in
            try? Sockets.receive(socket.descriptor, into: frame, descriptor: &number)
        }
        guard let number else { return }
        let stream = LogStream(terminal: OwnedDescriptor(owning: number))
        output = stream
        try? poller.add(stream.descriptor.raw, token: Token.output(index).packed)
    }

    private func close(_ stream: inout LogStream?, _ poller: borrowing Poller) {
        guard let ended = stream else { return }
        if !ended.isHeld { try? poller.remove(ended.descriptor.raw) }
        stream = nil
    }

    /// A v1 memory group ran out. The kernel takes one process; a container is all or nothing, as in v2.
    func runOutOfMemory() {
        guard let memory, memory.take(), !ended else { return }
        cause = .outOfMemory
        kill(because: nil)
    }

    /// When the first process has ended: what is left of its output, its counters, and the one report of its exit.
    func reap(_ copier: OutputCopier, _ poller: borrowing Poller) -> [Report]? {
        guard !ended, let end = try? Processes.reap(pidfd) else { return nil }
        let finishedAt = Clocks.wallNanoseconds
        // With its own pid namespace the kernel has already ended everybody else in it.
        if !ownPIDNamespace { killGroup() }
        ended = true
        try? poller.remove(pidfd.raw)
        if let memory {
            if memory.take() { cause = .outOfMemory }
            try? poller.remove(memory.counter.raw)
        }
        var reports = readFailurePipe(poller)
        for stream in [output, errors] {
            if let stream { copier.drain(stream, log) }
        }
        close(&output, poller)
        close(&errors, poller)
        input = nil
        guard let startedAt else {
            // Steps are kept until something was reported. Killed on its way, then, by a limit or by us.
            if reports.isEmpty, !steps.isEmpty {
                reports.append(
                    .failedToStart(
                        container: name, attempt: attempt, at: finishedAt,
                        LaunchFailure(place: .pod(.clone), reason: .died, errno: end.status)))
            }
            steps = []
            return reports
        }
        reports.append(
            .exited(
                ExitReport(
                    container: name, attempt: attempt, status: end.status, signalled: end.signalled, cause: cause,
                    startedAt: startedAt, finishedAt: finishedAt, userMicroseconds: end.userMicroseconds,
                    systemMicroseconds: end.systemMicroseconds, peakResidentBytes: end.peakResidentBytes,
                    lostLogBytes: log.lostBytes, counters: readCounters())))
        return reports
    }

    /// Only text that a frame can carry, and as much as any cgroup file holds.
    private func readCounters() -> [ExitReport.Counter] {
        counters.compactMap { counter in
            // A counter that cannot be read is worth less than the report it belongs to.
            guard let text = try? Files.readText(counter.path, limit: 65_536) else { return nil }
            return ExitReport.Counter(kind: counter.kind, text: text)
        }
    }

    // MARK: those who are attached

    /// It runs, or is about to.
    var isAttachable: Bool { !ended && (!streams.contains(.terminal) || output != nil) }
    /// Errors apart from the output.
    var hasErrors: Bool { !streams.contains(.terminal) }

    func withTerminal(_ body: (borrowing OwnedDescriptor) throws(SyscallError) -> Void) throws(SyscallError) {
        guard streams.contains(.terminal), let output else { return }
        try body(output.descriptor)
    }

    /// The input, if it has one and nobody has it who is the only one. A terminal is written to as a terminal.
    ///
    /// - Returns: whether it is to be taken back.
    func giveInput(
        _ body: (borrowing OwnedDescriptor) throws(SyscallError) -> Void
    ) throws(SyscallError) -> Bool {
        if streams.contains(.terminal) {
            guard streams.contains(.input), let output else { return false }
            try body(output.descriptor)
            return false
        }
        guard let input, !inputIsTaken else { return false }
        try body(input.descriptor)
        inputIsTaken = streams.contains(.inputOnce)
        return inputIsTaken
    }

    func takeInputBack() { inputIsTaken = false }

    /// For good: the program reads the end when it has read the rest.
    func closeInput() { input = nil }

    func add(_ output: Tap?, _ errors: Tap?) {
        if let output { self.output?.add(output) }
        if let errors { self.errors?.add(errors) }
    }

    func remove(_ output: Tap?, _ errors: Tap?) {
        if let output { self.output?.remove(output) }
        if let errors { self.errors?.remove(errors) }
    }

    private func hold(_ stream: LogStream, _ poller: borrowing Poller) {
        guard stream.isStuck, !stream.isHeld else { return }
        try? poller.remove(stream.descriptor.raw)
        stream.isHeld = true
        for tap in stream.taps { watchIfStuck(tap, poller) }
    }

    /// Reads on where nobody has to be waited for any more.
    func resume(_ poller: borrowing Poller) {
        if let output { resume(output, .output(index), poller) }
        if let errors { resume(errors, .errors(index), poller) }
    }

    private func resume(_ stream: LogStream, _ token: Token, _ poller: borrowing Poller) {
        guard stream.isHeld, !stream.isStuck else { return }
        stream.isHeld = false
        try? poller.add(stream.descriptor.raw, token: token.packed)
    }

    // MARK: warning

    /// When it is to be warned of the deadline; nil when it does not run, was warned, or was told to stop already.
    func warningTime(_ warning: WarningSignal, deadline: Int64) -> Int64? {
        guard startedAt != nil, !ended, cause == .exit else { return nil }
        return warning.time(deadline: deadline, begun: begunAt, warnedFor: warnedFor)
    }

    func warn(_ warning: WarningSignal, deadline: Int64, now: Int64) -> Report? {
        warnedFor = deadline
        // One that has ended in this moment needs no warning.
        guard (try? Processes.signal(pidfd, warning.signal)) != nil else { return nil }
        return .deadlineWarning(
            container: name, attempt: attempt, at: Clocks.wallNanoseconds, signal: warning.signal,
            leftMilliseconds: UInt64(max(0, deadline - now) / 1_000_000))
    }

    // MARK: stopping

    /// It is to end by then. A second request can shorten its time, not lengthen it.
    func mustEnd(by time: Int64, because cause: ExitReport.Cause) {
        note(cause)
        ending.mustEnd(by: time, isDeadline: cause == .deadline)
    }

    /// A hook holds back the signal that asks it to.
    var isHeld: Bool { ending.isHeld }
    var isEnding: Bool { ending.isOrdered }
    var killAt: Int64? { ending.killAt }

    /// What was to be done before it is asked to stop is done.
    func free() { ending.free(now: Clocks.bootNanoseconds) }

    /// The signal that asks it to. Again for every request, as a program may have missed the first.
    func askToStop() {
        wasSignalled = true
        try? Processes.signal(pidfd, stopSignal)
    }

    func kill(because cause: ExitReport.Cause?) {
        if let cause { note(cause) }
        ending.isKilled()
        killGroup()
        // Without a group, or with one that is being taken away, the first process takes its namespace with it.
        try? Processes.signal(pidfd, Signals.kill)
    }

    private func killGroup() {
        guard let killPath else { return }
        try? Files.write("1", to: killPath)
    }

    /// The first reason is the one that is told.
    private func note(_ cause: ExitReport.Cause) {
        if self.cause == .exit { self.cause = cause }
    }
}
