import Foundation
import Kube

/// A pod that should exist, as far as it differs from its siblings.
struct PodDraft: Equatable, Sendable {
    /// For an Indexed Job.
    var index: Int?
    /// The Job's deadline, RFC 3339.
    var deadline: String?
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
        if let deadline { meta.annotations = (meta.annotations ?? [:]).merging([JobNames.deadline: deadline]) { $1 } }

        var spec = template.spec
        if let index {
            meta.annotations = (meta.annotations ?? [:]).merging([JobLabels.completionIndex: String(index)]) { $1 }
            meta.labels = (meta.labels ?? [:]).merging([JobLabels.completionIndex: String(index)]) { $1 }
            spec.hostname = "\(job.name)-\(index)"
            spec.containers = spec.containers.map(Self.addIndexVariable)
            spec.initContainers = spec.initContainers?.map(Self.addIndexVariable)
        }
        var pod = Pod(metadata: meta, spec: spec)
        pod.applyDefaults()
        pod.prepareForCreate()
        return pod
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
