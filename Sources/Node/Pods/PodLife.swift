import Containers
import Foundation
import Images
import Kube
import Logging
import Store

/// The state of one pod's worker, and the steps of its life.
///
/// `take` hears what happened, `settle` does what is due. The steps are in files of their own, by the time of life:
/// beginning, starting, restarting, ending, reporting.
struct PodLife {
    /// What the worker has to do before it knows what the pod does.
    enum Beginning {
        case bind, findAgain, done
    }

    var pod: Pod
    var run: PodRun
    var beginning: Beginning
    /// Nil while the pod has none that is known.
    var running: (any SupervisedPod)?
    /// Counts the supervisors of this pod.
    var supervisor = 0
    /// Something of an earlier supervisor may be on the host; it goes before the next one comes.
    var hasLeftovers = false
    /// The supervisor vanished without a record, and the containers may run on.
    var isLost = false
    /// The pod was bound in a boot of the host that is over.
    var isFromEarlierBoot = false
    /// Attempts that an earlier daemon may have ordered, and until when the supervisor is given to tell of them.
    var presumed: (attempts: [String: Int], until: Date)?
    /// When the supervisor ends the pod, as far as it was told.
    var toldDeadline: Date?
    /// What was said to the supervisor of the pod's deletion.
    var orderedGrace: Int64?
    /// It was told that only sidecars are left.
    var hasEndedSidecars = false

    /// By container name, as the status shows them.
    var imageIDs: [String: String] = [:]
    /// Attempts that were asked to make way for another image.
    var replaced: [String: Int] = [:]
    /// Since when a container's image is known to be missing.
    var imageMissed: [String: Date] = [:]
    /// Attempts that ended and are not in the ledger yet.
    var unrecorded: [(container: String, termination: Termination, log: SavedLog)] = []
    var volumes = PodVolumes()
    var network = PodNetwork()
    var checks = PodChecks()
    var hooks = PodHooks()
    /// A supervisor of an earlier daemon was found then.
    var foundAgainAt: Date?
    var receipts: ReceiptBook
    /// What the pod's own group was last given.
    var appliedPodLimits: CgroupLimits?
    /// Resources and files were given back.
    var isCleanedUp = false
    /// The next wait after something went wrong that may go better later.
    var retryDelay: TimeInterval = 1
    var isOver = false

    private var pump: Task<Void, Never>?
    private var timer: (at: Date, task: Task<Void, Never>)?
    private var nextLook: Date?

    let context: PodContext
    let mailbox: Mailbox<PodWorker.Message>
    let paths: PodPaths

