import Containers
import Foundation
import Kube
import Store

extension PodLife {
    /// Its containers may have outlived it. False when it has to be tried again.
    mutating func killRemains() -> Bool {
        do {
            try context.runtime.kill(uid: pod.uid)
            isLost = false
            return true
        } catch {
            logger.error("cannot kill what a lost supervisor left; trying again", metadata: ["error": "\(error)"])
            tryAgainLater()
            return false
        }
    }

    /// Asks what runs to end, and again when less time is left than was said before.
    mutating func endForDeletion() async {
        if pod.isBound, !pod.hasEnded {
            await finish(
                run.giveUp(
                    reason: "ContainerStatusUnknown", message: "the pod was deleted before the container was started",
                    now: context.clock.now()))
        }
        guard let running, !run.isFinished else { return }
        let seconds = max(0, pod.metadata.deletionGracePeriodSeconds ?? grace.components.seconds)
        guard seconds < orderedGrace ?? .max else { return }
        if orderedGrace == nil {
            for container in pod.spec.allContainers where run.isRunning(container.name) {
                context.recorder.record(
                    pod, .normal, reason: "Killing", message: "Stopping container \(container.name)")
            }
        }
        orderedGrace = seconds
        noteEnd(by: context.clock.now().addingTimeInterval(TimeInterval(seconds)))
        if seconds == 0 { running.kill() } else { running.terminate(grace: .seconds(seconds)) }
    }

    /// A supervisor watches the deadline; a pod without one, which waits for an image or a restart, is watched here.
    mutating func endAtDeadline() async {
        guard !pod.hasEnded else { return }
        let now = context.clock.now()
        if running == nil, run.deadlineReached == nil, !run.isFinished, let deadline {
            if deadline > now {
                lookAgain(at: deadline)
            } else {
                await finish(run.apply(.deadlineReached(at: now), now: now))
                tellDeadline()
            }
        }
        guard run.deadlineReached != nil else { return }
        await finish(
            run.giveUp(
                reason: "DeadlineExceeded", message: "the deadline passed before the container was started", now: now))
    }

    /// What sidecars were there for is done.
    mutating func endSidecars() {
        guard let running, run.outlivesItsWork, !hasEndedSidecars else { return }
        hasEndedSidecars = true
        for container in run.containers where container.isRunning {
            context.recorder.record(
                pod, .normal, reason: "Killing", message: "Stopping container \(container.name)")
        }
        running.terminate(grace: grace)
        noteEnd(by: context.clock.now().addingTimeInterval(TimeInterval(grace.components.seconds)))
    }

    /// Gives back what the pod used. False when something is left; it is tried again.
    mutating func cleanUp() async -> Bool {
        guard !isCleanedUp else { return true }
        running?.release()
        running = nil
        do {
            try await context.runtime.remove(uid: pod.uid)
        } catch {
            logger.error("cannot remove what the pod left; trying again", metadata: ["error": "\(error)"])
            tellNetwork(error)
            tryAgainLater()
            return false
        }
        await paths.removeRoots(hasVolumes: hasVolumes)
        isCleanedUp = true
        context.released(pod.uid)
        return true
    }

    /// False when it has to be tried again.
    mutating func removeObject() async -> Bool {
        do {
            _ = try await context.store.delete(
                Pod.self, pod.key, DeleteOptions(gracePeriodSeconds: 0, preconditions: .init(uid: pod.uid)))
        } catch {
            // Gone, or another pod has its name by now.
            if error.isNotFound || error.isConflict { return true }
            logger.error("cannot remove the deleted pod's object; trying again", metadata: ["error": "\(error)"])
            tryAgainLater()
            return false
        }
        return true
    }

    /// The object is gone: what is left of the pod is ended at once.
    mutating func noteRemoval() {
        pod.metadata.deletionTimestamp = pod.metadata.deletionTimestamp ?? Timestamp(context.clock.now())
        pod.metadata.deletionGracePeriodSeconds = 0
        run.isBeingDeleted = true
    }
}
