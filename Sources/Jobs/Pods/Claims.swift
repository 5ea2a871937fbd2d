import Kube

/// Whose pods are whose: ours by owner reference, and matching pods that belong to nobody.
struct Claims {
    var owned: [Pod] = []
    var adopt: [String] = []
    var release: [String] = []

    /// A Job that is being deleted neither takes nor lets go; a pod that is being deleted is not taken.
    init(of job: Job, among pods: [Pod]) {
        let isGoing = job.metadata.deletionTimestamp != nil
        for pod in pods {
            if let owner = pod.controllerReference {
                guard owner.uid == job.uid else { continue }
                if isGoing || job.selects(pod) {
                    owned.append(pod)
                } else {
                    release.append(pod.name)
                }
            } else if !isGoing, pod.metadata.deletionTimestamp == nil, job.spec.selector != nil, job.selects(pod) {
                adopt.append(pod.name)
            }
        }
        adopt.sort()
        release.sort()
    }
}

extension Job {
    /// A Job without a selector (one that did not come through the API) has the pods that name it as their owner.
    func selects(_ pod: Pod) -> Bool {
        guard let selector = spec.selector else { return true }
        return selector.selects(pod.metadata.labels ?? [:])
    }
}

extension LabelSelector {
    /// As upstream: an empty selector selects everything.
    func selects(_ labels: [String: String]) -> Bool {
        for (key, value) in matchLabels ?? [:] where labels[key] != value { return false }
        for requirement in matchExpressions ?? [] {
            let value = labels[requirement.key]
            let values = requirement.values ?? []
            switch requirement.operator {
            case "In": if value.map(values.contains) != true { return false }
            case "NotIn": if value.map(values.contains) == true { return false }
            case "Exists": if value == nil { return false }
            case "DoesNotExist": if value != nil { return false }
            default: return false
            }
        }
        return true
    }
}
