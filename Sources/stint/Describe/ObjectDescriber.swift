import Kube

/// Fetches what belongs into an object's description.
struct ObjectDescriber {
    let client: APIClient
    let showsEvents: Bool

    func text(of object: NamedObject) async throws -> String {
        let tree = try await client.send(APIRequest(.GET, object.path))
        var description = Description(console: client.console)
        switch object.type.kind {
        case Job.type.kind: description.job(try KubeJSON.decode(Job.self, from: tree))
        case Pod.type.kind: description.pod(try KubeJSON.decode(Pod.self, from: tree))
        case Namespace.type.kind:
            description.namespace(try KubeJSON.decode(Namespace.self, from: tree))
            if let quotas = try await all(ResourceQuota.self, in: object.name) { description.quotas(quotas) }
            if let ranges = try await all(LimitRange.self, in: object.name) { description.limitRanges(ranges) }
            return description.text
        case ResourceQuota.type.kind:
            description.quota(try KubeJSON.decode(ResourceQuota.self, from: tree))
            return description.text
        case LimitRange.type.kind:
            description.limitRange(try KubeJSON.decode(LimitRange.self, from: tree))
            return description.text
        case PriorityClass.type.kind: description.priorityClass(try KubeJSON.decode(PriorityClass.self, from: tree))
        case HostNode.type.kind:
            let running = Selection(fields: "spec.nodeName=\(object.name),status.phase!=Succeeded,status.phase!=Failed")
            let pods = try await client.list(Pod.type, namespace: nil, selection: running)
            description.node(
                try KubeJSON.decode(HostNode.self, from: tree),
                pods: try pods.map { try KubeJSON.decode(Pod.self, from: $0) })
        case "ConfigMap": description.configMap(tree)
        case "Secret":
            description.secret(tree)
            return description.text
        case "CronJob": try description.cronJob(tree)
        case "Service": description.service(tree)
        case "ServiceAccount": description.serviceAccount(tree)
        default: description.anything(tree)
        }
        if showsEvents { description.events(try await events(of: tree, named: object)) }
        return description.text
    }

    /// Nil where the server does not know the kind.
    private func all<R: Resource>(_ type: R.Type, in namespace: String) async throws -> [R]? {
        do {
            return try await client.list(R.type, namespace: namespace).map { try KubeJSON.decode(R.self, from: $0) }
        } catch let status as Status where status.code == 404 {
            return nil
        }
    }

    private func events(of tree: JSONValue, named object: NamedObject) async throws -> [Event] {
        var fields = ["involvedObject.name=\(object.name)"]
        if let namespace = object.namespace { fields.append("involvedObject.namespace=\(namespace)") }
        // A pod's are found by its uid alone, as kubectl does; a node's writers disagree about its uid.
        if object.type.kind != Pod.type.kind { fields.append("involvedObject.kind=\(object.type.kind)") }
        if let uid = tree.objectUID, object.type.kind != HostNode.type.kind {
            fields.append("involvedObject.uid=\(uid)")
        }
        let selection = Selection(fields: fields.joined(separator: ","))
        return try await client.list(Event.type, namespace: object.namespace, selection: selection).map {
            try KubeJSON.decode(Event.self, from: $0)
        }
    }
}
