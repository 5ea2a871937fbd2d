import Kube

/// What a failed pod means for its Job.
enum FailureMeaning: Equatable {
    /// One more failure.
    case counts
    /// Run again, and not counted against `backoffLimit`.
    case isIgnored
    /// The index is not tried again.
    case failsIndex
    /// The Job is over.
    case failsJob(message: String)
    /// Run again with more memory, and not counted (`stint.dev/oom-retry`).
    case growsMemory

    var isCounted: Bool { self != .isIgnored && self != .growsMemory }
}

/// Judges failed pods by what the Job says of them:
///
/// 1. Killed for want of memory, with `stint.dev/oom-retry` and more memory to give: tried again with it. This comes
///    before the policy, for a rule about exit code 137 means a program that cannot be helped.
/// 2. The first rule of `podFailurePolicy` that fits (upstream's `matchPodFailurePolicy`).
/// 3. Otherwise it counts.
struct FailureJudge {
    private let policy: PodFailurePolicy?
    let memory: MemoryRaises

    init(for job: Job) {
        policy = job.spec.podFailurePolicy
        memory = MemoryRaises(of: job)
    }

    func meaning(of pod: Pod) -> FailureMeaning {
        if memory.canHelp(pod) { return .growsMemory }
        for (place, rule) in (policy?.rules ?? []).enumerated() {
            if let message = rule.match(pod, place) { return rule.meaning(message) }
        }
        return .counts
    }

    /// True when the index of a failed pod is not tried again.
    func hasFailedItsIndex(_ pod: Pod, limit: Int) -> Bool {
        let meaning = meaning(of: pod)
        return meaning == .failsIndex || meaning.isCounted && pod.indexFailures >= limit
    }

    /// What the first of these pods that fails the whole Job says.
    func messageOfFailedJob(_ pods: [Pod]) -> String? {
        guard policy != nil else { return nil }
        for pod in pods {
            if case .failsJob(let message) = meaning(of: pod) { return message }
        }
        return nil
    }
}

extension PodFailurePolicyRule {
    fileprivate func meaning(_ message: String) -> FailureMeaning {
        switch action {
        case Self.ignore: .isIgnored
        case Self.failIndex: .failsIndex
        case Self.failJob: .failsJob(message: message)
        default: .counts
        }
    }

    /// How the rule fits, in upstream's words; nil when it does not.
    fileprivate func match(_ pod: Pod, _ place: Int) -> String? {
        let name = "\(pod.namespace)/\(pod.name)"
        if let requirement = onExitCodes {
            guard let (container, code) = requirement.match(pod) else { return nil }
            return
                "Container \(container) for pod \(name) failed with exit code \(code) matching \(action) rule at index "
                + "\(place)"
        }
        let conditions = pod.status?.conditions ?? []
        let fitting = conditions.first { condition in
            (onPodConditions ?? []).contains { $0.type == condition.type && ($0.status ?? "True") == condition.status }
        }
        return fitting.map { "Pod \(name) has condition \($0.type) matching \(action) rule at index \(place)" }
    }
}

extension PodFailurePolicyOnExitCodes {
    /// Containers before init containers; a success fits no rule.
    fileprivate func match(_ pod: Pod) -> (container: String, code: Int)? {
        let statuses = (pod.status?.containerStatuses ?? []) + (pod.status?.initContainerStatuses ?? [])
        for status in statuses where containerName == nil || containerName == status.name {
            guard let code = status.state?.terminated?.exitCode, code != 0 else { continue }
            if (`operator` == "In") == values.contains(code) { return (status.name, code) }
        }
        return nil
    }
}
