import Foundation
import Kube
import Store
import Synchronization

/// What lists that were cut into pages saw, so that all pages are of one moment. Bounded in number and age; a client that
/// comes back later than that is told to start again.
final class ListSnapshots: Sendable {
    private struct Place: Hashable {
        let type: ObjectIdentifier
        let revision: Int64
    }

    private struct Kept {
        let snapshot: any Sendable
        let since: Date
    }

    private struct State {
        var kept: [Place: Kept] = [:]
        /// Oldest first.
        var order: [Place] = []
    }

    private let state = Mutex(State())
    private let limit: Int
    /// As long as upstream's etcd keeps old revisions (`etcd-compaction-interval`).
    private let lifetime: TimeInterval

    init(limit: Int = 16, lifetime: TimeInterval = 300) {
        self.limit = limit
        self.lifetime = lifetime
    }

    /// The moment a list began with.
    func find<R: Resource>(_ type: R.Type, revision: Int64, now: Date) -> Snapshot<R>? {
        let place = Place(type: ObjectIdentifier(type), revision: revision)
        return state.withLock { state in
            guard let kept = state.kept[place], now.timeIntervalSince(kept.since) < lifetime else { return nil }
            return kept.snapshot as? Snapshot<R>
        }
    }

    func keep<R: Resource>(_ snapshot: Snapshot<R>, now: Date) {
        let place = Place(type: ObjectIdentifier(R.self), revision: snapshot.revision)
        state.withLock { state in
            while let oldest = state.order.first,
                state.order.count >= limit || now.timeIntervalSince(state.kept[oldest]?.since ?? now) >= lifetime
            {
                state.kept[oldest] = nil
                state.order.removeFirst()
            }
            guard state.kept[place] == nil else { return }
            state.kept[place] = Kept(snapshot: snapshot, since: now)
            state.order.append(place)
        }
    }
}
