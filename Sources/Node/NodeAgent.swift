import Containers
import Foundation
import Images
import Kube
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Where the node keeps things, and how it may use the host.
public struct NodeConfiguration: Sendable {
    /// Survives a reboot: images, pods' files, the log of what ran.
    public var stateDirectory: String
    /// Goes with a reboot: the supervisors' sockets.
    public var runDirectory: String
    /// The `stint-init` program.
    public var initPath: String
    public var cgroupParent: String?
    public var maxPods = 1000
    public var defaults = ContainerDefaults()

    public init(stateDirectory: String, runDirectory: String, initPath: String, cgroupParent: String?) {
        self.stateDirectory = stateDirectory
        self.runDirectory = runDirectory
        self.initPath = initPath
        self.cgroupParent = cgroupParent
    }
}

/// The node agent: takes pods in, runs a worker for each, and gives the rest of the daemon images, logs and facts.
///
/// It is driven by the store's watch alone. A pod without a node is admitted when the host has room; a pod that is
/// bound here and not finished gets a worker; a pod whose object is gone loses its files.
public final class NodeAgent: Service {
    public let host: NodeFacts
    public let images: ImageStore
    let runtime: ContainerHost
    let store: Store
    let configuration: NodeConfiguration
    let recorder: EventRecorder
    let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var workers: [String: (worker: PodWorker, task: Task<Void, Never>)] = [:]
        var admission: Admission
    }

    public init(_ configuration: NodeConfiguration, store: Store, logger: Logger) throws {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        images = try ImageStore(directory: "\(configuration.stateDirectory)/images", logger: logger)
        runtime = try ContainerHost(
            ContainerHostConfiguration(
                runDirectory: configuration.runDirectory, stateDirectory: configuration.stateDirectory,
                initPath: configuration.initPath, cgroupParent: configuration.cgroupParent, logger: logger))
        host = try NodeFacts.current(capabilities: runtime.capabilities)
        recorder = EventRecorder(store: store, component: "kubelet", host: host.nodeName)
        let capacity = Admission.Claim(cpuMilli: host.cpuMilli, memoryBytes: host.memoryBytes)
        state = Mutex(State(admission: Admission(capacity: capacity, maxPods: configuration.maxPods)))
    }

    /// To be done before the API opens: the Node object, and what an earlier daemon left of pods that are gone.
    public func prepare() async throws {
        try await publishHost()
        try await removeOrphans()
    }

    /// Runs until the service is told to stop. Containers are left running: the next daemon finds them again.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.follow()
                } catch {
                    self.logger.info("following pods from the start again", metadata: ["reason": "\(error)"])
                }
            }
        }
        let tasks = state.withLock { $0.workers.values.map(\.task) }
        for task in tasks { task.cancel() }
    }

    /// After `run`: what was said is written down, and a host without pods is left as it was found.
    public func close() async {
        await recorder.flush()
        try? runtime.cgroups.removeIfEmpty()  // pods that run on need it
    }

    private func follow() async throws {
        for try await event in try store.watch(Pod.self) {
            switch event {
            case .added(let pod), .modified(let pod): see(pod)
            case .deleted(let pod): await forget(pod)
            case .bookmark: admit()
            }
        }
    }

    private func see(_ pod: Pod) {
        if let worker = state.withLock({ $0.workers[pod.uid]?.worker }) {
            worker.send(.changed(pod))
            return
        }
        guard !pod.isTerminal || pod.metadata.deletionTimestamp != nil else { return }
        if pod.spec.nodeName != nil || pod.isTerminal {
            state.withLock { $0.admission.readmit(uid: pod.uid, claim: Admission.Claim(pod.spec)) }
            begin(pod)
        } else {
            state.withLock {
                $0.admission.add(uid: pod.uid, priority: pod.spec.priority ?? 0, claim: Admission.Claim(pod.spec))
            }
            admit()
        }
    }

    private func forget(_ pod: Pod) async {
        release(pod.uid)
        if let worker = state.withLock({ $0.workers[pod.uid]?.worker }) {
            worker.send(.removed)
        } else {
            let paths = PodPaths(directory: "\(configuration.stateDirectory)/pods/\(pod.uid)")
            await paths.removeAll()
        }
    }

    private func release(_ uid: String) {
        state.withLock { $0.admission.remove(uid: uid) }
        admit()
    }

    /// Starts what fits now, and says of the rest why it waits.
    private func admit() {
        let (admitted, refused) = state.withLock { $0.admission.admit() }
        guard !admitted.isEmpty || !refused.isEmpty else { return }
        let pods = Dictionary(
            store.list(Pod.self).items.filter { $0.spec.nodeName == nil }.map { ($0.uid, $0) }, uniquingKeysWith: { $1 }
        )
        for uid in admitted {
            guard let pod = pods[uid] else { continue }
            begin(pod)
        }
        for (uid, message) in refused {
            guard let pod = pods[uid] else { continue }
            sayWhyItWaits(pod, message)
        }
    }

    private func sayWhyItWaits(_ pod: Pod, _ message: String) {
        let known = pod.status?.conditions?.first { $0.type == "PodScheduled" }
        guard known?.message != message else { return }
        recorder.record(pod, .warning, reason: "FailedScheduling", message: message)
        Task { [store, logger] in
            do {
                _ = try await store.modify(Pod.self, pod.key) { pod in
                    guard pod.spec.nodeName == nil else { return }
                    var status = pod.status ?? PodStatus()
                    set(
                        &status,
                        PodCondition(type: "PodScheduled", status: "False", reason: "Unschedulable", message: message),
                        Date())
                    pod.status = status
                }
            } catch {
                logger.info("cannot say why a pod waits", metadata: ["pod.name": "\(pod.name)", "error": "\(error)"])
            }
        }
    }

    private func begin(_ pod: Pod) {
        let context = PodContext(
            store: store, runtime: runtime, images: images, recorder: recorder, host: host,
            defaults: configuration.defaults, stateDirectory: configuration.stateDirectory, logger: logger,
            released: { [weak self] in self?.release($0) })
        let worker = PodWorker(pod, context: context)
        state.withLock { state in
            guard state.workers[pod.uid] == nil else { return }
            let task = Task { [weak self] in
                await worker.run(pod)
                if !Task.isCancelled { await self?.workerEnded(pod) }
            }
            state.workers[pod.uid] = (worker, task)
        }
    }

    private func workerEnded(_ pod: Pod) async {
        state.withLock { _ = $0.workers.removeValue(forKey: pod.uid) }
        release(pod.uid)
        // The object may have gone while the worker was at its end.
        if store.get(Pod.self, pod.key)?.uid != pod.uid { await forget(pod) }
    }

    /// Removes what belongs to pods that the store does not know: the daemon died between the two.
    private func removeOrphans() async throws {
        let known = Set(store.list(Pod.self).items.map(\.uid))
        for uid in runtime.knownPods() where !known.contains(uid) {
            logger.info("removing what an unknown pod left", metadata: ["pod.uid": "\(uid)"])
            try await runtime.remove(uid: uid)
        }
        let directory = "\(configuration.stateDirectory)/pods"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for uid in try FileManager.default.contentsOfDirectory(atPath: directory) where !known.contains(uid) {
            await PodPaths(directory: "\(directory)/\(uid)").removeAll()
        }
    }

    /// Tells every pod that waits for an image to look again.
    func imagesChanged() {
        for worker in state.withLock({ $0.workers.values.map(\.worker) }) { worker.send(.imageArrived) }
    }
}
