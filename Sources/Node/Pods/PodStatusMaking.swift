import Foundation
import Kube

/// Makes the status that clients see from what the node knows. Pure: the same knowledge gives the same status.
///
/// Order of the rules for the phase (kubelet `getPhase`):
/// 1. a deadline that fired, of the pod or of its start, makes it Failed once nothing runs, whatever the exit codes say;
/// 2. any container that waits for its first start keeps the pod Pending;
/// 3. anything running, or to be started again, makes it Running;
/// 4. all ended: Succeeded when every exit code is 0, else Failed.
func makePodStatus(_ pod: Pod, run: PodRun, images: [String: String], now: Date) -> PodStatus {
    // A pod that is being deleted ends for good.
    let written = RestartPolicy(rawValue: pod.spec.restartPolicy ?? "Always") ?? .always
    let policy = pod.metadata.deletionTimestamp == nil ? written : .never
    var status = pod.status ?? PodStatus()
    let finished = run.isFinished(policy: policy)
    status.phase = makePhase(run, finished: finished)
    if run.deadlineReached != nil, finished {
        status.reason = "DeadlineExceeded"
        status.message = "Pod was active on the node longer than the specified deadline"
    } else if let message = run.startDeadlineExceeded, finished {
        status.reason = "StartDeadlineExceeded"
        status.message = message
    } else if let rejection = run.rejection, finished {
        status.reason = rejection.reason
        status.message = "Pod was rejected: " + rejection.message
    }
    status.containerStatuses = zip(pod.spec.containers, run.containers).map { spec, container in
        makeContainerStatus(spec, container, podUID: pod.uid, imageID: images[spec.name] ?? "")
    }
    setConditions(&status, run: run, finished: finished, now: now)
    if status.phase == "Failed" { noteDisruption(&status, run: run, now: now) }
    return status
}

private func makePhase(_ run: PodRun, finished: Bool) -> String {
    if finished {
        let isInTime = run.deadlineReached == nil && run.startDeadlineExceeded == nil && run.rejection == nil
        let succeeded = isInTime && run.containers.allSatisfy { $0.termination?.exitCode == 0 }
        return succeeded ? "Succeeded" : "Failed"
    }
    let waitsForFirstStart = run.containers.contains { container in
        guard case .waiting = container.state else { return false }
        return container.last == nil
    }
    return waitsForFirstStart ? "Pending" : "Running"
}

private func makeContainerStatus(
    _ spec: Container, _ run: ContainerRun, podUID: String, imageID: String
) -> ContainerStatus {
    var status = ContainerStatus(
        name: spec.name, image: spec.image ?? "", imageID: imageID, ready: run.isRunning, restartCount: run.attempt)
    status.started = run.isRunning
    let identifier = "stint://\(podUID)/\(spec.name)/\(run.attempt)"
    switch run.state {
    case .waiting(let reason, let message):
        status.state = ContainerState(waiting: ContainerStateWaiting(reason: reason, message: message))
    case .running(let since):
        status.state = ContainerState(running: ContainerStateRunning(startedAt: Timestamp(since)))
        status.containerID = identifier
    case .terminated(let termination):
        status.state = ContainerState(terminated: makeTerminated(termination, podUID: podUID, name: spec.name))
        status.containerID = identifier
    }
    if run.isRunning || run.termination?.startedAt != nil {
        status.user = run.identity.map { ContainerUser(linux: LinuxContainerUser($0)) }
    }
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
private func setConditions(_ status: inout PodStatus, run: PodRun, finished: Bool, now: Date) {
    let names = run.containers.filter { !$0.isRunning }.map(\.name)
    let ready = names.isEmpty
    let notReady: (reason: String?, message: String?) =
        if ready {
            (nil, nil)
        } else if finished {
            (status.phase == "Succeeded" ? "PodCompleted" : "PodFailed", nil)
        } else {
            ("ContainersNotReady", "containers with unready status: [\(names.joined(separator: " "))]")
        }
    let started = run.containers.contains { $0.isRunning || $0.termination != nil || $0.last != nil }
    status.setCondition(
        PodCondition(type: "PodReadyToStartContainers", status: started && !finished ? "True" : "False"), at: now)
    let initialized = PodCondition(
        type: "Initialized", status: "True", reason: status.phase == "Succeeded" ? "PodCompleted" : nil)
    status.setCondition(initialized, at: now)
    for type in ["Ready", "ContainersReady"] {
        status.setCondition(
            PodCondition(
                type: type, status: ready ? "True" : "False", reason: notReady.reason, message: notReady.message),
            at: now)
    }
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
