import Foundation
import Kube

extension PodLife {
    /// The kubelet looks as often.
    static let storageInterval: TimeInterval = 10

    /// Looks how much of the disk the pod takes, every ten seconds while it runs and has such a limit, and ends it when
    /// that is too much. Nothing tells of a directory that grows.
    mutating func watchStorage() async {
        guard pod.spec.volumes != nil || pod.spec.limitsStorage else { return }
        let limits = StorageLimits(pod.spec)
        guard !limits.isEmpty, run.hasRunning, run.evicted == nil else {
            volumes.nextMeasurement = nil
            return
        }
        let now = context.clock.now()
        if let due = volumes.nextMeasurement, due <= now {
            let (paths, spec) = (paths, pod.spec)
            let use = await onBlockingThread { paths.storageUse(spec) }
            if let message = limits.violation(use) { return evict(message) }
            volumes.nextMeasurement = nil
        }
        let next = volumes.nextMeasurement ?? now.addingTimeInterval(Self.storageInterval)
        volumes.nextMeasurement = next
        lookAgain(at: next)
    }

    /// Kills the pod; it fails with the reason `Evicted`, whatever its restart policy says.
    private mutating func evict(_ message: String) {
        run.evicted = message
        context.recorder.record(pod, .warning, reason: "Evicted", message: message)
        for container in run.containers where container.isRunning {
            context.recorder.record(
                pod, .normal, reason: "Killing", message: "Stopping container \(container.name)")
        }
        running?.kill()
    }

    /// What of an evicted pod was not started is not started any more.
    mutating func endEvicted() async {
        guard let message = run.evicted, !pod.hasEnded else { return }
        await finish(run.giveUp(reason: "Evicted", message: message, now: context.clock.now()))
    }
}

extension PodSpec {
    fileprivate var limitsStorage: Bool {
        allContainers.contains { $0.resources?.limits?[StorageLimits.resource] != nil }
    }
}
