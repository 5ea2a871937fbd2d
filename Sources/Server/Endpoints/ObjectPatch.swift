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

    func apply(to current: JSONValue) throws(Status) -> JSONValue { try Patch.apply(kind, patch, to: current, R.self) }
}
