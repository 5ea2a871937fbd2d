import Launch
import Linux

/// One pod: starts its containers, copies their output, holds its deadline, and tells every report to whoever is
/// connected and to the file in the run directory.
///
/// Everything happens in one loop over epoll. Nothing in it blocks, so no job can keep a deadline from firing.
final class Supervisor {
    private let poller: Poller
    private let listener: OwnedDescriptor
    private var journal: Journal
    private var alarm = Alarm()
    private var containers: [RunningContainer] = []
    private let copier = OutputCopier()
    private let attachments = Attachments()
    private let graceMilliseconds: UInt64
    private let namespaces: PodNamespaces
    /// With a user namespace of the pod's own.
    private let users: PodUsers?
    /// To be sent before the deadline.
    private let warning: WarningSignal?
    /// In the order in which they were started.
    private let sidecars: [String]
    /// Why no container can be started in this pod, if so.
    private let broken: LaunchFailure?
    private var releasing = false
    /// All were asked to stop; sidecars follow when their time has come.
    private var isStopping = false
    /// Somebody who must end waits for the daemon's word before it is asked to.
    private var isWaitingForHooks = false
    /// The deadline has passed: nothing is started any more, unless the daemon sets another one.
    private var expired = false

    /// Takes the plan from the descriptor it was born with, and starts what it says.
    static func run() throws {
        let connection = Connection(OwnedDescriptor(owning: Frame.controlDescriptor))
        // Which namespaces the pod has is told beforehand, so that they are there when the plan is.
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let bits = UInt8(arguments[2]) else { throw WireError.truncated }
        let tells = arguments.last == NamespacesNotice.argument
        let range = arguments.dropFirst(3).lazy.compactMap { UserRange(argument: $0) }.first
        var (broken, reaper, users) = PodSetup.makeNamespaces(PodNamespaces(rawValue: bits), range)
        if tells {
            // The first bytes on an empty socket: they go at once.
            _ = try Sockets.send(connection.socket, NamespacesNotice(failure: broken).encoded)
        }
        guard case .launch(let pod) = try connection.waitForFirstRequest() else { throw WireError.unknownKind(0) }
        // The job may be anything; when memory runs out it should not be its supervisor that goes. Not being allowed
        // to is no reason not to start.
        try? HostProc.write("self/oom_score_adj", "-998")
        Processes.setFileMode(mask: 0o077)
        // Before the working directory is set, which mounting moves.
        if broken == nil, !pod.memoryVolumes.isEmpty { broken = PodMemory.mount(pod.memoryVolumes) }
        try Mounts.enter(pod.runDirectory)
        let poller = try Poller()
        // Before the first process of the pod: whoever finds one running also finds us.
        let listener = try Sockets.listen(at: RunDirectoryFile.control)
        try poller.add(listener.raw, token: Token.listener.packed)
        var journal = try Journal(path: RunDirectoryFile.reports)
        try journal.add(connection, poller)
        journal.add([.supervisor(processID: Processes.ownID, uid: pod.uid), .abilities(.all)], poller)
        if broken == nil { broken = PodSetup.setHostname(pod.hostname) ?? PodSetup.perform(pod.steps, users) }
        if broken == nil, let reaper, let group = pod.reaperCgroup { broken = PodSetup.move(reaper, to: group) }
        let supervisor = Supervisor(poller, listener, journal, pod, users, broken)
        if let milliseconds = pod.deadlineMilliseconds {
            supervisor.alarm.deadline = Clocks.bootNanoseconds + nanoseconds(milliseconds)
        }
        for launch in pod.containers { supervisor.start(launch) }
        // What came together with the plan is in our buffer already, and no event will tell of it.
        for request in connection.receive(reading: false).requests { supervisor.handle(request) }
        supervisor.armAlarm()
        try supervisor.loop()
    }

