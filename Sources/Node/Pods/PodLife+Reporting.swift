import Containers
import Foundation
import Kube
import Store

extension PodLife {
    /// Attempts ended: their messages and the ends of their logs are read, and they wait to be recorded.
    mutating func finish(_ ended: [Termination]) async {
        for termination in ended {
            guard let index = run.containers.firstIndex(where: { $0.name == termination.container }) else { continue }
            var termination = termination
            let (paths, container, ended) = (paths, spec(index), termination)
            let (message, log) = await onBlockingThread {
                (
                    ended.message
                        ?? paths.terminationMessage(container, attempt: ended.attempt, failed: ended.exitCode != 0),
                    paths.savedLog(container.name, attempt: ended.attempt)
                )
            }
            termination.message = message
            run.containers[index].state = .terminated(termination)
            unrecorded.append((container.name, termination, log))
        }
    }

    func tell(_ event: PodRuntimeEvent, before: PodRun) {
        guard run != before else { return }
        switch event {
        case .started(let name, _, _, _):
            context.recorder.record(pod, .normal, reason: "Created", message: "Container created: \(name)")
            context.recorder.record(pod, .normal, reason: "Started", message: "Container started")
        case .failedToStart(_, _, _, let failure):
            context.recorder.record(pod, .warning, reason: "Failed", message: "Error: \(failure.message)")
        case .deadlineReached: tellDeadline()
        case .deadlineWarning(let name, _, _, let signal, let left):
            let seconds = Int((Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18).rounded())
            context.recorder.record(
                pod, .normal, reason: "DeadlineWarning",
                message: "Sent \(SignalName.text(Int(signal))) to container \(name), \(seconds)s before the deadline")
        case .exited, .lost, .runsAs: break
        }
    }

    func tellDeadline() {
        context.recorder.record(
            pod, .normal, reason: "DeadlineExceeded",
            message: "Pod was active on the node longer than the specified deadline")
    }

    /// Writes status and ledger records in one commit, when there is anything to write. False when that did not succeed.
    mutating func report() async -> Bool {
        if receipts.isStale { receipts.take(context.runtime.receipt(uid: pod.uid)) }
        let (ids, run, now, receipt) = (imageIDs, run, context.clock.now(), receipts.text)
        let addresses = network.addresses
        // The story of an earlier boot is told to its end before the note that it began there goes.
        let boot = isFromEarlierBoot && running != nil ? nil : context.host.bootID
        return await write { pod in
            if pod.hasEnded { return }
            pod.status = makePodStatus(pod, run: run, images: ids, now: now)
            if let addresses { pod.status?.addresses = addresses }
            if let warned = run.lastWarning { pod.metadata.annotations?[PodAnnotations.deadlineWarned] = warned }
            if let boot, !pod.hasEnded { pod.metadata.annotations?[PodAnnotations.bootID] = boot }
            if !receipt.isEmpty { pod.metadata.annotations?[Receipt.annotation] = receipt }
        }
    }

    /// Changes the newest version of the object, and records what is unrecorded, in one commit; tries until it is
    /// durable. When the object is gone, the records are all there is to write. False when the worker was told to stop:
    /// the next daemon writes it.
    mutating func write(_ change: @Sendable (inout Pod) -> Void) async -> Bool {
        while true {
            var writes = unrecorded.map {
                StoreWrite.record(makeRecord($0.container, $0.termination, $0.log), log: $0.log.bytes)
            }
            var newest: Pod?
            if let current = context.store.get(Pod.self, pod.key), current.uid == pod.uid {
                var changed = current
                change(&changed)
                if changed != current { writes.append(.update(changed)) }
                newest = changed
            } else {
                noteRemoval()
            }
            do {
                let written = writes.isEmpty ? [] : try await context.store.commit(writes)
                unrecorded = []
                if let newest { pod = newer(pod, written.compactMap { $0 as? Pod }.last ?? newest) }
                return true
            } catch  where error.isConflict || error.isNotFound {
                // Somebody was quicker: once more with what is there now.
            } catch {
                logger.error("cannot write the pod's status; trying again", metadata: ["error": "\(error)"])
                await context.clock.sleep(context.clock.now().addingTimeInterval(1))
                if Task.isCancelled { return false }
            }
        }
    }

    private func makeRecord(_ container: String, _ termination: Termination, _ log: SavedLog) -> AttemptRecord {
        let granted = granted
        let spec = granted.spec.allContainers.first { $0.name == container }
        var record = AttemptRecord(
            namespace: pod.namespace, podName: pod.name, podUID: pod.uid, container: container,
            attempt: termination.attempt, image: spec?.image ?? "", finishedAt: MicroTimestamp(termination.finishedAt),
            exitCode: termination.exitCode, reason: termination.reason)
        if let owner = pod.controllerReference, owner.kind == Job.type.kind {
            record.jobName = owner.name
            record.jobUID = owner.uid
        }
        record.completionIndex = pod.completionIndex
        record.memoryLimitBytes = spec.flatMap { granted.spec.limit("memory", of: $0) }?.value
        record.cpuLimitMillis = spec.flatMap { granted.spec.limit("cpu", of: $0) }?.milliValue
        record.limit = AttemptLimit(
            reason: termination.reason, oomKills: termination.usage?.oomKills,
            pidLimitHits: termination.usage?.pidLimitHits)
        record.logBytes = log.bytes.count
        if log.isCut { record.logIsCut = true }
        record.startedAt = termination.startedAt.map(MicroTimestamp.init)
        record.signal = termination.signal
        record.message = termination.message
        if let usage = termination.usage {
            record.memoryPeakBytes = usage.peakMemoryBytes
            record.cpuUserMicroseconds = usage.cpuUserMicroseconds
            record.cpuSystemMicroseconds = usage.cpuSystemMicroseconds
            record.throttledMicroseconds = usage.throttledMicroseconds
            record.throttledPeriods = usage.throttledPeriods
            record.oomKills = usage.oomKills
        }
        return record
    }
}
