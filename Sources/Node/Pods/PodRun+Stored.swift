import Containers
import Foundation
import Kube

extension PodRun {
    /// What the stored status says of the pod, for a daemon that starts again. What it says has ended is in the ledger:
    /// both are written in one commit.
    init(_ pod: Pod) {
        self.init(pod.spec)
        isBeingDeleted = pod.isDeleted
        resizing = Resizing(pod.status?.conditions)
        for status in (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? []) {
            guard let index = containers.firstIndex(where: { $0.name == status.name }) else { continue }
            containers[index].restore(status)
            containers[index].granted =
                status.granted(asking: pod.spec.allContainers[index].resources) ?? ResourceRequirements()
            // An attempt that was ordered began with what the status says, if it runs by now. A daemon that did not write it
            // down started containers as they were written.
            containers[index].actual = status.resources ?? containers[index].granted
        }
        compareImages(with: pod.spec)
        guard let warned = pod.metadata.annotations?[PodAnnotations.deadlineWarned] else { return }
        for index in containers.indices { containers[index].warnedAt = warned }
    }

    var hasRunning: Bool { containers.contains { $0.isRunning } }
}

extension ContainerRun {
    fileprivate mutating func restore(_ status: ContainerStatus) {
        attempt = status.restartCount
        image = status.image.isEmpty ? nil : status.image
        identity = status.user?.linux.flatMap { ContainerIdentity($0) }
        let waiting = status.state?.waiting
        let isBackingOff = waiting?.reason == WaitingReason.backOff
        last = status.lastState?.terminated.map { Termination($0, attempt: isBackingOff ? attempt : attempt - 1) }
        if let terminated = status.state?.terminated {
            state = .terminated(Termination(terminated, attempt: attempt))
        } else if let running = status.state?.running {
            state = .running(since: running.startedAt?.date ?? Date(timeIntervalSince1970: 0))
            // It would not be shown as running before that.
            health.isInPostStart = false
            health.hasStarted = !extras.contains(.startupProbe) || status.started == true
            health.isReady = !extras.contains(.readinessProbe) || status.ready
        } else if let waiting {
            state = .waiting(reason: waiting.reason ?? WaitingReason.creating, message: waiting.message)
        }
    }
}

extension Termination {
    fileprivate init(_ state: ContainerStateTerminated, attempt: Int) {
        self.init(
            attempt: attempt, exitCode: state.exitCode, signal: state.signal, reason: state.reason ?? "Error",
            message: state.message, startedAt: state.startedAt?.date,
            finishedAt: state.finishedAt?.date ?? Date(timeIntervalSince1970: 0))
    }
}

extension Pod {
    var isDeleted: Bool { metadata.deletionTimestamp != nil }

    /// A node has it, and it was noted in which boot.
    var isBound: Bool { spec.nodeName != nil && metadata.annotations?[PodAnnotations.bootID] != nil }
}

/// The later of two versions of one pod.
func newer(_ a: Pod, _ b: Pod) -> Pod {
    let first = Int64(a.metadata.resourceVersion ?? "") ?? 0
    return first > Int64(b.metadata.resourceVersion ?? "") ?? 0 ? a : b
}

/// The annotations by which pods carry what only stint knows.
public enum PodAnnotations {
    /// The boot of the host in which the pod was bound, or last started.
    public static let bootID = "stint.dev/boot-id"
    /// When the pod's Job runs out of time, RFC 3339.
    public static let jobDeadline = "stint.dev/job-deadline"
    /// When one of the pod's containers was last sent its signal before the deadline, as far as events tell of it.
    static let deadlineWarned = "stint.dev/deadline-warned"
}

extension Pod {
    /// The earlier of the pod's own deadline and its Job's.
    var deadline: Date? {
        let own = spec.activeDeadlineSeconds.flatMap { seconds in
            status?.startTime.map { $0.date.addingTimeInterval(TimeInterval(seconds)) }
        }
        let job = metadata.annotations?[PodAnnotations.jobDeadline].flatMap(RFC3339.parse)
        return [own, job].compactMap { $0 }.min()
    }

    /// When all of its containers must have been started, if that was asked for.
    var startBy: Date? {
        startDeadline.flatMap { seconds in metadata.creationTimestamp?.date.addingTimeInterval(seconds) }
    }
}
