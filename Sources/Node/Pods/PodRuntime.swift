import Containers

/// What the node asks of whoever runs containers: `ContainerHost`, and a double in tests.
protocol PodRuntime: Sendable {
    /// Starts a pod. On an error nothing is left of it.
    func launchPod(_ plan: PodPlan) async throws -> any SupervisedPod
    /// After a restart of the daemon: the pod's supervisor, or the record a dead one left; nil when nothing is known.
    func adoptPod(uid: String, hostIPC: Bool) async throws -> (any SupervisedPod)?
    /// Kills what runs of a pod, and keeps every trace of it.
    func kill(uid: String) throws
    /// Kills what runs of a pod, and removes every trace of it. Harmless when there is none.
    func remove(uid: String) async throws
    /// Pods of which there is a trace.
    func knownPods() -> [String]
    /// What the named containers of a pod use now; those that do not run are missing.
    func currentUsage(uid: String, containers: [String]) -> [String: CurrentUsage]
    /// Runs a command in a container that runs.
    func exec(uid: String, _ plan: ExecPlan) async throws(ContainerError) -> ExecSession
    /// Gives the groups of a pod that runs other limits.
    func resize(uid: String, _ plan: ResizePlan) async throws(ContainerError)
    /// Connects to a port of a pod from inside its network.
    func converse(uid: String, container: String, port: Int) async throws(ConnectFailure) -> PodConversation
    /// Attaches to a container that runs.
    func attach(uid: String, container: String, _ wanted: AttachRequest) async throws(ContainerError) -> AttachSession
    /// What the kernel was seen to hold of the pod's limits, as far as this daemon set them.
    func receipt(uid: String) -> PodReceipt
    /// The environment that a container was started with, where that is known.
    func startEnvironment(uid: String, container: String) -> [String]?
    /// What pods with a network of their own are joined to now; nil: they have their loopback only.
    func network() async throws(ContainerError) -> PodNetworkFacts?
    /// Joins a pod that will be launched to that network, before its containers are planned.
    ///
    /// - Returns: its addresses; nil without a network.
    func joinNetwork(
        _ plan: PodPlan, _ request: PodNetworkRequest, isWanted: () -> Bool
    ) async throws(ContainerError) -> [String]?
    /// Nobody waits for it any more.
    func interruptNetwork(uid: String)
    /// Of a pod that was joined, perhaps by an earlier daemon.
    func networkAddresses(uid: String) async -> [String]
    /// What is wrong with the network of a pod that runs, if anything is.
    func checkNetwork(uid: String) async -> String?
    /// Connects from inside a container's network.
    func connect(
        uid: String, container: String, host: String, port: Int
    ) async throws(ConnectFailure) -> PodConnection
    var findings: [HostFinding] { get }
    /// Leaves a host without pods as it was found.
    func leave() throws
}

/// A runtime without containers, as in tests, runs no commands in them.
extension PodRuntime {
    func exec(uid: String, _ plan: ExecPlan) async throws(ContainerError) -> ExecSession {
        throw .notRunning(container: plan.container)
    }

    func converse(uid: String, container: String, port: Int) async throws(ConnectFailure) -> PodConversation {
        throw .notRunning
    }

    func attach(uid: String, container: String, _ wanted: AttachRequest) async throws(ContainerError) -> AttachSession {
        throw .notRunning(container: container)
    }

    func startEnvironment(uid: String, container: String) -> [String]? { nil }

    func connect(
        uid: String, container: String, host: String, port: Int
    ) async throws(ConnectFailure) -> PodConnection {
        throw .notRunning
    }

    func receipt(uid: String) -> PodReceipt { PodReceipt() }
}

/// Nor has it a network for pods.
extension PodRuntime {
    func network() async throws(ContainerError) -> PodNetworkFacts? { nil }
    func joinNetwork(
        _ plan: PodPlan, _ request: PodNetworkRequest, isWanted: () -> Bool
    ) async throws(ContainerError) -> [String]? { nil }
    func interruptNetwork(uid: String) {}
    func networkAddresses(uid: String) async -> [String] { [] }
    func checkNetwork(uid: String) async -> String? { nil }
}

/// A pod that has, or had, a supervisor.
protocol SupervisedPod: AnyObject, Sendable {
    /// For one consumer.
    var events: AsyncStream<PodRuntimeEvent> { get }
    /// Starts a further attempt.
    func start(_ container: ContainerPlan) async throws(ContainerError)
    func terminate(grace: Duration)
    /// One container alone.
    func stop(container: String, attempt: Int, grace: Duration)
    /// It may be asked to stop; for containers with a hook before their end.
    func lastHookEnded(container: String, attempt: Int)
    func kill()
    func setDeadline(_ fromNow: Duration?)
    func release()
}

extension RunningPod: SupervisedPod {}

extension ContainerHost: PodRuntime {
    func launchPod(_ plan: PodPlan) async throws -> any SupervisedPod { try await launch(plan) }

    func adoptPod(uid: String, hostIPC: Bool) async throws -> (any SupervisedPod)? {
        try await adopt(uid: uid, hostIPC: hostIPC)
    }

    func kill(uid: String) throws { try cgroups.pod(uid: uid)?.kill() }

    func leave() throws { try cgroups.removeIfEmpty() }
}
