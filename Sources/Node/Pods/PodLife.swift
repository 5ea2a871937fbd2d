import Containers
import Foundation
import Images
import Kube
import Logging
import Store

/// The state of one pod's worker, and the steps of its life.
struct PodLife {
    private var pod: Pod
    private var run: PodRun
    private var running: RunningPod?
    private var images: [String: Image] = [:]
    /// Attempts that ended and are not in the ledger yet.
    private var unrecorded: [(container: String, termination: Termination)] = []
    private var pump: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private var isTerminating = false
    private var isCleanedUp = false
    private(set) var isOver = false

    private let context: PodContext
    private let mailbox: Mailbox<PodWorker.Message>
    private let policy: RestartPolicy
    private let paths: PodPaths

    init(_ pod: Pod, context: PodContext, mailbox: Mailbox<PodWorker.Message>) {
        self.pod = pod
        self.context = context
        self.mailbox = mailbox
        self.policy = RestartPolicy(rawValue: pod.spec.restartPolicy ?? "Always") ?? .always
        self.paths = context.paths(pod.uid)
        self.run = PodRun(pod)
    }

    private var logger: Logger {
        var logger = context.logger
        logger[metadataKey: "pod.name"] = "\(pod.name)"
        logger[metadataKey: "pod.namespace"] = "\(pod.namespace)"
        return logger
    }

    // MARK: Beginning

    /// Binds a new pod, or finds again what an earlier daemon left running.
    mutating func begin() async {
        if pod.isTerminal {
            isCleanedUp = false
            await settle()
            return
        }
        guard pod.spec.nodeName == nil else {
            await findAgain()
            await settle()
            return
        }
        await bind()
        await settle()
    }

    /// Writes down, durably and before anything is started, that this host in this boot has the pod. After a crash the
    /// note tells a pod that may have run from one that cannot have.
    private mutating func bind() async {
        let now = Date()
        let written = await write(now: now) { [host = context.host] pod in
            pod.spec.nodeName = host.nodeName
            pod.metadata.annotations = (pod.metadata.annotations ?? [:]).merging(
                [PodAnnotations.bootID: host.bootID], uniquingKeysWith: { $1 })
            var status = pod.status ?? PodStatus()
            status.startTime = Timestamp(now)
            status.hostIP = host.address
            status.hostIPs = [.object(["ip": .string(host.address)])]
            status.qosClass = qosClass(pod.spec)
            set(&status, PodCondition(type: "PodScheduled", status: "True"), now)
            pod.status = status
        }
        guard written else { return }
        context.recorder.record(
            pod, .normal, reason: "Scheduled",
            message: "Successfully assigned \(pod.key) to \(context.host.nodeName)")
        await start()
    }

    /// After a restart of the daemon: what is the pod doing?
    ///
    /// 1. its supervisor, or the record it left, is there: hear the whole story again;
    /// 2. nothing is there, and the pod had begun in an earlier boot of the host: the reboot ended it;
    /// 3. nothing is there: it was bound and never started, so start it.
    private mutating func findAgain() async {
        do {
            if let found = try await context.runtime.adopt(uid: pod.uid, hostIPC: pod.spec.hostIPC == true) {
                listen(to: found)
                return
            }
        } catch {
            logger.warning("cannot find the pod's supervisor again", metadata: ["error": "\(error)"])
        }
        let boundIn = pod.metadata.annotations?[PodAnnotations.bootID]
        if FileManager.default.fileExists(atPath: paths.directory), boundIn != context.host.bootID {
            finish(
                run.endAll(
                    reason: "NodeRebooted", message: "the host was rebooted while the container ran", now: Date()))
        } else if pod.status?.containerStatuses?.contains(where: { $0.state?.running != nil }) == true {
            finish(
                run.endAll(reason: "SupervisorLost", message: "the container's supervisor left no record", now: Date()))
        } else {
            await start()
        }
    }

    // MARK: Messages

