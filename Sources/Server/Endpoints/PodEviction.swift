import Foundation
import Hummingbird
import Kube
import Store

extension KindEndpoint {
    /// Ends a pod as a drain asks for it (policy/v1 Eviction). There are no disruption budgets here, so it is a delete with
    /// the options that came along, of a pod that says why it goes.
    func evict(_ call: ResourceCall) async throws(Status) -> Response {
        let content = try MediaType(contentType: call.contentType).content
        let bytes = try await BodyReader.collect(call.request)
        let body = try ObjectDecoder.parse(bytes, content, kind: "Eviction").value
        let name = body["metadata"]?["name"]?.string ?? ""
        guard name.isEmpty || name == call.key.name else {
            throw Status.badRequest("name in URL does not match name in Eviction object")
        }
        var request = try DeleteRequest(tree: body["deleteOptions"] ?? .object([:]))
        let options = try WriteOptions(call.query, kind: "CreateOptions")
        request.dryRun = request.dryRun || options.dryRun
        if request.dryRun {
            _ = try await delete(call.key, request)
        } else {
            try await evict(call.key, request.options, now: call.now)
        }
        var answer = Status(code: 201, reason: "", message: "")
        answer.reason = nil
        answer.message = nil
        return .bytes(try Encoding.json(answer), status: .created)
    }

    /// The condition and the deletion in one commit: no pod is a target and stays, none goes without saying why.
    ///
    /// A version that the client named is compared with the pod as it was before the condition (upstream
    /// `addConditionAndDeletePod`); without one, whoever changed the pod meanwhile is waited for.
    private func evict(_ key: ObjectKey, _ asked: DeleteOptions, now: Date) async throws(Status) {
        while true {
            guard var pod = store.get(Pod.self, key) else { throw Status.notFound(type, key.name) }
            var options = asked
            options.propagationPolicy = options.propagationPolicy ?? rules.propagation(for: pod)
            options.preconditions?.resourceVersion = nil
            if let version = asked.preconditions?.resourceVersion { pod.metadata.resourceVersion = version }
            if let uid = asked.preconditions?.uid { pod.metadata.uid = uid }
            pod.addDisruption(now: now)
            do throws(StoreError) {
                try await store.commit([.update(pod), .delete(Pod.self, key, options)])
                return
            } catch {
                if case .conflict(_, _, .resourceVersion) = error, asked.preconditions?.resourceVersion == nil {
                    continue
                }
                throw Status(error)
            }
        }
    }
}

extension Pod {
    /// Upstream's words. One that is a target already keeps the time at which it became one.
    fileprivate mutating func addDisruption(now: Date) {
        var changed = status ?? PodStatus()
        changed.setCondition(
            PodCondition(
                type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI",
                message: "Eviction API: evicting"), at: now)
        status = changed
    }
}
