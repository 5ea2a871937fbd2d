import Kube

/// Jobs that the command line writes.
enum JobDraft {
    /// One container, named as the Job, that is not restarted in place: what `kubectl create job` makes.
    static func job(_ name: String, image: String, command: [String]) -> JSONValue {
        var container: [String: JSONValue] = [
            "name": .string(name), "image": .string(image), "resources": .object([:]),
        ]
        if !command.isEmpty { container["command"] = .array(command.map { .string($0) }) }
        return .object([
            "apiVersion": "batch/v1", "kind": "Job", "metadata": .object(["name": .string(name)]),
            "spec": .object([
                "template": .object([
                    "metadata": .object([:]),
                    "spec": .object(["containers": .array([.object(container)]), "restartPolicy": "Never"]),
                ])
            ]),
            "status": .object([:]),
        ])
    }

    /// The same Job at times that a schedule gives.
    static func cronJob(
        _ name: String, image: String, schedule: String, restart: String, command: [String]
    ) -> JSONValue {
        var spec = job(name, image: image, command: command)["spec"] ?? .object([:])
        spec.set("template", "spec", "restartPolicy", to: .string(restart))
        return .object([
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": .object(["name": .string(name)]),
            "spec": .object([
                "schedule": .string(schedule),
                "jobTemplate": .object(["metadata": .object(["name": .string(name)]), "spec": spec]),
            ]),
            "status": .object([:]),
        ])
    }

    /// A run of a CronJob outside its schedule; it is the CronJob's and is cleaned up with it.
    static func job(_ name: String, from cronJob: JSONValue) -> JSONValue {
        let template = cronJob.at("spec", "jobTemplate")
        var annotations = template?.at("metadata", "annotations")?.object ?? [:]
        annotations["cronjob.kubernetes.io/instantiate"] = annotations["cronjob.kubernetes.io/instantiate"] ?? "manual"
        let owner: [String: JSONValue] = [
            "apiVersion": "batch/v1", "kind": "CronJob", "name": .string(cronJob.objectName),
            "uid": .string(cronJob.objectUID ?? ""), "controller": true,
        ]
        var metadata: [String: JSONValue] = [
            "name": .string(name), "annotations": .object(annotations), "ownerReferences": .array([.object(owner)]),
        ]
        if let labels = template?.at("metadata", "labels") { metadata["labels"] = labels }
        return .object([
            "apiVersion": "batch/v1", "kind": "Job", "metadata": .object(metadata),
            "spec": template?["spec"] ?? .object([:]), "status": .object([:]),
        ])
    }

    /// Labels go on the Job and on its pods, so that `-l` finds both.
    static func add(_ labels: [String: String], to job: inout JSONValue) {
        for (name, value) in labels {
            job.set("metadata", "labels", name, to: .string(value))
            job.set("spec", "template", "metadata", "labels", name, to: .string(value))
        }
    }
}
