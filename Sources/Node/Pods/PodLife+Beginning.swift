import Containers
import Foundation
import Kube

extension PodLife {
    /// Binds a new pod, or finds again what an earlier daemon left. False when it has to be tried again later.
    mutating func begin() async -> Bool {
        switch beginning {
        case .done: return true
        case .bind where isLateToStart:
            // The host had no room for it in time: it is ended as it is, without being bound.
            await giveUpStart()
        case .bind:
            guard await bind() else { return false }
        case .findAgain:
            guard await findAgain() else { return false }
        }
        beginning = .done
        return true
    }

    /// Writes down, durably and before anything is started, that this host in this boot has the pod. After a crash the
    /// note tells a pod that may have run from one that cannot have. A pod that was deleted while it waited is not
    /// bound: it fails, as upstream's collector of unscheduled pods has it.
    private mutating func bind() async -> Bool {
        let now = context.clock.now()
        let isNew = pod.spec.nodeName == nil
        let written = await write { [host = context.host] pod in
            var status = pod.status ?? PodStatus()
            if pod.isDeleted, pod.spec.nodeName == nil {
                status.phase = "Failed"
                pod.status = status
                return
            }
            pod.spec.nodeName = pod.spec.nodeName ?? host.nodeName
            pod.metadata.annotations = (pod.metadata.annotations ?? [:]).merging(
                [PodAnnotations.bootID: host.bootID], uniquingKeysWith: { $1 })
            // Only we know what the kernel holds.
            pod.metadata.annotations?[Receipt.annotation] = nil
            status.startTime = status.startTime ?? Timestamp(now)
            status.hostIP = host.address
            status.hostIPs = [.object(["ip": .string(host.address)])]
            status.qosClass = pod.spec.qosClass
            status.setCondition(PodCondition(type: "PodScheduled", status: "True"), at: now)
            pod.status = status
        }
        guard written else { return false }
        if isNew, !pod.isDeleted {
            context.recorder.record(
                pod, .normal, reason: "Scheduled",
                message: "Successfully assigned \(pod.key) to \(context.host.nodeName)")
        }
        return true
    }

    /// After a restart of the daemon: what is the pod doing?
    ///
    /// 1. its supervisor, or the record it left, is there: hear the whole story again;
    /// 2. nothing is there, and the pod had begun: a reboot ended it, or somebody took its supervisor and its record;
    /// 3. nothing is there: it was bound and never started, so it is started, in this boot.
    private mutating func findAgain() async -> Bool {
        let boundIn = pod.metadata.annotations?[PodAnnotations.bootID]
        isFromEarlierBoot = boundIn != context.host.bootID
        do {
            if let found = try await context.runtime.adoptPod(uid: pod.uid, hostIPC: pod.spec.hostIPC == true) {
                listen(to: found)
                await findNetworkAgain()
                foundAgainAt = context.clock.now()
                presumeOrders()
                // What changed while nobody looked.
                volumes.isStale = hasVolumes
                // One that has passed has rung, and the supervisor is about to tell of it.
                if let deadline, deadline <= context.clock.now() { toldDeadline = deadline }
                return true
            }
        } catch {
            // It may run: neither starting it nor giving it up would be right.
            logger.warning("cannot find the pod's supervisor again; trying later", metadata: ["error": "\(error)"])
            tryAgainLater()
            return false
        }
        retryDelay = 1
        let now = context.clock.now()
        if isFromEarlierBoot {
            if FileManager.default.fileExists(atPath: paths.directory) {
                await finish(run.endAll(reason: "NodeRebooted", message: Self.rebooted, now: now))
                return true
            }
            return await bind()
        }
        if run.hasRunning {
            await finish(
                run.endAll(reason: "SupervisorLost", message: "the container's supervisor left no record", now: now))
        }
        return true
    }

    /// An attempt after the first is written down before it is ordered, so the last daemon may have died between the
    /// two. The first attempts come with the supervisor. A live supervisor tells what it knows at once, except of a
    /// container between its clone and its exec, which takes milliseconds.
    private mutating func presumeOrders() {
        var attempts: [String: Int] = [:]
        for index in run.containers.indices where run.containers[index].isToBeStarted {
            // A first attempt that waits for its image by what is written came with the supervisor all the same: the last
            // daemon died before it wrote that the wait was over.
            guard !run.containers[index].isHeldBack || run.containers[index].attempt == 0 else { continue }
            run.containers[index].isOrdered = true
            // Nor is it known how far along its init containers the last daemon had heard the pod to be.
            if run.containers[index].attempt > 0 || run.hasInitContainers {
                attempts[run.containers[index].name] = run.containers[index].attempt
            }
        }
        if !attempts.isEmpty { presumed = (attempts, context.clock.now().addingTimeInterval(5)) }
    }

    /// What was presumed and not heard of was never ordered.
    mutating func checkPresumedOrders() {
        guard let (attempts, until) = presumed else { return }
        guard context.clock.now() >= until else { return lookAgain(at: until) }
        presumed = nil
        for index in run.containers.indices where attempts[run.containers[index].name] == run.containers[index].attempt
        {
            run.containers[index].isOrdered = false
        }
    }
}
