import Kube

/// One committed step of one object, as history and watches keep it.
struct Change<R: Resource>: Sendable {
    let old: Stored<R>?
    /// The object after the step; for a removal its last state, at the removal's revision.
    let current: Stored<R>
    let isRemoval: Bool

    var revision: Int64 { current.revision }
    var key: ObjectKey { current.key }
    /// What the table holds afterwards.
    var new: Stored<R>? { isRemoval ? nil : current }
}

/// The latest changes of one type, oldest first, for watches that start in the past.
struct History<R: Resource>: Sendable {
    private let limit: Int
    private var ring: [Change<R>] = []
    private var head = 0
    /// Everything after this revision is in the ring.
    private(set) var floor: Int64

    init(limit: Int, floor: Int64) {
        self.limit = max(1, limit)
        self.floor = floor
    }

    var count: Int { ring.count }

    mutating func append(_ change: Change<R>) {
        if ring.count < limit {
            ring.append(change)
        } else {
            floor = ring[head].revision
            ring[head] = change
            head = (head + 1) % limit
        }
    }

    subscript(index: Int) -> Change<R> { ring[(head + index) % ring.count] }

    /// The changes after a revision; nil when some of them are no longer kept.
    func changes(after revision: Int64) -> [Change<R>]? {
        guard revision >= floor else { return nil }
        var low = 0
        var high = ring.count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].revision > revision { high = middle } else { low = middle + 1 }
        }
        return (low..<ring.count).map { self[$0] }
    }
}
