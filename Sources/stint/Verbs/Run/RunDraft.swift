import Kube

/// The Job that `stint run` makes: one container, not restarted in place, so that every attempt is a pod with its own
/// log and record.
struct RunDraft: Equatable {
    /// Between SIGTERM and SIGKILL. Many programs, as PID 1, do not hear SIGTERM, and someone waits at a terminal:
    /// docker's ten seconds, not Kubernetes' thirty.
    static let graceSeconds: Int64 = 10

    var name: String?
    var image: String
    var arguments: [String] = []
    var replacesEntrypoint = false
    var cpu: Quantity?
    var memory: Quantity?
    var deadlineSeconds: Int64?
    var retries = 0
    var environment: [Variable] = []
    var workingDirectory: String?
    var labels: [String: String] = [:]

    var job: JSONValue {
        var container: [String: JSONValue] = ["name": "main", "image": .string(image)]
        if !arguments.isEmpty {
            container[replacesEntrypoint ? "command" : "args"] = .array(arguments.map { .string($0) })
        }
        if let workingDirectory { container["workingDir"] = .string(workingDirectory) }
        if !environment.isEmpty {
            container["env"] = .array(
                environment.map { .object(["name": .string($0.name), "value": .string($0.value)]) })
        }
        var limits: [String: JSONValue] = [:]
        if let cpu { limits["cpu"] = .string(cpu.text) }
        if let memory { limits["memory"] = .string(memory.text) }
        if !limits.isEmpty { container["resources"] = .object(["limits": .object(limits)]) }

        var spec: [String: JSONValue] = [
            "backoffLimit": .integer(Int64(retries)),
            "template": .object([
                "spec": .object([
                    "containers": .array([.object(container)]), "restartPolicy": "Never",
                    "terminationGracePeriodSeconds": .integer(Self.graceSeconds),
                ])
            ]),
        ]
        if let deadlineSeconds { spec["activeDeadlineSeconds"] = .integer(deadlineSeconds) }
        let metadata: [String: JSONValue] = name.map { ["name": .string($0)] } ?? ["generateName": "run-"]
        var job = JSONValue.object([
            "apiVersion": "batch/v1", "kind": "Job", "metadata": .object(metadata), "spec": .object(spec),
        ])
        JobDraft.add(labels, to: &job)
        return job
    }
}
