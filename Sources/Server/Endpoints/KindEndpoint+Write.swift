import Foundation
import Hummingbird
import Kube
import Store

extension KindEndpoint {
    func create(_ call: ResourceCall) async throws(Status) -> Response {
        _ = try Form<R>(call, isStream: false)  // 406 before anything is written
        let options = try WriteOptions(call.query, kind: "CreateOptions")
        let (object, warnings) = try await decodeBody(call, options.fieldValidation)
        return try await create(object, call, dryRun: options.dryRun, warnings: warnings)
    }

    /// - Parameter warnings: what is known already; the kind's own come after them.
    private func create(
        _ decoded: R, _ call: ResourceCall, dryRun: Bool, warnings: [String]
    ) async throws(Status) -> Response {
        guard decoded.metadata.resourceVersion ?? "" == "" else {
            throw Status.badRequest("resourceVersion should not be set on objects to be created")
        }
        // Upstream tries eight generated names (registry `maxNameGenerationCreateAttempts`).
        let isGenerated = decoded.name.isEmpty && !(decoded.metadata.generateName ?? "").isEmpty
        var attempts = isGenerated ? 8 : 1
        while true {
            attempts -= 1
            var object = decoded
            let more = try object.admitForCreate(
                namespace: call.path.namespace, uid: UUID().uuidString.lowercased(), now: call.now)
            if R.type.isNamespaced, let namespace = call.path.namespace {
                let found = store.get(Namespace.self, ObjectKey(namespace: nil, name: namespace))
                if let refusal = NamespaceRules.refusal(
                    ofCreating: R.type, name: object.name, in: namespace, found: found)
                {
                    throw refusal
                }
            }
            if let refusal = PodSecurityAdmission.refusal(of: object, for: call.identity) { throw refusal }
            let created: R
            do throws(StoreError) {
                created = try await store.create(object, dryRun: dryRun)
            } catch {
                if case .alreadyExists = error, attempts > 0 { continue }
                throw existing(error)
            }
            return try reply(created, call, status: .created, warnings: warnings + more)
        }
    }

    /// An object that exists because it is not quite gone says so.
    private func existing(_ error: StoreError) -> Status {
        var status = Status(error)
        if case .alreadyExists(_, let key) = error, store.get(R.self, key)?.isBeingDeleted == true {
            status.message = "object is being deleted: \(status.message ?? "")"
        }
        return status
    }

    func update(_ call: ResourceCall, isStatus: Bool) async throws(Status) -> Response {
        _ = try Form<R>(call, isStream: false)
        let options = try WriteOptions(call.query, kind: "UpdateOptions")
        let (object, warnings) = try await decodeBody(call, options.fieldValidation)
        if object.name != call.key.name {
            throw Status.badRequest(
                "the name of the object (\(object.name)) does not match the name on the URL (\(call.key.name))")
        }
        if rules.createsOnUpdate, !isStatus, store.get(R.self, call.key) == nil {
            return try await create(object, call, dryRun: options.dryRun, warnings: warnings)
        }
        return try await replace(call, isStatus: isStatus, dryRun: options.dryRun, warnings: warnings) {
            (_) throws(Status) in (object, [])
        }
    }

    func patch(_ call: ResourceCall, isStatus: Bool) async throws(Status) -> Response {
        let kind = try Patch.Kind(contentType: call.contentType)
        _ = try Form<R>(call, isStream: false)
        let options = try WriteOptions(call.query, kind: "PatchOptions")
        let bytes = try await BodyReader.collect(call.request)
        let patch = try ObjectPatch<R>(kind, bytes)
        return try await replace(call, isStatus: isStatus, dryRun: options.dryRun, warnings: []) {
            (current) throws(Status) in
            let decoded = try patch.apply(to: current)
            return (decoded.object, try problems(decoded, options.fieldValidation))
        }
    }

    /// Makes a new version of the stored object and writes it. When somebody else was faster, and the new version was
    /// not meant for a particular old one, it is made again from theirs (upstream `GuaranteedUpdate`).
    private func replace(
        _ call: ResourceCall, isStatus: Bool, dryRun: Bool, warnings: [String],
        _ makeNext: (R) throws(Status) -> (object: R, warnings: [String])
    ) async throws(Status) -> Response {
        while true {
            guard let current = store.get(R.self, call.key) else { throw Status.notFound(R.type, call.key.name) }
            var (next, more) = try makeNext(current)
            let wanted = next.metadata.resourceVersion ?? ""
            let isBound = !wanted.isEmpty && (wanted != current.metadata.resourceVersion || call.verb == .update)
            if isBound, wanted != current.metadata.resourceVersion { throw Status.conflict(R.type, current.name) }
            more += try next.admitForUpdate(old: current, isStatus: isStatus)
            if !isStatus, let refusal = PodSecurityAdmission.refusal(of: next, for: call.identity) { throw refusal }
            next.metadata.resourceVersion = current.metadata.resourceVersion
            let updated: R
            do throws(StoreError) {
                updated = try await store.update(next, dryRun: dryRun)
            } catch {
                if case .conflict = error, !isBound { continue }
                throw Status(error)
            }
            return try reply(updated, call, warnings: warnings + more)
        }
    }

    private func decodeBody(
        _ call: ResourceCall, _ validation: WriteOptions.FieldValidation
    ) async throws(Status) -> (R, [String]) {
        let type = try MediaType(contentType: call.contentType)
        let bytes = try await BodyReader.collect(call.request)
        let decoded = try ObjectDecoder.decode(R.self, from: bytes, contentType: type == .yaml ? .yaml : .json)
        return (decoded.object, try problems(decoded, validation))
    }

    /// What to warn of, or a 400 when unknown fields are not allowed.
    private func problems(
        _ decoded: DecodedObject<R>, _ validation: WriteOptions.FieldValidation
    ) throws(Status) -> [String] {
        switch validation {
        case .strict:
            try decoded.requireStrict()
            return []
        case .warn: return decoded.strictProblems
        case .ignore: return []
        }
    }
}
