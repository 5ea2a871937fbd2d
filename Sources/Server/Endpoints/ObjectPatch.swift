import Kube

/// A patch as it came, read once and applied as often as needed.
struct ObjectPatch<R: Resource>: Sendable {
    let kind: Patch.Kind
    let patch: JSONValue

    /// Upstream's `maxJSONPatchOperations`.
    private static var maximumOperations: Int { 10_000 }

    init(_ kind: Patch.Kind, _ bytes: [UInt8]) throws(Status) {
        self.kind = kind
        do {
            patch = try KubeJSON.parse(bytes)
        } catch {
            throw Status.badRequest("error decoding patch: \(error)")
        }
        if case .array(let operations) = patch, operations.count > Self.maximumOperations {
            throw Status.tooLarge(
                "The allowed maximum operations in a JSON patch is \(Self.maximumOperations), got \(operations.count)")
        }
    }

    func apply(to current: R) throws(Status) -> DecodedObject<R> {
        let tree: JSONValue
        do {
            tree = try KubeJSON.tree(of: current)
        } catch {
            throw Status.internalError("\(error)")
        }
        return try ObjectDecoder.decode(R.self, from: Patch.apply(kind, patch, to: tree, R.self))
    }
}

extension Patch.Kind {
    /// Server-side apply is not among them yet.
    static let all: [Patch.Kind] = [.json, .merge, .strategicMerge]

    init(contentType: String?) throws(Status) {
        guard let kind = Patch.Kind(rawValue: MediaType.essence(contentType ?? "")) else {
            throw Status.unsupportedMediaType(Patch.Kind.all.map(\.rawValue))
        }
        self = kind
    }
}
