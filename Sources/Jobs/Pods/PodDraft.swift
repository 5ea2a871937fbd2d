import Foundation
import Kube

/// A pod that should exist, as far as it differs from its siblings.
struct PodDraft: Equatable, Sendable {
    /// For an Indexed Job.
    var index: Int?
    /// The Job's deadline, RFC 3339.
    var deadline: String?
    /// Under `backoffLimitPerIndex`.
    var failures: IndexFailures?
    /// How often the pod's memory limits are raised over the template's (`stint.dev/oom-retry`).
    var memoryRaises = 0
}

/// How often an index failed before a pod.
struct IndexFailures: Equatable, Sendable {
    var counted = 0
    var ignored = 0

    /// Nil when the Job does not count by index. `predecessor` is the pod that is replaced.
    init?(_ job: Job, _ judge: FailureJudge, before predecessor: Pod?) {
        guard job.spec.backoffLimitPerIndex != nil else { return nil }
        guard let predecessor else { return }
        counted = predecessor.indexFailures
        ignored = predecessor.indexAttempts - counted
        if judge.meaning(of: predecessor).isCounted { counted += 1 } else { ignored += 1 }
    }
}

extension PodDraft {
    /// The pod itself, from the Job's template, completed as the API completes a pod that a client creates. The store
    /// makes the name.
    ///
    /// Labels with the Job's name and uid come from the template, where the API puts them when it takes the Job in; they
    /// are added here too so that a Job which came another way still finds its pods. Not with `manualSelector`: then
    /// labels are the user's business.
    func makePod(for job: Job) -> Pod {
        let template = job.spec.template
        var meta = ObjectMeta(namespace: job.metadata.namespace, labels: template.metadata?.labels)
        meta.generateName = Self.namePrefix(job.name, index)
        meta.annotations = template.metadata?.annotations
        meta.finalizers = template.metadata?.finalizers ?? []
        if meta.finalizers?.contains(JobLabels.trackingFinalizer) == false {
            meta.finalizers?.append(JobLabels.trackingFinalizer)
        }
        meta.ownerReferences = [.controller(job)]
        if job.spec.manualSelector != true {
            var labels = meta.labels ?? [:]
            labels[JobLabels.jobName] = job.name
            labels[JobLabels.legacyJobName] = job.name
            labels[JobLabels.controllerUID] = job.uid
            labels[JobLabels.legacyControllerUID] = job.uid
            meta.labels = labels
        }
        let annotations = (meta.annotations ?? [:]).merging(annotations(of: job)) { $1 }
        meta.annotations = annotations.isEmpty ? nil : annotations

        var spec = template.spec
        if let index {
            meta.labels = (meta.labels ?? [:]).merging([JobLabels.completionIndex: String(index)]) { $1 }
            spec.hostname = "\(job.name)-\(index)"
            spec.containers = spec.containers.map(Self.addIndexVariable)
            spec.initContainers = spec.initContainers?.map(Self.addIndexVariable)
        }
        if let policy = job.oomRetry {
            spec.containers = spec.containers.map { $0.raisingMemory(policy, memoryRaises) }
        }
        var pod = Pod(metadata: meta, spec: spec)
        pod.applyDefaults()
        pod.prepareForCreate()
        return pod
    }

    /// What the controller writes on the pod, over what the template says.
    private func annotations(of job: Job) -> [String: String] {
        var annotations: [String: String] = [:]
        annotations[JobNames.deadline] = deadline
        annotations[JobLabels.completionIndex] = index.map(String.init)
        if let failures {
            annotations[JobLabels.indexFailureCount] = String(failures.counted)
            if failures.ignored > 0 { annotations[JobLabels.indexIgnoredFailureCount] = String(failures.ignored) }
        }
        if memoryRaises > 0 { annotations[StintAnnotation.oomRetries] = String(memoryRaises) }
        // Asked of the Job, done by the node.
        for key in [StintAnnotation.startDeadline, StintAnnotation.deadlineSignal] {
            annotations[key] = job.metadata.annotations?[key]
        }
        return annotations
    }

    /// A container that sets the variable itself keeps its own.
    private static func addIndexVariable(_ container: Container) -> Container {
        var container = container
        var env = container.env ?? []
        guard !env.contains(where: { $0.name == JobNames.completionIndexVariable }) else { return container }
        var source = EnvVarSource()
        source.fieldRef = ObjectFieldSelector(fieldPath: "metadata.labels['\(JobLabels.completionIndex)']")
        env.append(EnvVar(name: JobNames.completionIndexVariable, valueFrom: source))
        container.env = env
        return container
    }

    /// The part of the name before the random letters, `<job>-` or `<job>-<index>-`, cut so that the whole fits into 63
    /// characters and the index survives.
    static func namePrefix(_ job: String, _ index: Int?) -> String {
        guard let index else { return String((job + "-").prefix(58)) }
        let ending = "-\(index)-"
        return String(job.prefix(58 - ending.count)) + ending
    }
}

extension OwnerReference {
    static func controller(_ job: Job) -> OwnerReference {
        OwnerReference(
            apiVersion: Job.type.apiVersion, kind: Job.type.kind, name: job.name, uid: job.uid, controller: true,
            blockOwnerDeletion: true)
    }
}
