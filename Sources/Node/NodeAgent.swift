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
    /// Where the configuration of the pods' network is; nil: they have their loopback only.
    public var networkDirectory: String?
    public var networkPluginDirectories: [String] = []
    public var maxPods = 1000
    public var defaults = ContainerDefaults()

    public init(stateDirectory: String, runDirectory: String, initPath: String, cgroupParent: String?) {
        self.stateDirectory = stateDirectory
        self.runDirectory = runDirectory
        self.initPath = initPath
        self.cgroupParent = cgroupParent
    }

    var memoryDirectory: String { "\(runDirectory)/volumes" }

    func paths(_ uid: String) -> PodPaths {
        PodPaths(directory: "\(stateDirectory)/pods/\(uid)", memory: "\(memoryDirectory)/\(uid)")
    }
}

/// The node agent: takes pods in, runs a worker for each, and gives the rest of the daemon images, logs and facts.
///
/// It is driven by the store's watch alone. A pod without a node is admitted when the host has room; a pod that is
/// bound here and not finished gets a worker; a pod whose object is gone loses its files.
public final class NodeAgent: Service {
    public let host: NodeFacts
    public let images: ImageStore
    let runtime: any PodRuntime
    let store: Store
    let configuration: NodeConfiguration
    let recorder: EventRecorder
    public let usage: UsageReader
    let clock: NodeClock
    let findImage: @Sendable (_ name: String) -> Image?
    let logger: Logger
    let neighbours = Neighbourhood()
    let state: Mutex<State>

    struct State {
        var workers: [String: (worker: PodWorker, namespace: String, task: Task<Void, Never>)] = [:]
        /// Pods that no node has, by uid.
        var waiting: [String: Pod] = [:]
        /// Runs until those in front are told their places again.
        var positionTimer: Task<Void, Never>?
        /// When those of them that have a time to start must have been started, and who waits for it.
        var starts: [String: (by: Date, timer: Task<Void, Never>)] = [:]
        var admission: Admission
        var resizes = WaitingResizes()
        var claims = ClaimHolders()
        var ports = HostPortHolders()
        var hostPublishedAt = Date.distantPast

        /// What a pod had of the host. True when somebody may be waiting for it.
        mutating func giveBack(_ uid: String) -> Bool {
            admission.remove(uid: uid)
            let freesPorts = ports.forget(uid)
            return claims.forget(uid) || freesPorts
        }
    }

    public convenience init(_ configuration: NodeConfiguration, store: Store, logger: Logger) throws {
        let runtime = try ContainerHost(
            ContainerHostConfiguration(
                runDirectory: configuration.runDirectory, stateDirectory: configuration.stateDirectory,
                initPath: configuration.initPath, cgroupParent: configuration.cgroupParent,
                networkDirectory: configuration.networkDirectory,
                networkPluginDirectories: configuration.networkPluginDirectories, logger: logger))
        try self.init(
            configuration, store: store, runtime: runtime,
            host: try NodeFacts.current(
                capabilities: runtime.capabilities, stateDirectory: configuration.stateDirectory), logger: logger)
    }

    /// - Parameter findImage: nil looks in the image store.
    init(
        _ configuration: NodeConfiguration, store: Store, runtime: any PodRuntime, host: NodeFacts,
        clock: NodeClock = .host, findImage: (@Sendable (_ name: String) -> Image?)? = nil, logger: Logger
    ) throws {
        self.configuration = configuration
        self.store = store
        self.runtime = runtime
        self.host = host
        self.clock = clock
        self.logger = logger
        let images = try ImageStore(directory: "\(configuration.stateDirectory)/images", logger: logger)
        self.images = images
        self.findImage = findImage ?? { images.image(named: $0) }
        usage = UsageReader(store: store, runtime: runtime, host: host, clock: clock)
        recorder = EventRecorder(store: store, component: "kubelet", host: host.nodeName)
        let capacity = Admission.Claim(cpuMilli: host.cpuMilli, memoryBytes: host.memoryBytes)
        state = Mutex(State(admission: Admission(capacity: capacity, maxPods: configuration.maxPods)))
    }

    /// To be done before the API opens: the Node object, and what an earlier daemon left of pods that are over.
    public func prepare() async throws {
        try await publishHost()
        try await removeLeftovers()
    }

