import Kube

/// One version of one object, shared by everyone who looks at it. Objects are large values (a Pod is more than a
/// kilobyte before its strings), so tables, history and watches pass references to them.
final class Stored<R: Resource>: Sendable {
    let object: R
    let key: ObjectKey
    let revision: Int64
    /// Of its JSON: a measure of what keeping it costs, which is a few times as much.
    let bytes: Int

    init(_ object: R, revision: Int64, bytes: Int) {
        self.object = object
        self.key = object.key
        self.revision = revision
        self.bytes = bytes
    }

    var ownerUIDs: [String] { object.metadata.ownerReferences?.map(\.uid) ?? [] }
}

extension ObjectKey {
    /// The order of lists: by namespace, then by name.
    func precedes(_ other: ObjectKey) -> Bool {
        let a = namespace ?? "", b = other.namespace ?? ""
        return a == b ? name < other.name : a < b
    }
}
