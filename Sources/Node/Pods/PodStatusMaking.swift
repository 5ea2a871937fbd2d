import Foundation
import Kube

/// Makes the status that clients see from what the node knows. Pure: the same knowledge gives the same status.
///
/// Order of the rules for the phase (kubelet `getPhase`):
/// 1. a deadline that fired, of the pod or of its start, makes it Failed once nothing runs, whatever the exit codes say,
///    and so does an init container that failed for good;
/// 2. init containers that have not done their part, and any main container that waits for its first start, keep the pod
///    Pending;
/// 3. anything running, or to be started again, makes it Running, sidecars that are being ended too;
/// 4. all ended: Succeeded when every main container's exit code is 0, else Failed.
func makePodStatus(_ pod: Pod, run: PodRun, images: [String: String], now: Date) -> PodStatus {
    var status = pod.status ?? PodStatus()
    status.phase = makePhase(run)
    if run.deadlineReached != nil, run.isFinished {
        status.reason = "DeadlineExceeded"
        status.message = "Pod was active on the node longer than the specified deadline"
    } else if let message = run.startDeadlineExceeded, run.isFinished {
        status.reason = "StartDeadlineExceeded"
        status.message = message
    } else if let message = run.evicted, run.isFinished {
        status.reason = "Evicted"
        status.message = message
    } else if let rejection = run.rejection, run.isFinished {
        status.reason = rejection.reason
        status.message = "Pod was rejected: " + rejection.message
    }
    let statuses = zip(pod.spec.allContainers, run.containers).map { spec, container in
        var status = makeContainerStatus(
            spec, container, podUID: pod.uid, imageID: images[spec.name] ?? "", waitingReason: run.waitingReason)
        status.volumeMounts = spec.mountStatuses(pod.spec.volumes)
        return status
    }
    let initCount = pod.spec.initContainers?.count ?? 0
    if initCount > 0 { status.initContainerStatuses = Array(statuses[..<initCount]) }
    status.containerStatuses = Array(statuses[initCount...])
    setConditions(&status, run: run, gates: pod.spec.readinessConditions, now: now)
    (run.isFinished ? Resizing(nil) : run.resizing).setConditions(&status, at: now)
    if status.phase == "Failed" { noteDisruption(&status, run: run, now: now) }
    // What this status was made from (KEP-5067).
    status.observedGeneration = pod.metadata.generation
    for index in (status.conditions ?? []).indices where ownConditions.contains(status.conditions?[index].type ?? "") {
        status.conditions?[index].observedGeneration = pod.metadata.generation
    }
    return status
}

/// What others say of a pod (`readinessGates`) is theirs.
private let ownConditions: Set = [
    "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
]

private func makePhase(_ run: PodRun) -> String {
    if run.isFinished {
        let isInTime =
            run.deadlineReached == nil && run.startDeadlineExceeded == nil && run.evicted == nil && run.rejection == nil
        let succeeded = isInTime && run.mains.allSatisfy { $0.termination?.exitCode == 0 }
        return succeeded ? "Succeeded" : "Failed"
    }
    return !run.isInitialized || run.mains.contains(where: \.isYetToRun) ? "Pending" : "Running"
}

private func makeContainerStatus(
    _ spec: Container, _ run: ContainerRun, podUID: String, imageID: String, waitingReason: String
) -> ContainerStatus {
    var status = ContainerStatus(
        name: spec.name, image: run.image ?? spec.image ?? "", imageID: imageID, ready: run.isReady,
        restartCount: run.attempt)
    status.started = run.hasStarted
    let identifier = "stint://\(podUID)/\(spec.name)/\(run.attempt)"
    switch run.state {
    case .waiting(let reason, let message):
        status.state = ContainerState(waiting: ContainerStateWaiting(reason: reason, message: message))
    case .running where run.health.isInPostStart:
        status.state = ContainerState(waiting: ContainerStateWaiting(reason: waitingReason))
    case .running(let since):
        status.state = ContainerState(running: ContainerStateRunning(startedAt: Timestamp(since)))
        status.containerID = identifier
    case .terminated(let termination):
        status.state = ContainerState(terminated: makeTerminated(termination, podUID: podUID, name: spec.name))
        status.containerID = identifier
    }
    if (run.isRunning && !run.health.isInPostStart) || run.termination?.startedAt != nil {
        status.user = run.identity.map { ContainerUser(linux: LinuxContainerUser($0)) }
    }
    let requests = run.granted.requests ?? [:]
    status.allocatedResources = requests.isEmpty ? nil : requests
    status.resources = run.isRunning ? run.actual ?? run.granted : run.granted
    if let last = run.last {
        status.lastState = ContainerState(terminated: makeTerminated(last, podUID: podUID, name: spec.name))
    }
    return status
}

