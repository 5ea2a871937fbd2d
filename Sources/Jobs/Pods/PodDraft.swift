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
    /// The pod itself, from the Job's template. The store completes the name.
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
        if meta.finalizers?.contains(JobNames.finalizer) == false { meta.finalizers?.append(JobNames.finalizer) }
        meta.ownerReferences = [.controller(job)]
        if job.spec.manualSelector != true {
            var labels = meta.labels ?? [:]
            labels[JobNames.jobName] = job.name
            labels[JobNames.legacyJobName] = job.name
            labels[JobNames.controllerUID] = job.uid
            labels[JobNames.legacyControllerUID] = job.uid
            meta.labels = labels
        }
        if let deadline { meta.annotations = (meta.annotations ?? [:]).merging([JobNames.deadline: deadline]) { $1 } }

        var spec = template.spec
        if let index {
            meta.annotations = (meta.annotations ?? [:]).merging([JobNames.completionIndex: String(index)]) { $1 }
            meta.labels = (meta.labels ?? [:]).merging([JobNames.completionIndex: String(index)]) { $1 }
            spec.hostname = "\(job.name)-\(index)"
            spec.containers = spec.containers.map(Self.addIndexVariable)
            spec.initContainers = spec.initContainers?.map(Self.addIndexVariable)
        }
        var status = PodStatus()
        status.phase = "Pending"
        return Pod(metadata: meta, spec: spec, status: status)
    }

    /// A container that sets the variable itself keeps its own.
    private static func addIndexVariable(_ container: Container) -> Container {
        var container = container
        var env = container.env ?? []
        guard !env.contains(where: { $0.name == JobNames.completionIndexVariable }) else { return container }
        var source = EnvVarSource()
        source.fieldRef = ObjectFieldSelector(fieldPath: "metadata.labels['\(JobNames.completionIndex)']")
        source.fieldRef?.apiVersion = "v1"
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
