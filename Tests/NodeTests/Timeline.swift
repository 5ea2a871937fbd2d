import Foundation
import Kube
import Logging
import Synchronization
import Testing

@testable import Containers
@testable import Images
@testable import Node
@testable import Store

let noon = Date(timeIntervalSince1970: 1_800_000_000)

let box = NodeFacts(
    nodeName: "box", bootID: "this-boot", address: "127.0.0.1", cpuMilli: 1000, memoryBytes: 1 << 30,
    capabilities: .containerDefault)

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A pod as a client makes it.
func makePod(
    _ name: String = "p", policy: String = "Never", containers: [String] = ["main"], deadline: Int64? = nil,
    grace: Int64? = nil
) -> Pod {
    var spec = PodSpec(containers: containers.map { Container(name: $0, image: "busybox") })
    for index in spec.containers.indices { spec.containers[index].command = ["true"] }
    spec.restartPolicy = policy
    spec.activeDeadlineSeconds = deadline
    spec.terminationGracePeriodSeconds = grace
    return Pod(metadata: ObjectMeta(name: name, namespace: "default"), spec: spec)
}

/// The same, as an earlier daemon left it.
func makeBound(_ pod: Pod, boot: String = "this-boot", _ statuses: [ContainerStatus] = []) -> Pod {
    var pod = pod
    pod.spec.nodeName = "box"
    pod.metadata.annotations = [PodAnnotations.bootID: boot]
    pod.status = PodStatus()
    pod.status?.phase = "Running"
    pod.status?.startTime = Timestamp(noon)
    pod.status?.containerStatuses = statuses
    return pod
}

func makeStatus(_ state: ContainerState, _ name: String = "main", restarts: Int = 0) -> ContainerStatus {
    var status = ContainerStatus(
        name: name, image: "busybox", imageID: "sha256:1", ready: false, restartCount: restarts)
    status.state = state
    return status
}

let runningState = ContainerState(running: ContainerStateRunning(startedAt: Timestamp(noon)))

/// What the earlier daemon had in the ledger when it wrote the pod's status.
private func makeEarlierRecords(_ pod: Pod) -> [AttemptRecord] {
    (pod.status?.containerStatuses ?? []).flatMap { status in
        let ended = status.state?.terminated
        let last = ended == nil ? status.restartCount : status.restartCount + 1
        return (0..<last).map { attempt in
            let end = attempt == status.restartCount ? ended : status.lastState?.terminated
            return AttemptRecord(
                namespace: pod.namespace, podName: pod.name, podUID: pod.uid, container: status.name, attempt: attempt,
                image: status.image, finishedAt: MicroTimestamp(noon), exitCode: end?.exitCode ?? 1,
                reason: end?.reason ?? "Error")
        }
    }
}

/// A store and a runtime for a node, in a directory of their own.
final class Scene: Sendable {
    let directory = NSTemporaryDirectory() + "stint-node-\(UUID().uuidString)"
    let store: Store
    let runtime = FakeRuntime()
    let checks = FakeChecks()
    let clock = FakeClock(noon)
    let imageNames = Mutex<Set<String>>(["busybox"])
    let released = Mutex<[String]>([])
    /// What the host says to whoever asks for other resources.
    let verdict = Mutex(ResizeVerdict.granted)
    let recorder: EventRecorder

    /// The store is asked at the end whether it agrees with itself.
    static func run(_ body: (Scene) async throws -> Void) async throws {
        let scene = try Scene()
        defer { try? FileManager.default.removeItem(atPath: scene.directory) }  // a leftover breaks no test
        try await body(scene)
        #expect(try await scene.store.verify() == [])
        await scene.store.close()
    }

