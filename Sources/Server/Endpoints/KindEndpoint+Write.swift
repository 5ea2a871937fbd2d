import Foundation
import Hummingbird
import Kube
import Store

extension KindEndpoint {
    func create(_ call: ResourceCall) async throws(Status) -> Response {
        _ = try form(call)  // 406 before anything is written
        let options = try WriteOptions(call.query, kind: "CreateOptions")
        let (object, warnings) = try await decodeBody(call, options.fieldValidation)
        return try await create(object, call, options, warnings: warnings)
    }

    /// - Parameters:
    ///   - warnings: what is known already; the kind's own come after them.
    ///   - isApplied: the object says already who owns its fields.
    func create(
        _ decoded: R, _ call: ResourceCall, _ options: WriteOptions, warnings: [String], isApplied: Bool = false
    ) async throws(Status) -> Response {
        guard decoded.metadata.resourceVersion ?? "" == "" else {
            throw Status.badRequest("resourceVersion should not be set on objects to be created")
        }
        // Upstream tries eight generated names (registry `maxNameGenerationCreateAttempts`).
        let isGenerated = decoded.name.isEmpty && !(decoded.metadata.generateName ?? "").isEmpty
        var attempts = isGenerated ? 8 : 1
        var decoded = decoded
        if !isApplied { try own(&decoded, replacing: nil, call, options) }
        while true {
            attempts -= 1
            var object = decoded
            StorageAdmission.complete(&object, in: store)
            var more = try object.admitForCreate(
                namespace: call.path.namespace, uid: UUID().uuidString.lowercased(), now: call.now)
            more += StorageAdmission.warnings(of: object, in: store)
            if R.type.isNamespaced, let namespace = call.path.namespace {
                let found = store.get(Namespace.self, ObjectKey(namespace: nil, name: namespace))
                if let refusal = NamespaceRules.refusal(
                    ofCreating: type, name: object.name, in: namespace, found: found)
                {
                    throw refusal
                }
            }
            if let refusal = PodSecurityAdmission.refusal(of: object, for: call.identity) { throw refusal }
            let claim = try environment.addresses.claim(for: &object, in: store)
            defer { claim?.release() }
            let created: R
            do throws(StoreError) {
                created = try await store.create(object, dryRun: options.dryRun)
            } catch {
                if case .alreadyExists = error, attempts > 0 { continue }
                throw existing(error)
            }
            return try reply(
                created, call, isStored: !options.dryRun, status: .created, warnings: warnings + more)
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
        _ = try form(call)
        let options = try WriteOptions(call.query, kind: "UpdateOptions")
        let (object, warnings) = try await decodeBody(call, options.fieldValidation)
        if object.name != call.key.name {
            throw Status.badRequest(
                "the name of the object (\(object.name)) does not match the name on the URL (\(call.key.name))")
        }
        if rules.createsOnUpdate, call.path.subresource == nil, store.get(R.self, call.key) == nil {
            return try await create(object, call, options, warnings: warnings)
        }
        return try await replace(call, options, isStatus: isStatus, warnings: warnings) { (_) throws(Status) in
            (object, [])
        }
    }

    /// Makes a new version of the stored object and writes it. When somebody else was faster, and the new version was
    /// not meant for a particular old one, it is made again from theirs (upstream `GuaranteedUpdate`).
    ///
    /// - Parameter isApplied: `makeNext` says already who owns the fields.
    func replace(
        _ call: ResourceCall, _ options: WriteOptions, isStatus: Bool, isApplied: Bool = false, warnings: [String],
        _ makeNext: (R) throws(Status) -> (object: R, warnings: [String])
    ) async throws(Status) -> Response {
        while true {
            guard let current = store.get(R.self, call.key) else { throw Status.notFound(type, call.key.name) }
            var (next, more) = try makeNext(current)
            let wanted = next.metadata.resourceVersion ?? ""
            let isBound = !wanted.isEmpty && (wanted != current.metadata.resourceVersion || call.verb == .update)
            if isBound, wanted != current.metadata.resourceVersion { throw Status.conflict(type, current.name) }
            if !isApplied { try own(&next, replacing: current, call, options) }
            more += try next.admitForUpdate(
                old: current, isStatus: isStatus, isResize: call.path.subresource == Subresource.resize.rawValue)
            if !isStatus, let refusal = StorageAdmission.refusal(of: next, replacing: current, in: store) {
                throw refusal
            }
            if !isStatus, let refusal = PodSecurityAdmission.refusal(of: next, for: call.identity) { throw refusal }
            if isApplied { try keepTimes(&next, of: current) }
            next.metadata.resourceVersion = current.metadata.resourceVersion
            let claim = try environment.addresses.claim(for: &next, in: store)
            defer { claim?.release() }
            let updated: R
            do throws(StoreError) {
                updated = try await store.update(next, dryRun: options.dryRun)
            } catch {
                if case .conflict = error, !isBound { continue }
                throw Status(error)
            }
            return try reply(updated, call, isStored: !options.dryRun, warnings: warnings + more)
        }
    }

    private func decodeBody(
        _ call: ResourceCall, _ validation: WriteOptions.FieldValidation
    ) async throws(Status) -> (R, [String]) {
        let content = try MediaType(contentType: call.contentType).content
        let bytes = try await BodyReader.collect(call.request)
        let decoded = try decode(try ObjectDecoder.parse(bytes, content, kind: type.kind))
        return (decoded.object, try problems(decoded, validation))
    }

    /// An object as clients of this endpoint write it.
    func decode(_ body: ObjectDecoder.Body) throws(Status) -> DecodedObject<R> {
        guard let view else { return try ObjectDecoder.decode(R.self, from: body.value, duplicates: body.duplicates) }
        if let version = body.value["apiVersion"]?.string, !version.isEmpty, version != type.apiVersion {
            throw Status.badRequest(
                "the API version in the data (\(version)) does not match the expected API version (\(type.apiVersion))")
        }
        let tree = view.store(body.value, as: R.type)
        return try ObjectDecoder.decode(R.self, from: tree, duplicates: body.duplicates)
    }

    /// What to warn of, or a 400 when unknown fields are not allowed.
    func problems(
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
