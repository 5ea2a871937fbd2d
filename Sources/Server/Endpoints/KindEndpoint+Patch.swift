import Foundation
import Hummingbird
import Kube
import Store

extension KindEndpoint {
    func patch(_ call: ResourceCall, isStatus: Bool) async throws(Status) -> Response {
        let kind = try PatchType(contentType: call.contentType)
        _ = try form(call)
        let options = try WriteOptions(call.query, kind: "PatchOptions", isApply: kind == .apply)
        let bytes = try await BodyReader.collect(call.request)
        switch kind {
        case .apply: return try await apply(bytes, call, options, isStatus: isStatus)
        case .patch(let kind):
            let patch = try ObjectPatch<R>(kind, bytes)
            return try await replace(call, options, isStatus: isStatus, warnings: []) { (current) throws(Status) in
                let decoded = try decode(ObjectDecoder.Body(try patch.apply(to: try served(current))))
                return (decoded.object, try problems(decoded, options.fieldValidation))
            }
        }
    }

    /// Server-side apply: the body says what its author wants of the object, and no more. Makes the object when there is
    /// none.
    private func apply(
        _ bytes: [UInt8], _ call: ResourceCall, _ options: WriteOptions, isStatus: Bool
    ) async throws(Status) -> Response {
        let body = try ObjectDecoder.parse(bytes, .yaml, kind: type.kind)
        let name = body.value["metadata"]?["name"]?.string ?? ""
        guard name.isEmpty || name == call.key.name else {
            throw Status.badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(call.key.name))")
        }
        let applied = body.value.settingName(call.key.name)
        let fields = FieldManager(type: type, schema: .kubernetes)
        let bound = body.value["metadata"]?["resourceVersion"]?.string ?? ""
        func merge(into live: R?) throws(Status) -> DecodedObject<R> {
            let tree = try fields.apply(
                applied, to: try live.map { (live) throws(Status) in try served(live) },
                manager: options.fieldManager ?? "", force: options.force, subresource: call.path.subresource,
                now: call.now)
            return try decode(ObjectDecoder.Body(tree, duplicates: body.duplicates))
        }
        while true {
            guard store.get(R.self, call.key) != nil else {
                guard call.path.subresource == nil, kindAllows(.create) else {
                    throw Status.notFound(type, call.key.name)
                }
                let decoded = try merge(into: nil)
                let warnings = try problems(decoded, options.fieldValidation)
                do throws(Status) {
                    return try await create(decoded.object, call, options, warnings: warnings, isApplied: true)
                } catch {
                    // Somebody made it since.
                    if error.reason == "AlreadyExists" { continue }
                    throw error
                }
            }
            return try await replace(call, options, isStatus: isStatus, isApplied: true, warnings: []) {
                (current) throws(Status) in
                if !bound.isEmpty, bound != current.metadata.resourceVersion {
                    throw Status.conflict(type, current.name)
                }
                let decoded = try merge(into: current)
                return (decoded.object, try problems(decoded, options.fieldValidation))
            }
        }
    }

    private func kindAllows(_ verb: Verb) -> Bool { verbs.contains(verb) }

    /// An object as clients of this endpoint see it.
    func served(_ object: R) throws(Status) -> JSONValue {
        let tree = try Encoding.tree(of: object)
        return view?.serve(tree) ?? tree
    }

    /// Enters in the object who wrote which of its fields: what came, with its defaults, before the kind adds what is its own
    /// to give (a Job's selector), which nobody owns.
    func own(_ object: inout R, replacing old: R?, _ call: ResourceCall, _ options: WriteOptions) throws(Status) {
        let manager = FieldManager.manager(
            fieldManager: options.fieldManager, userAgent: call.request.headers[.userAgent])
        var defaulted = object
        defaulted.applyDefaults()
        let fields = FieldManager(type: type, schema: .kubernetes).update(
            from: try old.map { (old) throws(Status) in try served(old) }, to: try served(defaulted), manager: manager,
            subresource: call.path.subresource, now: call.now)
        object.metadata.managedFields = try raw(fields)
    }

    private func raw(_ fields: [JSONValue]?) throws(Status) -> [RawJSON]? {
        do {
            return try fields?.map { try RawJSON($0) }
        } catch {
            throw Status.badRequest("metadata.managedFields: \(error)")
        }
    }

    /// After an apply whose outcome, decoded and defaulted, is what was there: nothing is to be written.
    func keepTimes(_ object: inout R, of old: R) throws(Status) {
        let tree = FieldManager.keepingTimes(of: try served(object), from: try served(old))
        object.metadata.managedFields = try raw(tree["metadata"]?["managedFields"]?.array)
    }
}

extension JSONValue {
    /// An object that left its name to the URL.
    fileprivate func settingName(_ name: String) -> JSONValue {
        guard case .object(var members) = self else { return self }
        var metadata = members["metadata"]?.object ?? [:]
        metadata["name"] = .string(name)
        members["metadata"] = .object(metadata)
        return .object(members)
    }
}

/// What kind of patch a request has.
enum PatchType: Equatable {
    case patch(Patch.Kind)
    case apply

    static let applyType = "application/apply-patch+yaml"

    init(contentType: String?) throws(Status) {
        let essence = MediaType.essence(contentType ?? "")
        if essence == PatchType.applyType {
            self = .apply
        } else if let kind = Patch.Kind(rawValue: essence) {
            self = .patch(kind)
        } else {
            throw Status.unsupportedMediaType(
                [Patch.Kind.json, .merge, .strategicMerge].map(\.rawValue) + [PatchType.applyType])
        }
    }
}
