import Hummingbird
import Kube
import Store

extension KindEndpoint {
    func delete(_ call: ResourceCall) async throws(Status) -> Response {
        _ = try form(call)
        let request = try await deleteRequest(call)
        if let refusal = NamespaceRules.refusal(ofDeleting: R.type, name: call.key.name) { throw refusal }
        let object = try await delete(call.key, request)
        guard object.isStillThere || rules.returnsDeletedObject else {
            return try .json(Status.deleted(type, object.name, uid: object.uid))
        }
        let isAccepted = object.isStillThere && request.answersAccepted
        return try reply(object, call, isStored: !request.dryRun, status: isAccepted ? .accepted : .ok)
    }

    /// Deletes all that the selectors choose; objects that vanish on the way are fine. Answers with the list.
    func deleteCollection(_ call: ResourceCall) async throws(Status) -> Response {
        let options = try ListOptions(call.query)
        let selection = try Selection<R>(options, name: nil, view: view)
        let request = try await deleteRequest(call)
        let page = try Page<R>(
            store, environment.snapshots, namespace: call.path.namespace, options, selection, now: call.now)
        let keys = page.objects.map(\.key)
        try await deleteAll(keys, request)
        return try listReply(page, call)
    }

    /// Many at once, because writes that wait together share a commit.
    private func deleteAll(_ keys: [ObjectKey], _ request: DeleteRequest) async throws(Status) {
        let failure = await withTaskGroup(of: Status?.self) { group -> Status? in
            var failure: Status?
            for (index, key) in keys.enumerated() {
                if index >= 64, let result = await group.next() { failure = failure ?? result }
                group.addTask {
                    do throws(Status) {
                        _ = try await delete(key, request)
                        return nil
                    } catch {
                        return error.code == 404 ? nil : error
                    }
                }
            }
            for await result in group { failure = failure ?? result }
            return failure
        }
        if let failure { throw failure }
    }

    func delete(_ key: ObjectKey, _ request: DeleteRequest) async throws(Status) -> R {
        var options = request.options
        if options.propagationPolicy == nil, let object = store.get(R.self, key) {
            options.propagationPolicy = rules.propagation(for: object)
        }
        do {
            return try await store.delete(R.self, key, options, dryRun: request.dryRun)
        } catch {
            throw Status(error)
        }
    }

    private func deleteRequest(_ call: ResourceCall) async throws(Status) -> DeleteRequest {
        let bytes = try await BodyReader.collect(call.request)
        guard !bytes.isEmpty else { return try DeleteRequest(call.query) }
        let content = try MediaType(contentType: call.contentType).content
        return try DeleteRequest(tree: try ObjectDecoder.parse(bytes, content, kind: "DeleteOptions").value)
    }
}

extension KindRules {
    /// The policy for a client that named none: finalizers that are already there speak first (upstream
    /// `shouldOrphanDependents`), then the kind.
    func propagation(for object: some Resource) -> DeleteOptions.Propagation? {
        let finalizers = object.metadata.finalizers ?? []
        let isDecided =
            finalizers.contains(DeleteOptions.orphanFinalizer)
            || finalizers.contains(DeleteOptions.foregroundFinalizer)
        return isDecided ? nil : propagation
    }
}

extension Resource {
    /// After a delete: the object waits for finalizers or for its grace period.
    var isStillThere: Bool {
        !(metadata.finalizers ?? []).isEmpty || (metadata.deletionGracePeriodSeconds ?? 0) > 0
    }
}