    mutating func take(_ message: PodWorker.Message) async {
        switch message {
        case .changed(let changed):
            let oldDeadline = deadline
            pod = newer(pod, changed)
            if deadline != oldDeadline { running?.setDeadline(deadline.map(untilDeadline)) }
        case .removed:
            isTerminating = true
            pod.metadata.deletionTimestamp = pod.metadata.deletionTimestamp ?? Timestamp(Date())
            pod.metadata.deletionGracePeriodSeconds = 0
        case .runtime(let event):
            let before = run
            finish(run.apply(event, now: Date()))
            tell(event, before: before)
        case .runtimeEnded:
            running = nil
            pump = nil
        case .imageArrived, .timer:
            break
        }
    }

    /// Looks at the whole and does what is due. Order:
    /// 1. a pod being deleted is ended first, whatever else it waits for;
    /// 2. restarts that are due;
    /// 3. a pod that waits for its image;
    /// 4. the status is written, with the ledger records of attempts that ended, in one commit;
    /// 5. what a finished pod used is given back;
    /// 6. the object of a deleted pod goes last, after everything else is durable.
    mutating func settle() async {
        let isDeleted = pod.metadata.deletionTimestamp != nil
        if isDeleted { endForDeletion() }
        if !isDeleted, !pod.isTerminal {
            await restartWhatIsDue()
            if isToBeStarted { await start() }
        }
        await report()
        let isQuiet = running == nil || run.isFinished(policy: isDeleted ? .never : policy)
        if isQuiet, pod.isTerminal || (isDeleted && !run.hasRunning) { await cleanUp() }
        if isDeleted, isCleanedUp { await removeObject() }
        // A finished pod needs no worker: its files go when its object does, and the agent sees to that.
        if isCleanedUp, pod.isTerminal { isOver = true }
    }

    // MARK: Starting

    /// Nothing runs, and something should: the image was missing, or the last supervisor ended.
    private var isToBeStarted: Bool { running == nil && run.containers.contains { $0.isToBeStarted } }

    /// Starts every container that has not been started, all in one supervisor.
    private mutating func start() async {
        let now = Date()
        do {
            var plans: [ContainerPlan] = []
            for (index, container) in pod.spec.containers.enumerated() where run.containers[index].isToBeStarted {
                guard let image = findImage(container, index: index) else { return }
                images[container.name] = image
                plans.append(try await prepare(container, index: index, image: image))
            }
            let plan = PodPlan(
                uid: pod.uid, hostname: podHostname(pod, host: context.host), hostNetwork: pod.spec.hostNetwork == true,
                hostPID: pod.spec.hostPID == true, hostIPC: pod.spec.hostIPC == true,
                limits: makePodLimits(pod, defaults: context.defaults), deadline: deadline.map(untilDeadline),
                grace: grace, containers: plans)
            listen(to: try await context.runtime.launch(plan))
            for index in run.containers.indices {
                if case .waiting = run.containers[index].state {
                    run.containers[index].state = .waiting(reason: "ContainerCreating", message: nil)
                }
            }
        } catch let error as ContainerConfigError {
            fail("CreateContainerConfigError", error.message, now: now)
        } catch {
            fail("StartError", "\(error)", now: now)
        }
    }

    /// A pod that cannot be started as it is written fails: nothing about it will change.
    private mutating func fail(_ reason: String, _ message: String, now: Date) {
        context.recorder.record(pod, .warning, reason: "Failed", message: "Error: \(message)")
        finish(
            run.containers.flatMap { container in
                run.refuse(
                    container.name, attempt: container.attempt, StartFailure(kind: .setup, message: message), at: now)
            })
    }