    init(_ pod: Pod, context: PodContext, mailbox: Mailbox<PodWorker.Message>) {
        self.pod = pod
        self.context = context
        self.mailbox = mailbox
        self.paths = context.paths(pod.uid)
        self.run = PodRun(pod)
        self.receipts = ReceiptBook(pod)
        self.beginning = pod.hasEnded ? .done : pod.isBound ? .findAgain : .bind
        for status in (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
        where !status.imageID.isEmpty {
            imageIDs[status.name] = status.imageID
        }
    }

    var logger: Logger {
        var logger = context.logger
        logger[metadataKey: "pod.name"] = "\(pod.name)"
        logger[metadataKey: "pod.namespace"] = "\(pod.namespace)"
        return logger
    }

    // MARK: Messages

    /// False when it asks for nothing.
    mutating func take(_ message: PodWorker.Message) async -> Bool {
        switch message {
        case .changed(let changed):
            // Even one that is known: it may have been read in the middle of a look, when its status was written.
            noteChange(to: changed)
            pod = newer(pod, changed)
            run.isBeingDeleted = pod.isDeleted
            run.compareImages(with: pod.spec)
        case .removed:
            noteRemoval()
        case .runtime(let event, let number):
            guard number == supervisor else { return false }
            await take(event)
            // It is told with the start, which is on its way.
            if case .runsAs = event { return false }
        case .runtimeEnded(let number):
            guard number == supervisor, running != nil else { return false }
            forgetSupervisor()
        case .neighboursChanged:
            await refreshNeighbours()
            return false
        case .imageArrived, .referencesChanged:
            volumes.isStale = hasVolumes
            return hasVolumes || run.containers.contains { $0.isHeldBack }
        case .roomForResize: break
        case .checked(let report): return note(report)
        case .hookEnded(let report): return note(report)
        case .timer:
            timer = nil
        }
        return true
    }

    private mutating func take(_ event: PodRuntimeEvent) async {
        // It rang for a pod that had already done all its work; sidecars that are being ended do not count.
        if case .deadlineReached = event, run.isWorkDone { return }
        let before = run
        if case .lost = event {
            isLost = true
            forgetSupervisor()
            if isFromEarlierBoot {
                await finish(run.endAll(reason: "NodeRebooted", message: Self.rebooted, now: context.clock.now()))
                return
            }
        }
        if case .started = event { receipts.noteStart() }
        await finish(run.apply(event, now: context.clock.now()))
        tell(event, before: before)
    }

    /// The container that `run.containers[index]` is about, with the resources that it was granted.
    func spec(_ index: Int) -> Container {
        var container = pod.spec.allContainers[index]
        let granted = run.containers[index].granted
        if container.resources ?? ResourceRequirements() != granted { container.resources = granted }
        return container
    }

    static let rebooted = "the host was rebooted while the container ran"

    /// Looks at the whole and does what is due. Order:
    /// 1. a new pod is bound, one of an earlier daemon found again: before that nothing is known;
    /// 2. what a lost supervisor left running is killed, before anybody is told that it ended;
    /// 3. a pod being deleted, past its deadline, not started in its time, or not one for this host, is ended, whatever
    ///    else it waits for;
    /// 4. otherwise restarts that are due, and starts of what waits;
    /// 5. hooks are begun, and checks made, of what runs;
    /// 6. the status is written, with the ledger records of attempts that ended, in one commit; while that is not
    ///    durable, nothing is removed that could tell of them;
    /// 7. what a finished pod used is given back;
    /// 8. the object of a deleted pod goes last, after everything else is durable.
    mutating func settle() async {
        nextLook = nil
        defer { setTimer() }
        guard await begin() else { return }
        if isLost { guard killRemains() else { return } }
        tellDeadlineToSupervisor()
        checkPresumedOrders()
        if pod.isDeleted {
            await endForDeletion()
        } else {
            await endAtDeadline()
            await endAtStartDeadline()
            await endEvicted()
            await rejectWhatIsForbidden()
        }
        if !pod.isDeleted, !pod.hasEnded, !run.isEnding {
            replaceOutdated()
            guard await restartWhatIsDue() else { return }
            await resize()
            await startWhatWaits()
            await refreshVolumes()
            await watchStorage()
        }
        endSidecars()
        if run.hasExtras {
            runHooks()
            makeChecks()
        }
        guard await report() else { return }
        let isQuiet = running == nil || run.isFinished
        guard isQuiet, pod.hasEnded || (pod.isDeleted && !run.hasRunning) else { return }
        guard await cleanUp() else { return }
        if pod.isDeleted { guard await removeObject() else { return } }
        // A finished pod needs no worker: its files go when its object does, and the agent sees to that.
        isOver = true
    }

    // MARK: The supervisor

    mutating func listen(to found: any SupervisedPod) {
        supervisor += 1
        running = found
        let (mailbox, number) = (mailbox, supervisor)
        pump = Task {
            for await event in found.events { mailbox.send(.runtime(event, supervisor: number)) }
            mailbox.send(.runtimeEnded(supervisor: number))
        }
    }

    /// It is gone. What it was told to start and did not speak of was not started.
    mutating func forgetSupervisor() {
        running = nil
        hasLeftovers = true
        presumed = nil
        hasEndedSidecars = false
        hooks.podEndsBy = nil
        for index in run.containers.indices { run.containers[index].isOrdered = false }
    }

    // MARK: Time

    /// Has `settle` called at that time, or earlier.
    mutating func lookAgain(at date: Date) { nextLook = min(nextLook ?? date, date) }

    /// After something went wrong that may go better later.
    mutating func tryAgainLater() {
        lookAgain(at: context.clock.now().addingTimeInterval(retryDelay))
        retryDelay = min(retryDelay * 2, 60)
    }

    private mutating func setTimer() {
        guard timer?.at != nextLook else { return }
        timer?.task.cancel()
        guard let date = nextLook, !isOver else {
            timer = nil
            return
        }
        let (mailbox, clock) = (mailbox, context.clock)
        let task = Task {
            await clock.sleep(date)
            if !Task.isCancelled { mailbox.send(.timer) }
        }
        timer = (date, task)
    }

    /// Nobody listens any more.
    func stop() {
        checks.cancel()
        hooks.cancel()
        timer?.task.cancel()
        pump?.cancel()
    }

    /// A negative period means one second (upstream's pod strategy).
    var grace: Duration {
        let seconds = pod.spec.terminationGracePeriodSeconds ?? 30
        return .seconds(seconds < 0 ? 1 : seconds)
    }

    var deadline: Date? { pod.deadline }

    private mutating func tellDeadlineToSupervisor() {
        guard let running, deadline != toldDeadline else { return }
        toldDeadline = deadline
        running.setDeadline(deadline.map(untilDeadline))
    }

    func untilDeadline(_ date: Date) -> Duration {
        .milliseconds(Int64(max(0, date.timeIntervalSince(context.clock.now())) * 1000))
    }
}
