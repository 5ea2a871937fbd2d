import Kube

/// The objects of one type as they were at one revision. Costs nothing to take; while it is kept, so are the objects that
/// have changed since.
public struct Snapshot<R: Resource>: Sendable {
    public let revision: Int64
    let table: SortedTable<R>

    /// The objects of a namespace (nil: of all), in key order.
    ///
    /// - Parameters:
    ///   - after: only objects behind this key, to go on where a list with a limit ended.
    ///   - limit: at most this many.
    public func list(namespace: String? = nil, after: ObjectKey? = nil, limit: Int? = nil) -> Listing<R> {
        let slice = table.slice(namespace: R.type.isNamespaced ? namespace : nil, after: after, limit: limit)
        return Listing(slice.objects, remaining: slice.remaining, revision: revision)
    }
}