    private mutating func findImage(_ container: Container, index: Int) -> Image? {
        let name = container.image ?? ""
        if let image = context.images.image(named: name) {
            context.recorder.record(
                pod, .normal, reason: "Pulled", message: "Container image \"\(name)\" already present on machine")
            return image
        }
        let isNever = container.imagePullPolicy == "Never"
        let reason = isNever ? "ErrImageNeverPull" : "ImagePullBackOff"
        let message =
            isNever
            ? "Container image \"\(name)\" is not present with pull policy of Never"
            : "image \"\(name)\" is not in this host's store; import it with \"stint image import\""
        if case .waiting(let old, _) = run.containers[index].state, old != reason {
            context.recorder.record(pod, .warning, reason: isNever ? "ErrImageNeverPull" : "Failed", message: message)
        }
        run.containers[index].state = .waiting(reason: reason, message: message)
        return nil
    }

    private func prepare(_ container: Container, index: Int, image: Image) async throws -> ContainerPlan {
        let attempt = run.containers[index].attempt
        try paths.make(for: container.name, attempt: attempt, hostname: podHostname(pod, host: context.host))
        return try makeContainerPlan(
            pod, container, attempt: attempt, image: image, host: context.host, paths: paths, defaults: context.defaults
        )
    }

    private mutating func listen(to found: RunningPod) {
        running = found
        let mailbox = mailbox
        pump = Task {
            for await event in found.events { mailbox.send(.runtime(event)) }
            mailbox.send(.runtimeEnded)
        }
    }

    // MARK: Restarting

    private mutating func restartWhatIsDue() async {
        guard run.deadlineReached == nil, !isTerminating else { return }
        var next: Date?
        for index in run.containers.indices {
            guard let termination = run.containers[index].restartable(policy) else { continue }
            let decision = decideRestart(run.containers[index], termination)
            if decision.at > Date() {
                next = min(next ?? decision.at, decision.at)
                if case .terminated = run.containers[index].state {
                    wait(index, after: termination, decision.backOff)
                }
                continue
            }
            await restart(index, after: termination, backOff: decision.backOff)
        }
        if let next { wakeUp(at: next) }
    }

    private mutating func wait(_ index: Int, after termination: Termination, _ backOff: Duration) {
        let container = pod.spec.containers[index].name
        run.containers[index].last = termination
        run.containers[index].state = .waiting(
            reason: "CrashLoopBackOff",
            message:
                "back-off \(HumanDuration.text(TimeInterval(backOff.components.seconds))) restarting failed container=\(container) pod=\(pod.name)_\(pod.namespace)(\(pod.uid))"
        )
        context.recorder.record(
            pod, .warning, reason: "BackOff",
            message: "Back-off restarting failed container \(container) in pod \(pod.name)_\(pod.namespace)(\(pod.uid))"
        )
    }

    private mutating func restart(_ index: Int, after termination: Termination, backOff: Duration) async {
        run.containers[index].last = termination
        run.containers[index].attempt += 1
        run.containers[index].backOff = backOff
        run.containers[index].state = .waiting(reason: "ContainerCreating", message: nil)
        // The record of the attempt that ended must be durable before the next one begins.
        await report()
        let container = pod.spec.containers[index]
        paths.forget(container.name, attempt: termination.attempt - 1)
        guard let running else {
            try? await context.runtime.remove(uid: pod.uid)  // launch says what is wrong if anything is
            await start()
            return
        }
        do {
            guard let image = findImage(container, index: index) else { return }
            try await running.start(prepare(container, index: index, image: image))
        } catch {
            finish(
                run.refuse(
                    container.name, attempt: run.containers[index].attempt,
                    StartFailure(kind: .setup, message: "\(error)"), at: Date()))
        }
    }

    private mutating func wakeUp(at date: Date) {
        timer?.cancel()
        let mailbox = mailbox
        timer = Task {
            try? await Task.sleep(for: .seconds(max(0, date.timeIntervalSinceNow)))  // cancelled: nobody listens
            mailbox.send(.timer)
        }
    }

    // MARK: Ending

    private mutating func endForDeletion() {
        guard let running, run.hasRunning || !run.isFinished(policy: .never) else { return }
        let seconds = pod.metadata.deletionGracePeriodSeconds ?? Int64(grace.components.seconds)
        if seconds <= 0 {
            running.kill()
        } else if !isTerminating {
            for container in pod.spec.containers {
                context.recorder.record(
                    pod, .normal, reason: "Killing", message: "Stopping container \(container.name)")
            }
            running.terminate(grace: .seconds(seconds))
        }
        isTerminating = true
    }