    private init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let clock = clock
        var options = StoreOptions()
        options.now = { clock.now }
        store = try Store(
            path: directory + "/state.db",
            types: [
                Job.self, Pod.self, Event.self, Namespace.self, HostNode.self, ConfigMap.self, Secret.self,
                PersistentVolumeClaim.self, PersistentVolume.self, StorageClass.self, ClusterService.self,
            ],
            options: options, logger: quiet)
        recorder = EventRecorder(store: store, component: "kubelet")
    }

    func findImage(_ name: String) -> Image? {
        guard imageNames.withLock({ $0.contains(name) }) else { return nil }
        return Image(
            id: "sha256:1", names: [name], layers: [], config: ImageConfig(), architecture: "amd64", os: "linux",
            createdAt: nil, importedAt: noon)
    }

    var context: PodContext {
        var context = PodContext(
            store: store, runtime: runtime, findImage: { self.findImage($0) }, recorder: recorder, host: box,
            defaults: ContainerDefaults(),
            stateDirectory: directory, clock: clock.clock, logger: quiet,
            released: { uid in self.released.withLock { $0.append(uid) } },
            resize: { _, _ in self.verdict.withLock { $0 } })
        context.checks = checks
        return context
    }

    func agent(maxPods: Int = 100) throws -> NodeAgent {
        var configuration = NodeConfiguration(
            stateDirectory: directory, runDirectory: directory, initPath: "", cgroupParent: nil)
        configuration.maxPods = maxPods
        return try NodeAgent(
            configuration, store: store, runtime: runtime, host: box, clock: clock.clock,
            findImage: { self.findImage($0) }, logger: quiet)
    }
}

/// The life of one pod, moved step by step. Nothing sleeps.
final class Timeline {
    let scene: Scene
    let uid: String
    let key: ObjectKey
    private(set) var life: PodLife
    private let mailbox = Mailbox<PodWorker.Message>()

    /// - Parameter adoptable: the pod has a supervisor of an earlier daemon.
    init(
        _ scene: Scene, _ pod: Pod, adoptable: Bool = false, _ change: (inout PodContext) -> Void = { _ in }
    ) async throws {
        self.scene = scene
        let pod = try await scene.store.create(pod)
        (uid, key) = (pod.uid, pod.key)
        for record in makeEarlierRecords(pod) { try await scene.store.record(record) }
        if adoptable {
            let uid = pod.uid
            scene.runtime.state.withLock { $0.adoptable[uid] = FakePod(scene.runtime) }
        }
        var context = scene.context
        change(&context)
        life = PodLife(pod, context: context, mailbox: mailbox)
        await life.settle()
    }

    var pod: Pod? { scene.store.get(Pod.self, key) }
    var calls: [String] { scene.runtime.calls }
    func attempts() async throws -> [AttemptRecord] { try await scene.store.attempts(podUID: uid) }
    func container(_ index: Int = 0) -> ContainerState? { pod?.status?.containerStatuses?[index].state }

    /// Takes in that many messages, then looks at the whole.
    func hear(_ count: Int = 1) async {
        var heard = 0
        var isNews = false
        while heard < count {
            for message in await mailbox.receive() {
                heard += 1
                if await life.take(message) { isNews = true }
            }
        }
        if isNews { await life.settle() }
    }

    func happens(_ events: PodRuntimeEvent...) async {
        for event in events { scene.runtime.pod(uid)?.tell(event) }
        await hear(events.count)
    }

    /// The supervisor is gone.
    func supervisorEnds() async {
        scene.runtime.pod(uid)?.isGone.withLock { $0 = true }
        scene.runtime.pod(uid)?.end()
        await hear()
    }

    func starts(_ name: String = "main", _ attempt: Int = 0) -> PodRuntimeEvent {
        .started(container: name, attempt: attempt, at: scene.clock.now, processID: 7)
    }

    func exits(_ name: String = "main", _ attempt: Int = 0, _ code: Int32 = 0) -> PodRuntimeEvent {
        .exited(
            ContainerExit(
                container: name, attempt: attempt, exitCode: code, signal: nil, cause: .exit,
                startedAt: scene.clock.now, finishedAt: scene.clock.now, usage: ResourceUsage(), lostLogBytes: 0))
    }

    /// Time goes by, and a timer rings.
    func pass(_ seconds: TimeInterval) async {
        scene.clock.advance(seconds)
        await hear()
    }

    /// A client deletes the pod.
    func delete(grace: Int64? = nil) async throws {
        let pod = try await scene.store.delete(Pod.self, key, DeleteOptions(gracePeriodSeconds: grace))
        mailbox.send(self.pod == nil ? .removed : .changed(pod))
        await hear()
    }

    /// What asks for no look at the whole.
    func tell(_ message: PodWorker.Message) async { _ = await life.take(message) }

    func send(_ message: PodWorker.Message) async {
        mailbox.send(message)
        await hear()
    }
}
