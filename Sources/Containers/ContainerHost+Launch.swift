import Foundation
import Launch
import Linux

extension ContainerHost {
    /// Starts a pod: groups, plan, supervisor. Returns when the supervisor has the plan; starts and ends of containers
    /// arrive as events. On an error nothing is left of it.
    public func launch(_ pod: PodPlan) async throws(ContainerError) -> RunningPod {
        try PlanCheck.name(pod.uid, field: "pod uid")
        for parameter in pod.kernelParameters { try PlanCheck.check(parameter, pod.namespaces) }
        try PlanCheck.checkUsers(of: pod)
        return try await awayFromThePool { () throws(ContainerError) -> RunningPod in
            let undo = Undo()
            do throws(ContainerError) {
                return try self.start(pod, undo)
            } catch {
                undo.run()
                throw error
            }
        }
    }

    /// What to take back when a later part fails, last first.
    private final class Undo {
        var steps: [() -> Void] = []
        func run() { for step in steps.reversed() { step() } }
    }

    private func start(_ pod: PodPlan, _ undo: Undo) throws(ContainerError) -> RunningPod {
        let directory = runDirectory(pod.uid)
        let namespaces = pod.namespaces
        let users: UserRange?
        let channel: SupervisorChannel
        if let joined = joined.take(pod.uid) {
            // The supervisor waits in its network, and the directory is there.
            channel = joined.channel
            undo.steps.append {
                _ = try? self.leaveNetwork(pod.uid)  // by its record it is tried again
                Directories.removeTree(directory)
            }
            users = joined.users
        } else {
            do { try Directories.makeNew(directory, mode: 0o700) } catch { throw .kernel(error) }
            undo.steps.append { Directories.removeTree(directory) }
            users = pod.hasOwnUsers ? try takeUsers(for: pod.uid) : nil
            do throws(SyscallError) {
                channel = try spawnSupervisor(pod.uid, namespaces, users).channel
            } catch { throw .kernel(error) }
        }
        // Without its plan it ends when the channel does, which nobody holds then.
        guard pod.hasOwnUsers == (users != nil) else {
            throw .plan(field: "hostUsers", problem: "the supervisor of pod \(pod.uid) has another user namespace")
        }

        let group: PodCgroup
        undo.steps.append { [receipts] in receipts.forget(pod.uid) }
        do {
            group = try cgroups.makePod(uid: pod.uid, limits: pod.limits) { receipts.note(pod.uid, pod: $0) }
        } catch { throw .cgroup(error) }
        undo.steps.append { group.discard() }

        var plan = PodLaunch(
            uid: pod.uid, hostname: pod.hostname, namespaces: namespaces,
            deadlineMilliseconds: pod.deadline?.wholeMilliseconds, graceMilliseconds: pod.grace.wholeMilliseconds,
            warning: pod.deadlineWarning.map {
                WarningSignal(signal: $0.signal, leadMilliseconds: $0.lead.wholeMilliseconds)
            },
            sidecars: pod.sidecars, runDirectory: directory,
            memoryVolumes: pod.memoryVolumes.map { $0.forSupervisor(users) },
            steps: pod.kernelParameters.map { .setKernelParameter(path: $0.path, value: $0.value) })
        if namespaces.contains(.sharedPIDs) {
            do { plan.reaperCgroup = try group.makeReaper() } catch { throw .cgroup(error) }
        }
        let deadlineFile = try pod.deadlineWarning.map { (_) throws(ContainerError) in
            try makeDeadlineFile(in: directory, pod.deadline)
        }
        for container in pod.containers {
            plan.containers.append(try prepare(container, in: group, namespaces, users, deadlineFile: deadlineFile))
        }
        let running = RunningPod(uid: pod.uid, channel: channel, firstProcesses) {
            [self] (container) throws(ContainerError) in
            try prepare(container, in: group, namespaces, users, deadlineFile: deadlineFile)
        }
        for launch in plan.containers { running.expect(launch) }
        guard channel.send(.launch(plan)) else { throw .supervisorGone(uid: pod.uid) }
        do throws(SyscallError) { try running.listen() } catch { throw .kernel(error) }
        return running
    }

    /// Starts the supervisor before there is a plan: while it loads and makes the pod's namespaces, which takes a
    /// millisecond or two, the groups and directories are made here.
    ///
    /// - Parameter telling: it says when the namespaces are there (``NamespacesNotice``).
    func spawnSupervisor(
        _ uid: String, _ namespaces: PodNamespaces, _ users: UserRange?, telling: Bool = false
    ) throws(SyscallError) -> (channel: SupervisorChannel, pid: Int32) {
        let (ours, theirs) = try Sockets.pair()
        let end = OwnedDescriptor(owning: theirs)
        let channel = try SupervisorChannel(OwnedDescriptor(owning: ours), loop)
        let null = nothing.raw
        let born = try Processes.spawn(
            program: program,
            arguments: ["stint-init", uid, String(namespaces.rawValue)] + (users.map { [$0.argument] } ?? [])
                + (telling ? [NamespacesNotice.argument] : []),
            // No looking for a program that would print a crash.
            environment: ["SWIFT_BACKTRACE=enable=no"],
            descriptors: [null, null, null, end.raw])
        try reapWhenOver(OwnedDescriptor(owning: born.pidfd))
        return (channel, born.pid)
    }