    /// Runs until the service is told to stop. Containers are left running: the next daemon finds them again.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.followUntilCancelled() }
                group.addTask { await self.followReferences(ConfigMap.self) }
                group.addTask { await self.followReferences(Secret.self) }
                group.addTask { await self.followClaims() }
            }
        }
        let workers = state.withLock { state in
            for start in state.starts.values { start.timer.cancel() }
            state.starts = [:]
            state.positionTimer?.cancel()
            return Array(state.workers.values)
        }
        neighbours.stop()
        for (worker, _, task) in workers {
            task.cancel()
            worker.stop()
        }
        // What they are in the middle of is brought to its end, while there is a store to write it to.
        for (_, _, task) in workers { await task.value }
    }

    /// After `run`: what was said is written down, and a host without pods is left as it was found.
    public func close() async {
        await recorder.flush()
        do { try runtime.leave() } catch {
            logger.info("cannot remove the pods' cgroup", metadata: ["error": "\(error)"])
        }
    }

    private func followUntilCancelled() async {
        var isFirst = true
        while !Task.isCancelled {
            do {
                try await follow(isFirst: isFirst)
            } catch {
                logger.info("following pods from the start again", metadata: ["reason": "\(error)"])
            }
            isFirst = false
            // A watch that cannot be had must not keep a processor busy.
            if !Task.isCancelled { await clock.sleep(clock.now().addingTimeInterval(0.1)) }
        }
    }

    private func follow(isFirst: Bool) async throws {
        // Until the bookmark, what is there; nothing is taken in before everything that runs has its place.
        var listing: [Pod]? = []
        for try await event in try store.watch(Pod.self) {
            switch event {
            case .added(let pod), .modified(let pod):
                noteNeighbour(pod)
                if listing == nil { see(pod) } else { listing?.append(pod) }
            case .deleted(let pod):
                noteNeighbour(pod, isGone: true)
                listing?.removeAll { $0.uid == pod.uid }
                forget(pod.uid)
            case .bookmark:
                guard let pods = listing else { continue }
                listing = nil
                takeStock(pods)
                if !isFirst { await removeForgottenFiles() }
            }
        }
    }

    /// The pods there are: those that run first, then those that wait, in the order in which they were made.
    private func takeStock(_ pods: [Pod]) {
        for pod in pods where pod.spec.nodeName != nil || pod.hasEnded { see(pod, admits: false) }
        let waiting = pods.filter { $0.spec.nodeName == nil && !$0.hasEnded }
        for pod in waiting.sorted(by: { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }) { see(pod, admits: false) }
        // Deleted while nobody looked.
        let there = Set(pods.map(\.uid))
        let known = state.withLock { Array($0.workers.keys) + Array($0.waiting.keys) }
        for uid in known where !there.contains(uid) { forget(uid) }
        admit()
    }

    /// A pod that is there, and is new or has changed.
    func see(_ seen: Pod, admits: Bool = true) {
        if let worker = state.withLock({ $0.workers[seen.uid]?.worker }) {
            worker.send(.changed(seen))
            return
        }
        // News can be older than the end of the pod's worker, and must not start it again: only what is stored counts.
        guard let pod = store.get(Pod.self, seen.key), pod.uid == seen.uid else { return }
        guard !pod.hasEnded || pod.isDeleted else { return }
        if pod.hasEnded || pod.isBound {
            if !pod.hasEnded {
                let claim = Admission.Claim(pod.granted.spec)
                state.withLock { $0.admission.readmit(uid: pod.uid, claim: claim) }
                keepClaims(of: pod)
                keepPorts(of: pod)
            }
            begin(pod)
        } else if pod.isDeleted {
            // Held by a finalizer. Its worker says that it failed; it takes no room.
            stopWaiting(pod.uid)
            begin(pod)
        } else {
            let isReady = hasItsClaims(pod) && hasItsPorts(pod)
            state.withLock {
                $0.waiting[pod.uid] = pod
                if isReady { stand(pod, in: &$0) }
            }
            watchStart(of: pod)
            if admits, isReady { admit() }
        }
    }

    /// A pod whose object is gone.
    private func forget(_ uid: String) {
        if let worker = state.withLock({ $0.workers[uid]?.worker }) {
            worker.send(.removed)
            return
        }
        stopWaiting(uid)
        admit()
        let paths = configuration.paths(uid)
        Task { await paths.removeAll() }
    }

    func stopWaiting(_ uid: String) {
        let frees = state.withLock {
            $0.forgetStart(of: uid)
            $0.waiting[uid] = nil
            return $0.giveBack(uid)
        }
        if frees { claimsChanged(in: nil) }
    }

    func begin(_ pod: Pod) {
        refreshHost()
        var context = PodContext(
            store: store, runtime: runtime, findImage: findImage, recorder: recorder, host: host,
            defaults: configuration.defaults, stateDirectory: configuration.stateDirectory, clock: clock,
            logger: logger, released: { [weak self] in self?.release($0) },
            memoryDirectory: configuration.memoryDirectory)
        context.volumeDirectory = { [store, host] source, pod in
            claimDirectory(
                for: source.claimName, in: pod.namespace, store, node: NodeIdentity(named: host.nodeName, in: store),
                wasMounted: pod.hasBegun)
        }
        context.resize = { [weak self] uid, spec in self?.resize(uid, to: spec) ?? .granted }
        context.neighbours = { [neighbours] in neighbours.others(than: $0) }
        let worker = PodWorker(pod.uid, context: context)
        state.withLock { state in
            state.forgetStart(of: pod.uid)
            guard state.workers[pod.uid] == nil else { return }
            let task = Task { [weak self] in
                await worker.run(pod)
                if !Task.isCancelled { self?.workerEnded(pod) }
            }
            state.workers[pod.uid] = (worker, pod.namespace, task)
        }
    }

    private func release(_ uid: String) {
        refreshHost()
        let frees = state.withLock {
            $0.resizes.forget(uid)
            return $0.giveBack(uid)
        }
        if frees { claimsChanged(in: nil) }
        admit()
    }

    private func workerEnded(_ pod: Pod) {
        state.withLock { _ = $0.workers.removeValue(forKey: pod.uid) }
        release(pod.uid)
        // The object may have gone while the worker was at its end.
        if store.get(Pod.self, pod.key)?.uid != pod.uid { forget(pod.uid) }
    }

    /// Tells every pod that waits for an image to look again.
    func imagesChanged() {
        for worker in state.withLock({ $0.workers.values.map(\.worker) }) { worker.send(.imageArrived) }
    }
}

extension Pod {
    var createdAt: Date { metadata.creationTimestamp?.date ?? .distantPast }
}
