import Foundation
import Hummingbird
import Kube
import Store

extension KindEndpoint {
    func list(_ call: ResourceCall) throws(Status) -> Response {
        let options = try ListOptions(call.query)
        let selection = try Selection<R>(options, name: call.path.name, view: view)
        let page = try Page(
            store, environment.snapshots, namespace: call.path.namespace, options, selection, now: call.now)
        return try listReply(page, call)
    }

    func listReply(_ page: Page<R>, _ call: ResourceCall) throws(Status) -> Response {
        try form(call).list(page.metadata, page.objects)
    }
}

/// The part of a collection that one list answers with.
struct Page<R: FieldSelectable>: Sendable {
    let objects: Objects
    let metadata: ListMeta

    /// Objects of a snapshot, looked at one by one, because they are large.
    struct Objects: RandomAccessCollection, Sendable {
        let listing: Listing<R>
        /// Which of them; nil means all.
        var chosen: [Int]?

        var startIndex: Int { 0 }
        var endIndex: Int { chosen?.count ?? listing.count }
        subscript(index: Int) -> R { listing[chosen?[index] ?? index] }
    }

    /// Where versions matter: nothing given, 0 and `NotOlderThan` are all answered with the newest state; `Exact` only if
    /// the newest state is that version, because old ones are not kept; a version we have not reached is refused.
    ///
    /// - Parameter earlier: what lists that go on now began with.
    init(
        _ store: Store, _ earlier: ListSnapshots, namespace: String?, _ options: ListOptions, _ selection: Selection<R>,
        now: Date
    ) throws(Status) {
        let token: ContinueToken? =
            if let text = options.continuation { try ContinueToken(text) } else { nil }
        let limit = options.limit > 0 ? options.limit : nil
        // The path's namespace first: it is the one the client was allowed.
        let namespace = namespace ?? selection.namespace
        var snapshot = store.snapshot(R.self)
        if let token, token.revision != snapshot.revision {
            guard let first = earlier.find(R.self, revision: token.revision, now: now) else {
                throw Status.continueExpired()
            }
            snapshot = first
        }
        let listing = snapshot.list(
            namespace: namespace, after: token?.after, limit: selection.isEverything ? limit : nil)
        if let asked = options.resourceVersion, asked > listing.revision {
            throw Status.tooLargeResourceVersion(asked, current: listing.revision)
        }
        if options.match == .exact, let asked = options.resourceVersion, asked != listing.revision {
            throw Status.expired("The resourceVersion for the provided list is too old.")
        }
        let revision = listing.revision
        var metadata = ListMeta(resourceVersion: "\(revision)")
        var objects = Objects(listing: listing)
        var hasMore = listing.remaining > 0
        if !selection.isEverything {
            var chosen: [Int] = []
            for (index, object) in listing.enumerated() where selection.includes(object) {
                if let limit, chosen.count == limit {
                    hasMore = true
                    break
                }
                chosen.append(index)
            }
            objects.chosen = chosen
        }
        if hasMore, let last = objects.last {
            earlier.keep(snapshot, now: now)
            metadata.continue = ContinueToken(revision: revision, after: last.key).encoded()
            // Upstream counts what remains only when nothing is selected.
            if selection.isEverything { metadata.remainingItemCount = Int64(listing.remaining) }
        }
        self.objects = objects
        self.metadata = metadata
    }
}