    private mutating func cleanUp() async {
        guard !isCleanedUp else { return }
        running?.release()
        running = nil
        timer?.cancel()
        do {
            try await context.runtime.remove(uid: pod.uid)
        } catch {
            logger.error("cannot remove what the pod left", metadata: ["error": "\(error)"])
        }
        await paths.removeRoots(of: pod.spec.containers.map(\.name))
        isCleanedUp = true
        context.released(pod.uid)
    }

    private mutating func removeObject() async {
        do {
            _ = try await context.store.delete(
                Pod.self, pod.key, DeleteOptions(gracePeriodSeconds: 0, preconditions: .init(uid: pod.uid)))
        } catch {
            guard error.isNotFound else {
                logger.error("cannot remove the deleted pod's object", metadata: ["error": "\(error)"])
                wakeUp(at: Date().addingTimeInterval(1))
                return
            }
        }
        isOver = true
    }

    // MARK: Reporting

    private mutating func finish(_ ended: [Termination]) {
        for termination in ended {
            guard let index = run.containers.firstIndex(where: { $0.termination == termination }) else { continue }
            let name = run.containers[index].name
            var termination = termination
            if termination.message == nil {
                termination.message = paths.terminationMessage(
                    pod.spec.containers[index], attempt: termination.attempt, failed: termination.exitCode != 0)
                run.containers[index].state = .terminated(termination)
            }
            unrecorded.append((name, termination))
        }
    }

    private func tell(_ event: PodRuntimeEvent, before: PodRun) {
        switch event {
        case .started(let name, _, _, _) where run != before:
            context.recorder.record(pod, .normal, reason: "Created", message: "Container created: \(name)")
            context.recorder.record(pod, .normal, reason: "Started", message: "Container started")
        case .failedToStart(_, _, _, let failure) where run != before:
            context.recorder.record(pod, .warning, reason: "Failed", message: "Error: \(failure.message)")
        case .deadlineReached where before.deadlineReached == nil:
            context.recorder.record(
                pod, .normal, reason: "DeadlineExceeded",
                message: "Pod was active on the node longer than the specified deadline")
        default:
            break
        }
    }

    /// Writes status and ledger records in one commit, when there is anything to write.
    private mutating func report() async {
        let now = Date()
        let ids = images.mapValues(\.id)
        let run = run
        guard
            await write(
                now: now,
                { pod in
                    if pod.isTerminal { return }
                    pod.status = makePodStatus(pod, run: run, images: ids, now: now)
                })
        else { return }
        unrecorded = []
    }