    private init(
        _ poller: consuming Poller, _ listener: consuming OwnedDescriptor, _ journal: consuming Journal,
        _ pod: PodLaunch, _ users: PodUsers?, _ broken: LaunchFailure?
    ) {
        self.poller = poller
        self.listener = listener
        self.journal = journal
        self.broken = broken
        graceMilliseconds = pod.graceMilliseconds
        namespaces = pod.namespaces
        self.users = users
        warning = pod.warning
        sidecars = pod.sidecars
    }

    private func loop() throws {
        while true {
            if containers.allSatisfy(\.ended), attachments.isEmpty, releasing || journal.isAlone { return }
            for event in try poller.wait() { handle(event) }
            // With nobody there to run a hook, none is waited for.
            if isWaitingForHooks, journal.isAlone { freeAll() }
            // After a ring there may be something still to come.
            armAlarm()
        }
    }

    private func handle(_ event: Poller.Event) {
        guard let token = Token(event.token) else { return }
        switch token {
        case .listener: journal.accept(from: listener, poller)
        case .connection(let index):
            for request in journal.exchange(index, event, poller) { handle(request) }
            attach(index)
        case .alarm:
            switch alarm.ring() {
            case .deadline:
                expired = true
                journal.add(.deadlineReached(at: Clocks.wallNanoseconds), poller)
                stop(graceMilliseconds: graceMilliseconds, because: .deadline)
            case .grace: killWhatIsLate()
            case .warning: warn()
            case .patience: attachments.dropImpatiently(now: Clocks.bootNanoseconds, poller)
            case nil: break
            }
        case .process(let index): finish(index)
        case .failure(let index): journal.add(containers[index].readFailurePipe(poller), poller)
        case .output(let index): containers[index].copyOutput(copier, poller)
        case .errors(let index): containers[index].copyErrors(copier, poller)
        case .memory(let index): containers[index].runOutOfMemory()
        case .attached(let index): attachments.listen(to: index, poller)
        case .tap(let index, let isErrors): attachments.flush(index, isErrors: isErrors, poller)
        }
    }

    /// If it was that for which this connection was made.
    private func attach(_ index: Int) {
        guard let (connection, wish) = journal.takeAttaching(index) else { return }
        let container = containers.last { $0.name == wish.container && !$0.ended }
        attachments.add(connection, wish.streams, container, poller)
    }

    private func handle(_ request: Request) {
        switch request {
        case .launch: break  // one pod, once
        case .attach, .endInput: break  // of connections of their own
        case .start(let launch): start(launch)
        case .terminate(let grace): stop(graceMilliseconds: grace, because: .terminated)
        case .kill: killAll(because: .terminated)
        case .stop(let name, let attempt, let grace):
            for container in containers where container.name == name && container.attempt == attempt {
                stop(container, graceMilliseconds: grace)
            }
        case .lastHookEnded(let name, let attempt):
            for container in containers where container.name == name && container.attempt == attempt {
                free(container)
            }
        case .setDeadline(let milliseconds):
            alarm.deadline = milliseconds.map { Clocks.bootNanoseconds + nanoseconds($0) }
            expired = false
            if warning != nil { writeDeadline(milliseconds) }
        case .release:
            releasing = true
            killAll(because: .terminated)
        }
        armAlarm()
    }

    private func start(_ launch: ContainerLaunch) {
        // Asked for by a daemon that had not heard yet that the one before it did: once is enough.
        guard !containers.contains(where: { $0.name == launch.name && $0.attempt == launch.attempt }) else { return }
        isStopping = false
        let index = containers.count
        if let broken = broken ?? (expired ? Self.tooLate : nil) {
            journal.add(
                .failedToStart(
                    container: launch.name, attempt: launch.attempt, at: Clocks.wallNanoseconds, broken), poller)
            return
        }
        switch RunningContainer.start(launch, index: index, namespaces, users, poller) {
        case .success(let container): containers.append(container)
        case .failure(let failure):
            journal.add(
                .failedToStart(
                    container: launch.name, attempt: launch.attempt, at: Clocks.wallNanoseconds, failure.failure),
                poller)
        }
        armAlarm()
    }

