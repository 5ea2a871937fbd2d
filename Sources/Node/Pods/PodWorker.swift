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
        case runtime(PodRuntimeEvent)
        /// The event stream of the supervisor ended: nothing more will come from it.
        case runtimeEnded
        /// An image came in.
        case imageArrived
        case timer
    }

    let key: ObjectKey
    let uid: String
    private let mailbox = Mailbox<Message>()
    private let context: PodContext

    init(_ pod: Pod, context: PodContext) {
        self.key = pod.key
        self.uid = pod.uid
        self.context = context
    }

    func send(_ message: Message) { mailbox.send(message) }

    /// Runs until the pod's object is gone and nothing of it is left on the host, or the task is cancelled, which
    /// leaves the containers running for the next daemon.
    func run(_ pod: Pod) async {
        var life = PodLife(pod, context: context, mailbox: mailbox)
        await life.begin()
        while !life.isOver, !Task.isCancelled {
            for message in await mailbox.receive() { await life.take(message) }
            if Task.isCancelled { return }
            await life.settle()
        }
    }
}

/// What every worker needs of the daemon.
struct PodContext: Sendable {
    let store: Store
    let runtime: ContainerHost
    let images: ImageStore
    let recorder: EventRecorder
    let host: NodeFacts
    let defaults: ContainerDefaults
    let stateDirectory: String
    let logger: Logger
    /// The pod no longer uses the host's resources.
    let released: @Sendable (_ uid: String) -> Void

    func paths(_ uid: String) -> PodPaths { PodPaths(directory: "\(stateDirectory)/pods/\(uid)") }
}
