import Containers
import Foundation
import Images
import Kube

/// A container that can be started: what it needs is there.
private struct ReadyContainer {
    let index: Int
    let image: Image
    let sources: EnvironmentSources
    var plan: ContainerPlan
}

extension PodLife {
    /// Orders every container whose turn it is: from a new supervisor when there is none, all at once, as soon
    /// as all have what they need; else from the one there is.
    mutating func startWhatWaits() async {
        let waiting = run.due
        guard !waiting.isEmpty, await makeVolumes() else { return }
        let names: PodNames
        do { names = try PodNames.make(pod, host: context.host) } catch {
            for index in waiting { await refuse(index, error) }
            return
        }
        var found: [ReadyContainer] = []
        for index in waiting {
            guard let image = findImage(index) else { continue }
            do {
                let sources = try EnvironmentSources(of: spec(index), of: pod, from: context.store)
                let plan = try makePlan(index, image, sources, names)
                found.append(ReadyContainer(index: index, image: image, sources: sources, plan: plan))
            } catch let error as PendingReference {
                hold(index, error.message)
            } catch let error as ContainerConfigError {
                hold(index, error.message)
            } catch {
                await refuse(index, error)
            }
        }
        if running != nil {
            for ready in found { await order(ready, names) }
        } else if !found.isEmpty, found.count == run.due.count {
            await launch(found, names)
        }
    }

    private mutating func launch(_ found: [ReadyContainer], _ names: PodNames) async {
        if hasLeftovers {
            do {
                try await context.runtime.remove(uid: pod.uid)
                hasLeftovers = false
            } catch {
                logger.error("cannot remove what the pod left; trying again", metadata: ["error": "\(error)"])
                return tryAgainLater()
            }
        }
        do {
            var plan = PodPlan(
                uid: pod.uid, hostname: names.kernel,
                hostNetwork: pod.spec.hostNetwork == true,
                hostPID: pod.spec.hostPID == true, hostIPC: pod.spec.hostIPC == true,
                shareProcessNamespace: pod.spec.shareProcessNamespace == true,
                hasOwnUsers: pod.spec.hasOwnUsers,
                kernelParameters: (pod.spec.securityContext?.sysctls ?? []).map {
                    KernelParameter(path: $0.path, value: $0.value)
                },
                limits: makePodLimits(granted, defaults: context.defaults), deadline: deadline.map(untilDeadline),
                grace: grace,
                deadlineWarning: pod.deadlineSignal.map {
                    DeadlineWarning(signal: $0.signal, lead: .seconds($0.lead))
                }, sidecars: run.containers.filter { $0.role == .sidecar }.map(\.name), memoryVolumes: volumes.memory,
                containers: [])
            guard await joinNetwork(plan) else { return }
            for var ready in found {
                // Its environment may name an address, which is known only now.
                if pod.spec.hostNetwork != true, network.addresses?.isEmpty == false {
                    ready.plan = try makePlan(ready.index, ready.image, ready.sources, names)
                }
                plan.containers.append(try await prepare(ready, names))
            }
            listen(to: try await context.runtime.launchPod(plan))
            toldDeadline = deadline
            receipts.ask(pod: plan.limits)
            appliedPodLimits = plan.limits
            for (ready, plan) in zip(found, plan.containers) { noteOrder(ready, plan) }
        } catch {
            // A pod that cannot be started as it is written fails: nothing about it will change.
            for ready in found { await refuse(ready.index, error) }
        }
    }

    private mutating func order(_ ready: ReadyContainer, _ names: PodNames) async {
        guard let running else { return }
        do {
            let plan = try await prepare(ready, names)
            try await running.start(plan)
            noteOrder(ready, plan)
        } catch ContainerError.supervisorGone {
            // The end of its events is on its way, and then a new supervisor is started.
        } catch {
            await refuse(ready.index, error)
        }
    }

    private mutating func noteOrder(_ ready: ReadyContainer, _ plan: ContainerPlan) {
        let container = spec(ready.index)
        receipts.ask(plan, container.resources)
        run.containers[ready.index].actual = run.containers[ready.index].granted
        imageIDs[container.name] = ready.image.id
        run.containers[ready.index].isOrdered = true
        run.containers[ready.index].image = container.image
        run.containers[ready.index].isOutdated = false
        run.containers[ready.index].state = .waiting(reason: run.waitingReason, message: nil)
        context.recorder.record(
            pod, .normal, reason: "Pulled",
            message: "Container image \"\(container.image ?? "")\" already present on machine")
    }

    private mutating func refuse(_ index: Int, _ error: any Error) async {
        let message =
            (error as? UnusableImage)?.message ?? (error as? ContainerConfigError)?.message ?? "\(error)"
        context.recorder.record(pod, .warning, reason: "Failed", message: "Error: \(message)")
        let container = run.containers[index]
        await finish(
            run.refuse(
                container.name, attempt: container.attempt, StartFailure(kind: .setup, message: message),
                at: context.clock.now()))
        lookAgain(at: context.clock.now())  // it may be due for a restart
    }

    /// - Throws: ``ContainerConfigError`` for what may still change.
    private func makePlan(
        _ index: Int, _ image: Image, _ sources: EnvironmentSources, _ names: PodNames
    ) throws -> ContainerPlan {
        let container = spec(index)
        var pod = podWithAddresses
        pod.spec = granted.spec
        return try makeContainerPlan(
            pod, container, attempt: run.containers[index].attempt, image: image, sources: sources, host: context.host,
            names: names, paths: paths, defaults: context.defaults, volumes: volumes.plans)
    }

    /// It waits, and says what for; a change of the pod, or of what its environment names, makes us look again.
    private mutating func hold(_ index: Int, _ message: String) {
        let state = ContainerRun.State.waiting(reason: WaitingReason.configuration, message: message)
        if run.containers[index].state != state {
            context.recorder.record(pod, .warning, reason: "Failed", message: "Error: \(message)")
        }
        run.containers[index].state = state
    }

    private func prepare(_ ready: ReadyContainer, _ names: PodNames) async throws -> ContainerPlan {
        let container = spec(ready.index)
        let attempt = run.containers[ready.index].attempt
        let (paths, pod) = (paths, podWithAddresses)
        let neighbours = context.neighbours(pod)
        let omissions = try await onBlockingThread { () throws(any Error) in
            paths.forget(container.name, attempt: attempt - 2)
            return try paths.make(for: container.name, attempt: attempt, pod, names, neighbours)
        }
        for omission in omissions {
            context.recorder.record(pod, .warning, reason: "DNSConfigForming", message: omission)
        }
        return ready.plan
    }
}