    private static let tooLate = LaunchFailure(place: .pod(.clone), reason: .tooLate, errno: 0)

    private func finish(_ index: Int) {
        guard let reports = containers[index].reap(copier, poller) else { return }
        journal.add(reports, poller)
        attachments.containerEnded(containers[index], poller)
        if isStopping { askNextToStop() }
        armAlarm()
    }

    /// Asks every container to stop, and sees to it that it does: the main ones at once, then the sidecars, all within the
    /// same time.
    private func stop(graceMilliseconds: UInt64, because cause: ExitReport.Cause) {
        guard !containers.allSatisfy(\.ended) else { return }
        guard graceMilliseconds > 0 else { return killAll(because: cause) }
        let end = Clocks.bootNanoseconds + nanoseconds(graceMilliseconds)
        for container in containers where !container.ended {
            container.mustEnd(by: end, because: cause)
            if !sidecars.contains(container.name) { ask(container) }
        }
        isStopping = true
        askNextToStop()
        armAlarm()
    }

    /// When only sidecars run, the one that was started last goes, so that those before it are there until its end.
    private func askNextToStop() {
        let running = containers.filter { !$0.ended }
        guard running.allSatisfy({ sidecars.contains($0.name) }) else { return }
        for name in sidecars.reversed() {
            guard let next = running.first(where: { $0.name == name }) else { continue }
            if !next.wasSignalled { ask(next) }
            return
        }
    }

    /// The signal, unless there is a hook to be run before it and somebody to run it.
    private func ask(_ container: RunningContainer) {
        if container.isHeld, !journal.isAlone {
            isWaitingForHooks = true
        } else {
            container.askToStop()
        }
    }

    private func free(_ container: RunningContainer) {
        container.free()
        guard !container.ended, container.isEnding else { return }
        if sidecars.contains(container.name), !container.stopsAlone {
            askNextToStop()
        } else {
            container.askToStop()
        }
    }

    private func freeAll() {
        isWaitingForHooks = false
        for container in containers where container.isHeld && container.isEnding { free(container) }
    }

    private func stop(_ container: RunningContainer, graceMilliseconds: UInt64) {
        guard !container.ended else { return }
        guard graceMilliseconds > 0 else { return container.kill(because: .terminated) }
        container.mustEnd(by: Clocks.bootNanoseconds + nanoseconds(graceMilliseconds), because: .terminated)
        container.stopsAlone = true
        ask(container)
        armAlarm()
    }

    private func killWhatIsLate() {
        let now = Clocks.bootNanoseconds
        for container in containers where !container.ended && container.killAt ?? .max <= now {
            container.kill(because: nil)
        }
        armAlarm()
    }

    private func killAll(because cause: ExitReport.Cause) {
        for container in containers where !container.ended { container.kill(because: cause) }
        armAlarm()
    }

    private func armAlarm() {
        alarm.grace = containers.lazy.filter { !$0.ended }.compactMap(\.killAt).min()
        if let warning {
            alarm.warning = alarm.deadline.flatMap { deadline in
                containers.compactMap { $0.warningTime(warning, deadline: deadline) }.min()
            }
        }
        alarm.patience = attachments.patienceEnds
        alarm.arm(poller)
    }

    /// Sends the signal to every container whose time it is.
    private func warn() {
        guard let warning, let deadline = alarm.deadline else { return }
        let now = Clocks.bootNanoseconds
        for container in containers {
            guard let time = container.warningTime(warning, deadline: deadline), time <= now else { continue }
            if let report = container.warn(warning, deadline: deadline, now: now) { journal.add(report, poller) }
        }
    }

    /// For containers to read. In place, because they have this very file mounted.
    private func writeDeadline(_ milliseconds: UInt64?) {
        let at = milliseconds.map { Clocks.wallNanoseconds + nanoseconds($0) }
        // What is left in it then is what was true before; the signal does not depend on it.
        try? Files.write(DeadlineText.make(nanoseconds: at), to: RunDirectoryFile.deadline)
    }
}