private func makeTerminated(_ termination: Termination, podUID: String, name: String) -> ContainerStateTerminated {
    var state = ContainerStateTerminated(exitCode: termination.exitCode, reason: termination.reason)
    state.signal = termination.signal
    state.message = termination.message
    state.startedAt = termination.startedAt.map(Timestamp.init)
    state.finishedAt = Timestamp(termination.finishedAt)
    state.containerID = "stint://\(podUID)/\(name)/\(termination.attempt)"
    return state
}

/// The kubelet's conditions in its order. A condition keeps its transition time while its status stays the same.
private func setConditions(_ status: inout PodStatus, run: PodRun, gates: [String], now: Date) {
    let started = run.containers.contains(where: \.hasBegun)
    status.setCondition(
        PodCondition(type: "PodReadyToStartContainers", status: started && !run.isFinished ? "True" : "False"), at: now)
    status.setCondition(makeInitialized(status, run), at: now)
    // An init container that ran to its end has nothing to be ready for.
    let names = run.containers.filter { $0.role != .initial && !$0.isReady }.map(\.name)
    let notReady: (reason: String?, message: String?) =
        if names.isEmpty {
            (nil, nil)
        } else if run.isFinished {
            (status.phase == "Succeeded" ? "PodCompleted" : "PodFailed", nil)
        } else {
            ("ContainersNotReady", "containers with unready status: [\(names.joined(separator: " "))]")
        }
    let ready = PodCondition(
        type: "ContainersReady", status: names.isEmpty ? "True" : "False", reason: notReady.reason,
        message: notReady.message)
    var podReady = names.isEmpty ? waitForGates(gates, status) : ready
    podReady.type = "Ready"
    status.setCondition(podReady, at: now)
    status.setCondition(ready, at: now)
}

/// Once its containers are ready, a pod waits for what others have to say of it (KEP-580, kubelet
/// `GeneratePodReadyCondition`).
private func waitForGates(_ gates: [String], _ status: PodStatus) -> PodCondition {
    let messages = gates.compactMap { gate -> String? in
        guard let condition = status.conditions?.first(where: { $0.type == gate }) else {
            return "corresponding condition of pod readiness gate \"\(gate)\" does not exist."
        }
        if condition.status == "True" { return nil }
        return "the status of pod readiness gate \"\(gate)\" is not \"True\", but \(condition.status)"
    }
    guard !messages.isEmpty else { return PodCondition(type: "Ready", status: "True") }
    return PodCondition(
        type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: messages.joined(separator: ", "))
}

private func makeInitialized(_ status: PodStatus, _ run: PodRun) -> PodCondition {
    if status.phase == "Succeeded" { return PodCondition(type: "Initialized", status: "True", reason: "PodCompleted") }
    if run.isInitialized { return PodCondition(type: "Initialized", status: "True") }
    let names = run.containers.filter { $0.role != .main && !$0.hasDoneItsPart }.map(\.name)
    return PodCondition(
        type: "Initialized", status: "False", reason: "ContainersNotInitialized",
        message: "containers with incomplete status: [\(names.joined(separator: " "))]")
}

/// A pod that a reboot ended did not fail by itself: the condition by which a `podFailurePolicy` tells the two apart.
/// Upstream's kubelet sets it, with this reason, when it ends pods before a shutdown; here nobody had the time.
private func noteDisruption(_ status: inout PodStatus, run: PodRun, now: Date) {
    guard let rebooted = run.containers.lazy.compactMap(\.termination).first(where: { $0.reason == "NodeRebooted" })
    else { return }
    status.setCondition(
        PodCondition(
            type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet", message: rebooted.message),
        at: now)
}