    /// Changes the newest version of the object, and records what is unrecorded, in one commit; tries again when
    /// somebody else wrote first. False when the pod's object is gone.
    private mutating func write(now: Date, _ change: @Sendable (inout Pod) -> Void) async -> Bool {
        let records = unrecorded.map { makeRecord($0.container, $0.termination) }
        while let current = context.store.get(Pod.self, pod.key), current.uid == pod.uid {
            var changed = current
            change(&changed)
            if changed == current, records.isEmpty {
                pod = newer(pod, current)
                return true
            }
            do {
                var writes = records.map(StoreWrite.record)
                if changed != current { writes.append(.update(changed)) }
                let written = try await context.store.commit(writes)
                pod = newer(pod, written.compactMap { $0 as? Pod }.last ?? changed)
                return true
            } catch  where error.isConflict {
                continue
            } catch  where error.isNotFound {
                break
            } catch {
                logger.error("cannot write the pod's status; trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))  // cancelled: the next daemon writes it
                if Task.isCancelled { return false }
            }
        }
        // The object went away under us: what happened is still recorded, once.
        if !records.isEmpty {
            do {
                _ = try await context.store.commit(records.map(StoreWrite.record))
                unrecorded = []
            } catch {
                logger.error("cannot record an attempt", metadata: ["error": "\(error)"])
            }
        }
        pod.metadata.deletionTimestamp = pod.metadata.deletionTimestamp ?? Timestamp(now)
        pod.metadata.deletionGracePeriodSeconds = 0
        return false
    }

    private func makeRecord(_ container: String, _ termination: Termination) -> AttemptRecord {
        let image = pod.spec.containers.first { $0.name == container }?.image ?? ""
        var record = AttemptRecord(
            namespace: pod.namespace, podName: pod.name, podUID: pod.uid, container: container,
            attempt: termination.attempt, image: image, finishedAt: MicroTimestamp(termination.finishedAt),
            exitCode: termination.exitCode, reason: termination.reason)
        if let owner = pod.controllerReference, owner.kind == Job.type.kind {
            record.jobName = owner.name
            record.jobUID = owner.uid
        }
        record.startedAt = termination.startedAt.map(MicroTimestamp.init)
        record.signal = termination.signal
        record.message = termination.message
        if let usage = termination.usage {
            record.memoryPeakBytes = usage.peakMemoryBytes
            record.cpuUserMicroseconds = usage.cpuUserMicroseconds
            record.cpuSystemMicroseconds = usage.cpuSystemMicroseconds
            record.throttledMicroseconds = usage.throttledMicroseconds
            record.throttledPeriods = usage.throttledPeriods
            record.oomKills = usage.oomKills
        }
        return record
    }

    // MARK: Times

    private var grace: Duration { .seconds(pod.spec.terminationGracePeriodSeconds ?? 30) }

    /// The earlier of the pod's own deadline and its Job's.
    private var deadline: Date? {
        let own = pod.spec.activeDeadlineSeconds.flatMap { seconds in
            pod.status?.startTime.map { $0.date.addingTimeInterval(TimeInterval(seconds)) }
        }
        let job = pod.metadata.annotations?[PodAnnotations.jobDeadline].flatMap(RFC3339.parse)
        return [own, job].compactMap { $0 }.min()
    }

    private func untilDeadline(_ date: Date) -> Duration {
        .milliseconds(Int64(max(0, date.timeIntervalSinceNow) * 1000))
    }
}

/// The later of two versions of one pod.
private func newer(_ a: Pod, _ b: Pod) -> Pod {
    let first = Int64(a.metadata.resourceVersion ?? "") ?? 0
    return first > Int64(b.metadata.resourceVersion ?? "") ?? 0 ? a : b
}

extension ContainerRun {
    /// The attempt that ended and is to be followed by another; nil when there is none.
    func restartable(_ policy: RestartPolicy) -> Termination? {
        switch state {
        case .terminated(let termination): policy.restarts(after: termination) ? termination : nil
        case .waiting("CrashLoopBackOff", _): last
        default: nil
        }
    }
}

extension ContainerRun {
    /// Waits to be started now, not after a back-off.
    var isToBeStarted: Bool {
        guard case .waiting(let reason, _) = state else { return false }
        return reason != "CrashLoopBackOff"
    }
}

extension PodRun {
    var hasRunning: Bool { containers.contains { $0.isRunning } }

    /// What the stored status says of the pod, for a daemon that starts again.
    init(_ pod: Pod) {
        self.init(containerNames: pod.spec.containers.map(\.name))
        for status in pod.status?.containerStatuses ?? [] {
            guard let index = containers.firstIndex(where: { $0.name == status.name }) else { continue }
            containers[index].attempt = status.restartCount
        }
    }
}

extension Pod {
    /// Succeeded or Failed: nothing of it will run again.
    var isTerminal: Bool { status?.phase == "Succeeded" || status?.phase == "Failed" }
}

/// The annotations by which pods carry what only stint knows.
public enum PodAnnotations {
    /// The boot of the host in which the pod was bound.
    public static let bootID = "stint.dev/boot-id"
    /// When the pod's Job runs out of time, RFC 3339.
    public static let jobDeadline = "stint.dev/job-deadline"
}
