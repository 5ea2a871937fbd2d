import Kube

extension PodRun {
    /// Notes whose image is another one by now (kubelet `containerChanged`). One that only initializes is not started again.
    mutating func compareImages(with spec: PodSpec) {
        for (index, container) in spec.allContainers.enumerated() where index < containers.count {
            let run = containers[index]
            guard run.role != .initial, let image = run.image, run.termination == nil else { continue }
            if image != container.image { containers[index].isOutdated = true }
        }
    }
}

extension PodLife {
    /// Ends containers that run with an image which the pod no longer names.
    mutating func replaceOutdated() {
        guard running != nil else { return }
        for (index, container) in run.containers.enumerated() where container.isOutdated && container.isRunning {
            guard replaced[container.name] != container.attempt else { continue }
            replaced[container.name] = container.attempt
            context.recorder.record(
                pod, .normal, reason: "Killing",
                message: "Container \(container.name) definition changed, will be restarted")
            stop(index, grace: grace)
        }
    }
}