    /// A dead supervisor that nobody waits for stays in the process table.
    func reapWhenOver(_ pidfd: consuming OwnedDescriptor) throws(SyscallError) {
        let child = Child(pidfd, loop)
        child.token = try loop.add(child.pidfd.raw) { _ in
            guard (try? Processes.reap(child.pidfd)) != nil else { return }
            child.forget()
        }
    }

    /// Kept alive by its handler, and let go by it.
    private final class Child: @unchecked Sendable {
        let pidfd: OwnedDescriptor
        private let loop: ControlLoop
        /// Set once, before the loop can call.
        var token: UInt64 = 0

        init(_ pidfd: consuming OwnedDescriptor, _ loop: ControlLoop) {
            self.pidfd = pidfd
            self.loop = loop
        }

        func forget() { loop.remove(pidfd.raw, token) }
    }

    /// For containers to read, in a directory of memory that goes with the pod. There before the supervisor has its
    /// plan, because the first container mounts it.
    private func makeDeadlineFile(in directory: String, _ deadline: Duration?) throws(ContainerError) -> String {
        let path = directory + "/" + RunDirectoryFile.deadline
        // Nobody lives to see more than thirty years.
        let at = deadline.map {
            Clocks.wallNanoseconds + Int64(min($0.wholeMilliseconds, 1_000_000_000_000)) * 1_000_000
        }
        do throws(SyscallError) {
            _ = try OwnedDescriptor.open(path, [.write, .create, .exclusive, .noFollow], mode: 0o644)
            try FileNames.setMode(path, 0o644)
            try Files.write(DeadlineText.make(nanoseconds: at), to: path)
        } catch { throw .kernel(error) }
        return path
    }

    /// Makes what one attempt needs outside the container: directories, groups, the list of steps.
    ///
    /// - Parameter deadlineFile: shown to the container.
    func prepare(
        _ container: ContainerPlan, in group: PodCgroup, _ namespaces: PodNamespaces, _ users: UserRange?,
        deadlineFile: String?
    ) throws(ContainerError) -> ContainerLaunch {
        var container = container
        if container.privileged { container.capabilities = capabilities }
        if let deadlineFile {
            container.mounts.append(BindMount(source: deadlineFile, target: DeadlineWarning.file, readOnly: true))
        }
        try PlanCheck.check(container)
        firstProcesses.plan(group.uid, container.name, environment: container.environment)
        let filter: [UInt8]
        do {
            filter =
                try container.privileged
                ? [] : profiles.filter(container.seccomp, capabilities: container.capabilities)
        } catch { throw .filter(container: container.name, error) }
        let cgroup: ContainerCgroup
        do {
            cgroup = try group.makeContainer(name: container.name, limits: container.limits) {
                receipts.note(group.uid, container.name, $0)
            }
        } catch { throw .cgroup(error) }
        do {
            let (upper, work) = StepCompiler.directories(container)
            try Directories.make(container.upperDirectory, mode: 0o700)
            // Left from a launch that did not come to its end.
            Directories.removeTree(upper)
            Directories.removeTree(work)
            // The upper directory's mode is the mode of "/" inside.
            try Directories.makeNew(upper, mode: 0o755)
            if let users { try Directories.setOwner(upper, users.first) }
            try Directories.makeNew(work, mode: 0o700)
        } catch { throw .kernel(error) }
        let steps = try StepCompiler(
            plan: container, namespaces: namespaces, groups: StepCompiler.Groups(cgroup), shared: shared,
            filter: filter, users: users
        ).compile()
        return ContainerLaunch(
            name: container.name, attempt: UInt32(container.attempt), cgroup: cgroup.path, killPath: cgroup.killPath,
            memoryEvents: cgroup.oomEventControl.map {
                MemoryEvents(oomControl: $0.oomControlPath, eventControl: $0.eventControlPath)
            },
            counters: cgroup.counterFiles.map { CounterSource(kind: $0.kind.rawValue, path: $0.path) },
            log: LogLimits(
                path: container.logPath, maxBytes: UInt64(container.logMaxBytes),
                maxFiles: UInt32(container.logMaxFiles)),
            stopSignal: container.stopSignal, hasLastHook: container.hasLastHook, steps: steps,
            streams: container.streams.forSupervisor)
    }
}

extension PodCgroup {
    /// After an error that is the one worth reporting.
    func discard() { group.discardTree() }
}

extension GroupSet {
    func discardTree() { try? remove() }
}
