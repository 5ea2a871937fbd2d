import Containers
import Foundation
import Kube
import Store

/// What a pod's worker knows of the pod's volumes.
struct PodVolumes {
    /// As they were decided last; empty before that.
    var plans: [VolumePlan] = []
    /// Why the pod cannot be started yet, by volume.
    var problems: [String: String] = [:]
    /// Something that files are made from may have changed.
    var isStale = false
    /// The next wait for something that tells nobody when it changes, such as a path of the host; 0.5 s to 2 min, as the
    /// kubelet's.
    var retryDelay: TimeInterval = 0.5
    /// When it is looked how much of the disk the pod takes.
    var nextMeasurement: Date?

    var memory: [MemoryVolumePlan] {
        plans.compactMap { plan in
            guard case .memory(let memory) = plan.content else { return nil }
            return memory
        }
    }
}

extension PodLife {
    var hasVolumes: Bool { pod.spec.volumes?.isEmpty == false }

    /// Has files looked at again when they show the pod's own labels or annotations.
    mutating func noteChange(to changed: Pod) {
        let metadata = pod.metadata
        guard hasVolumes,
            metadata.labels != changed.metadata.labels || metadata.annotations != changed.metadata.annotations
        else { return }
        volumes.isStale = true
    }

    /// Decides and makes all volumes, before any container is started. False while one of them cannot be made; the pod
    /// waits in `ContainerCreating`, and is told of in an event.
    mutating func makeVolumes() async -> Bool {
        guard hasVolumes else { return true }
        var plans: [VolumePlan] = []
        var problems: [VolumeProblem] = []
        for volume in pod.spec.volumes ?? [] {
            do throws(VolumeProblem) { plans.append(try planner.plan(volume)) } catch {
                if let made = await existing(volume) { plans.append(made) } else { problems.append(error) }
            }
        }
        if problems.isEmpty {
            for plan in plans {
                if let problem = await perform(plan) { problems.append(problem) }
            }
            if !problems.isEmpty {
                lookAgain(at: context.clock.now().addingTimeInterval(volumes.retryDelay))
                volumes.retryDelay = min(volumes.retryDelay * 2, 122)
            }
        }
        tell(problems)
        guard problems.isEmpty else { return false }
        volumes.plans = plans
        volumes.isStale = false
        volumes.retryDelay = 0.5
        return true
    }

    /// Files follow what they are made from for as long as the pod runs. What has gone meanwhile stays in the volume, as
    /// with the kubelet.
    mutating func refreshVolumes() async {
        guard volumes.isStale, hasVolumes, run.hasRunning else { return }
        volumes.isStale = false
        for volume in pod.spec.volumes ?? [] where paths.files(of: volume) != nil {
            guard let plan = try? planner.plan(volume) else { continue }
            guard !volumes.plans.contains(plan) else { continue }
            if let problem = await perform(plan) {
                tellMount(problem)
                volumes.isStale = true
                tryAgainLater()
                continue
            }
            volumes.plans.removeAll { $0.name == plan.name }
            volumes.plans.append(plan)
        }
    }

    /// A volume that was made when what it is made from was there.
    private func existing(_ volume: Volume) async -> VolumePlan? {
        guard let path = paths.files(of: volume) else { return nil }
        guard await onBlockingThread({ VolumeDirectories.hasFiles(path) }) else { return nil }
        return VolumePlan(name: volume.name, path: path, content: .existing, isReadOnly: true)
    }

    private var planner: VolumePlanner {
        let (context, pod) = (context, pod)
        let objects = VolumeObjects(
            configMap: { context.store.get(ConfigMap.self, ObjectKey(namespace: pod.namespace, name: $0)) },
            secret: { context.store.get(Secret.self, ObjectKey(namespace: pod.namespace, name: $0)) },
            image: context.findImage, claim: { context.volumeDirectory($0, pod) })
        return VolumePlanner(pod: pod, host: context.host, paths: paths, objects: objects)
    }

    private func perform(_ plan: VolumePlan) async -> VolumeProblem? {
        await onBlockingThread { () -> VolumeProblem? in
            do {
                switch plan.content {
                case .directory(let mode):
                    try VolumeDirectories.makeEmpty(plan.path, mode: mode, group: plan.group)
                case .memory: try VolumeDirectories.makeEmpty(plan.path, mode: 0o700, group: nil)
                case .hostPath(let type), .claim(let type): try HostPathCheck.perform(plan.path, type: type)
                case .files(let files): try VolumeDirectories.write(files, to: plan.path, group: plan.group)
                case .image, .existing: break
                }
                return nil
            } catch { return VolumeProblem(volume: plan.name, message: "\(error)") }
        }
    }

    private mutating func tell(_ problems: [VolumeProblem]) {
        for problem in problems where volumes.problems[problem.volume] != problem.message { tellMount(problem) }
        volumes.problems = Dictionary(problems.map { ($0.volume, $0.message) }) { $1 }
        guard !problems.isEmpty else { return }
        for index in run.containers.indices where run.containers[index].isToBeStarted {
            let names = (spec(index).volumeMounts ?? []).map(\.name)
            let image = problems.first { $0.image != nil && names.contains($0.volume) }
            run.containers[index].state = .waiting(
                reason: image == nil ? run.waitingReason : WaitingReason.imagePull, message: image?.message)
        }
    }

    private func tellMount(_ problem: VolumeProblem) {
        context.recorder.record(
            pod, .warning, reason: "FailedMount",
            message: "MountVolume.SetUp failed for volume \"\(problem.volume)\" : \(problem.message)")
    }
}
