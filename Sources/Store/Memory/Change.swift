import Kube

/// One committed step of one object, as history and watches keep it.
struct Change<R: Resource>: Sendable {
    let old: Stored<R>?
    /// The object after the step; for a removal its last state, at the removal's revision.
    let current: Stored<R>
    let isRemoval: Bool

    var revision: Int64 { current.revision }
    var key: ObjectKey { current.key }
    var bytes: Int { current.bytes }
    /// What the table holds afterwards.
    var new: Stored<R>? { isRemoval ? nil : current }
}

/// The latest changes of one type, oldest first, for watches that start in the past. Bounded in number and in bytes: the
/// first for many small objects, the second for one large one that changes all the time.
struct History<R: Resource>: Sendable {
    private let limit: Int
    private let byteLimit: Int
    /// Those before `head` are gone; the room is taken back now and then.
    private var changes: [Change<R>?] = []
    private var head = 0
    private var bytes = 0
    /// Everything after this revision is kept.
    private(set) var floor: Int64

    init(limit: Int, byteLimit: Int, floor: Int64) {
        self.limit = max(1, limit)
        self.byteLimit = byteLimit
        self.floor = floor
    }

    var count: Int { changes.count - head }

    mutating func append(_ change: Change<R>) {
        changes.append(change)
        bytes += change.bytes
        // The newest stays, however large it is.
        while count > limit || bytes > byteLimit && count > 1 { forgetOldest() }
        if head > 1024, head * 2 > changes.count {
            changes.removeFirst(head)
            head = 0
        }
    }

    private mutating func forgetOldest() {
        let oldest = self[0]
        floor = oldest.revision
        bytes -= oldest.bytes
        changes[head] = nil
        head += 1
    }

    subscript(index: Int) -> Change<R> {
        guard let change = changes[head + index] else { preconditionFailure("a change that is counted is gone") }
        return change
    }

    /// The changes after a revision; nil when some of them are no longer kept.
    func changes(after revision: Int64) -> [Change<R>]? {
        guard revision >= floor else { return nil }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].revision > revision { high = middle } else { low = middle + 1 }
        }
        return (low..<count).map { self[$0] }
    }
}
