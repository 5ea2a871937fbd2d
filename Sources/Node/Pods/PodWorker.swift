import Containers
import Foundation
import Images
import Kube
import Logging
import Store

/// Makes one pod come true, from being bound to this host until its object is gone.
///
/// One task runs `run()`; everything that happens to the pod reaches it as a message, and after each batch of
/// messages `settle()` looks at the whole and does what is due. So there is one place that starts, restarts, ends
/// and reports, and no lock.
final class PodWorker: Sendable {
    enum Message: Sendable {
        /// The object changed: deletion, a new deadline.
        case changed(Pod)
        case removed
        /// Supervisors are numbered, so that what an earlier one of the pod still has to say is not taken for news.
        case runtime(PodRuntimeEvent, supervisor: Int)
        /// The event stream of the supervisor ended: nothing more will come from it.
        case runtimeEnded(supervisor: Int)
        /// An image came in.
        case imageArrived
        /// A change of its resources that had to wait has been granted.
        case roomForResize
        /// A ConfigMap or a Secret of the pod's namespace is new or has changed.
        case referencesChanged
        /// Another pod of the namespace that has a name got its address, or lost it.
        case neighboursChanged
        case checked(CheckReport)
        case hookEnded(HookReport)
        case timer
    }

    private let mailbox = Mailbox<Message>()
    private let uid: String
    private let context: PodContext

    init(_ uid: String, context: PodContext) {
        self.uid = uid
        self.context = context
    }

    func send(_ message: Message) {
        mailbox.send(message)
        // The worker may be in the middle of waiting for a network that nobody wants any more.
        switch message {
        case .changed(let pod) where pod.isDeleted: context.runtime.interruptNetwork(uid: pod.uid)
        case .removed: context.runtime.interruptNetwork(uid: uid)
        default: break
        }
    }

    /// Wakes a worker whose task is cancelled.
    func stop() {
        mailbox.close()
        context.runtime.interruptNetwork(uid: uid)
    }

    /// Runs until the pod's object is gone and nothing of it is left on the host, or the task is cancelled, which
    /// leaves the containers running for the next daemon.
    func run(_ pod: Pod) async {
        var life = PodLife(pod, context: context, mailbox: mailbox)
        defer { life.stop() }
        await life.settle()
        while !life.isOver, !Task.isCancelled {
            var isNews = false
            for message in await mailbox.receive() where await life.take(message) { isNews = true }
            if Task.isCancelled { return }
            if isNews { await life.settle() }
        }
    }
}

/// What every worker needs of the daemon.
struct PodContext: Sendable {
    let store: Store
    let runtime: any PodRuntime
    let findImage: @Sendable (_ name: String) -> Image?
    let recorder: EventRecorder
    let host: NodeFacts
    let defaults: ContainerDefaults
    let stateDirectory: String
    let clock: NodeClock
    let logger: Logger
    /// The pod no longer uses the host's resources.
    let released: @Sendable (_ uid: String) -> Void
    /// `<run>/volumes`; nil keeps what is secret with the pod's other files.
    var memoryDirectory: String?
    /// Whether the host has the room that the pod asks for now; what it has to wait for it is told of.
    var resize: @Sendable (_ uid: String, _ spec: PodSpec) -> ResizeVerdict = { _, _ in .granted }
    /// Where the volume of a claim of the pod is; the agent answers it from the store.
    var volumeDirectory: @Sendable (_ claim: PersistentVolumeClaimVolumeSource, _ pod: Pod) -> ClaimDirectory = {
        claim, _ in
        .waiting("persistentvolumeclaim \"\(claim.claimName)\" not found")
    }

    /// The other pods of its namespace that have a name and an address.
    var neighbours: @Sendable (_ pod: Pod) -> [Neighbour] = { _ in [] }
    /// Nil makes them on this host.
    var checks: (any CheckRunning)?

    var checkRunner: any CheckRunning { checks ?? HostChecks(commands: commands, runtime: runtime) }

    func paths(_ uid: String) -> PodPaths {
        PodPaths(directory: "\(stateDirectory)/pods/\(uid)", memory: memoryDirectory.map { "\($0)/\(uid)" })
    }
}
