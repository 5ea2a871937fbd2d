import Kube

/// Keeps users of a namespace from becoming root on the host: what they write may not ask for more than the baseline of
/// pod security. Masters may write anything.
///
/// Upstream refuses the pod and only warns of its Job; here pods of Jobs are made by the daemon itself, so the Job is
/// refused. Nor may they take the priorities of the system. An object that a master made and that goes beyond the baseline cannot be changed by others, only deleted.
enum PodSecurityAdmission {
    static func refusal<R: Resource>(of object: R, for identity: Identity) -> Status? {
        guard !identity.isMaster else { return nil }
        let tree: JSONValue
        do {
            tree = try KubeJSON.tree(of: object)
        } catch {
            return .internalError("\(error)")
        }
        for pod in podTemplates(in: tree, isPod: R.type.kind == Pod.type.kind) {
            let annotations = (pod["metadata"]?["annotations"]?.object ?? [:]).compactMapValues(\.string)
            let violations = PodSecurity.baselineViolations(spec: pod["spec"] ?? .null, annotations: annotations)
            if let name = pod["spec"]?["priorityClassName"]?.string, PriorityClass.isSystem(name) {
                let namespace = object.metadata.namespace ?? ""
                return .forbidden(
                    R.type, object.metadata.name ?? "",
                    "pods with \(name) priorityClass is not permitted in \(namespace) namespace")
            }
            if let message = PodSecurity.message(violations) {
                return .forbidden(R.type, object.metadata.name ?? "", message)
            }
        }
        return nil
    }

    /// Wherever the API has pods inside other objects, so that a kind that comes later is covered as well.
    static func podTemplates(in object: JSONValue, isPod: Bool) -> [JSONValue] {
        let templates = [
            isPod ? object : nil, object["template"], object["spec"]?["template"],
            object["spec"]?["jobTemplate"]?["spec"]?["template"],
        ]
        return templates.compactMap { $0 }.filter { $0["spec"]?["containers"] != nil }
    }
}
