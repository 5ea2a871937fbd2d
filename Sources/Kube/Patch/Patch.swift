/// The patches the API takes. Each is a pure change of a JSON tree; what comes out is decoded, defaulted and
/// validated like any update.
public enum Patch {
    public enum Kind: String, Sendable {
        /// RFC 6902: a list of operations.
        case json = "application/json-patch+json"
        /// RFC 7386: an object laid over the object; null removes.
        case merge = "application/merge-patch+json"
        /// Kubernetes' own: like merge, but lists of named things are merged by name.
        case strategicMerge = "application/strategic-merge-patch+json"
    }

    /// `type` is the kind of the object, for the merge keys of its lists.
    public static func apply<R: Resource>(
        _ kind: Kind, _ patch: JSONValue, to object: JSONValue, _ type: R.Type
    ) throws(Status) -> JSONValue {
        do {
            switch kind {
            case .json: return try JSONPatch(patch).apply(to: object)
            case .merge:
                guard case .object = patch else { throw PatchError.malformed("a merge patch must be an object") }
                return MergePatch.apply(patch, to: object)
            case .strategicMerge:
                guard case .object(let changes) = patch else {
                    throw PatchError.malformed("a strategic merge patch must be an object")
                }
                let merge = StrategicMerge(schema: .kubernetes)
                let message = merge.schema.message(of: R.type)
                return .object(try merge.apply(changes, to: object.object ?? [:], of: message))
            }
        } catch let error as PatchError {
            throw error.status(for: R.type, object["metadata"]?["name"]?.string ?? "")
        } catch {
            throw .badRequest("\(error)")
        }
    }

    /// The same from the bytes of a request and an object; what comes out is decoded.
    public static func apply<R: Resource>(
        _ kind: Kind, _ bytes: some Sequence<UInt8>, to object: R
    ) throws(Status) -> DecodedObject<R> {
        let patch: JSONValue
        let tree: JSONValue
        do {
            patch = try KubeJSON.parse(bytes)
            tree = try KubeJSON.tree(of: object)
        } catch {
            throw .badRequest("error decoding patch: \(error)")
        }
        return try ObjectDecoder.decode(R.self, from: apply(kind, patch, to: tree, R.self))
    }
}

enum PatchError: Error, Hashable {
    /// The patch itself is wrong.
    case malformed(String)
    /// The patch does not fit this object.
    case notApplicable(String)

    /// 400 for a bad patch, 422 for one that does not fit, as upstream answers.
    func status(for type: ResourceType, _ name: String) -> Status {
        switch self {
        case .malformed(let message): .badRequest(message)
        case .notApplicable(let message):
            Status(
                code: 422, reason: "Invalid",
                message: "the server rejected our request due to an error in our request: \(message)",
                details: StatusDetails(name: name, group: type.group.isEmpty ? nil : type.group, kind: type.kind))
        }
    }
}
