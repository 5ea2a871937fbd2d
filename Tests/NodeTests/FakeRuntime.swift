import Containers
import Foundation
import Kube
import Synchronization

@testable import Node

/// Launches nothing: writes down what it was asked for, and tells what the test says has happened.
final class FakeRuntime: PodRuntime {
    struct State {
        /// Everything that was asked, in order: `launch main/0`, `start main/1`, `terminate 30`, `kill`, `remove`, …
        var calls: [String] = []
        var pods: [String: FakePod] = [:]
        /// What an earlier daemon left running.
        var adoptable: [String: FakePod] = [:]
        var known: Set<String> = []
        /// How many of the next calls fail.
        var adoptFailures = 0
        var removeFailures = 0
        var launchError: ContainerError?
        var resizeError: ContainerError?
        var removeError: ContainerError?
        /// What comes of joining pods to a network, one after the other; then there is none.
        var joins: [Result<[String]?, ContainerError>] = []
        /// What is remembered of a pod that an earlier daemon joined.
        var joined: [String] = []
        var network: PodNetworkFacts?
        var networkProblem: String?
        /// What containers have used, by pod and name.
        var usage: [String: [String: CurrentUsage]] = [:]
        /// What the kernel holds of whatever is asked for.
        var receipt = PodReceipt()
    }

    let state = Mutex(State())
    /// Everything that was to be started, in order.
    let plans = Mutex<[ContainerPlan]>([])
    /// Every pod that was to be launched.
    let pods = Mutex<[PodPlan]>([])
    let requests = Mutex<[PodNetworkRequest]>([])
    /// Of every pod that was to be launched.
    let warnings = Mutex<[DeadlineWarning?]>([])

    var calls: [String] { state.withLock { $0.calls } }
    func note(_ call: String) { state.withLock { $0.calls.append(call) } }
    func pod(_ uid: String) -> FakePod? { state.withLock { $0.pods[uid] } }

    func launchPod(_ plan: PodPlan) async throws -> any SupervisedPod {
        plans.withLock { $0 += plan.containers }
        pods.withLock { $0.append(plan) }
        warnings.withLock { $0.append(plan.deadlineWarning) }
        return try state.withLock { state in
            let names = plan.containers.map { "\($0.name)/\($0.attempt)" }.joined(separator: " ")
            state.calls.append("launch \(names)")
            if let error = state.launchError { throw error }
            let pod = FakePod(self)
            state.pods[plan.uid] = pod
            return pod
        }
    }

    func adoptPod(uid: String, hostIPC: Bool) async throws -> (any SupervisedPod)? {
        try state.withLock { state in
            state.calls.append("adopt")
            if state.adoptFailures > 0 {
                state.adoptFailures -= 1
                throw ContainerError.supervisorGone(uid: uid)
            }
            state.pods[uid] = state.adoptable[uid]
            return state.adoptable[uid]
        }
    }

    func kill(uid: String) throws { note("kill remains") }

    func remove(uid: String) async throws {
        try state.withLock { state in
            state.calls.append("remove")
            if state.removeFailures > 0 {
                state.removeFailures -= 1
                throw state.removeError ?? ContainerError.supervisorGone(uid: uid)
            }
            state.known.remove(uid)
        }
    }

    func currentUsage(uid: String, containers: [String]) -> [String: CurrentUsage] {
        (state.withLock { $0.usage[uid] } ?? [:]).filter { containers.contains($0.key) }
    }
    func resize(uid: String, _ plan: ResizePlan) async throws(ContainerError) {
        let groups = [("pod", plan.pod)] + plan.containers.map { ($0.name, $0.limits) }
        let words = groups.map { name, limits in
            "\(name) \(limits.cpuLimitMillis.map(String.init) ?? "-")/\((limits.memoryLimitBytes ?? 0) >> 20)"
        }
        note("resize \(words.joined(separator: ", "))" + (plan.mayShrinkPod ? "" : ", growing"))
        if let error = state.withLock({ $0.resizeError }) { throw error }
    }
    func receipt(uid: String) -> PodReceipt { state.withLock { $0.receipt } }
    func knownPods() -> [String] { state.withLock { $0.known.sorted() } }
    var findings: [HostFinding] { [] }

    func network() async throws(ContainerError) -> PodNetworkFacts? { state.withLock { $0.network } }

    /// Only what has an answer is a call.
    func joinNetwork(
        _ plan: PodPlan, _ request: PodNetworkRequest, isWanted: () -> Bool
    ) async throws(ContainerError) -> [String]? {
        requests.withLock { $0.append(request) }
        let result = state.withLock { state -> Result<[String]?, ContainerError> in
            guard !state.joins.isEmpty else { return .success(nil) }
            state.calls.append("join \(request.name)")
            return state.joins.removeFirst()
        }
        guard isWanted() else { throw .network(.interrupted) }
        return try result.get()
    }

    func interruptNetwork(uid: String) {
        // Every worker that is stopped says it.
        if uid == "u" { note("interrupt \(uid)") }
    }

    func networkAddresses(uid: String) async -> [String] { state.withLock { $0.joined } }
    func checkNetwork(uid: String) async -> String? { state.withLock { $0.networkProblem } }
    func leave() throws {}
}

final class FakePod: SupervisedPod {
    let events: AsyncStream<PodRuntimeEvent>
    private let teller: AsyncStream<PodRuntimeEvent>.Continuation
    private let runtime: FakeRuntime
    let isGone = Mutex(false)

    init(_ runtime: FakeRuntime) {
        self.runtime = runtime
        (events, teller) = AsyncStream.makeStream()
    }

    func tell(_ event: PodRuntimeEvent) { teller.yield(event) }
    func end() { teller.finish() }

    func start(_ container: ContainerPlan) async throws(ContainerError) {
        runtime.note("start \(container)")
        runtime.plans.withLock { $0.append(container) }
        if isGone.withLock({ $0 }) { throw .supervisorGone(uid: "") }
    }
    func terminate(grace: Duration) { runtime.note("terminate \(grace.components.seconds)") }
    func stop(container: String, attempt: Int, grace: Duration) {
        runtime.note("stop \(container)/\(attempt) \(grace.components.seconds)")
    }
    func lastHookEnded(container: String, attempt: Int) { runtime.note("hook ended \(container)/\(attempt)") }
    func kill() { runtime.note("kill") }
    func setDeadline(_ fromNow: Duration?) { runtime.note("deadline \(fromNow?.components.seconds ?? -1)") }
    func release() { runtime.note("release") }
}

/// A clock the test moves.
final class FakeClock: Sendable {
    private struct Sleeper {
        let until: Date
        let continuation: CheckedContinuation<Void, Never>
    }
    private struct State {
        var now: Date
        var sleepers: [UUID: Sleeper] = [:]
        var cancelled: Set<UUID> = []
    }

    private let state: Mutex<State>
    init(_ now: Date) { state = Mutex(State(now: now)) }

    var now: Date { state.withLock { $0.now } }
    var clock: NodeClock { NodeClock(now: { self.now }, sleep: { await self.sleep($0) }) }

    func advance(_ seconds: TimeInterval) {
        let due = state.withLock { state in
            state.now += seconds
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for sleeper in due { sleeper.resume() }
    }

    private func sleep(_ until: Date) async {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if until <= state.now || state.cancelled.remove(id) != nil { return true }
                    state.sleepers[id] = Sleeper(until: until, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume()
        }
    }
}
