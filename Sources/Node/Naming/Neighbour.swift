import Kube
import Synchronization

/// A pod that others of its namespace know by name: it has a `hostname`, which pods of Indexed Jobs are given, and a
/// `subdomain`. In a cluster these are the names that a headless Service of the subdomain's name makes.
struct Neighbour: Hashable, Sendable {
    var uid: String
    var namespace: String
    var hostname: String
    var subdomain: String
    var addresses: [String]

    /// Nil of a pod that has no name, has no address, or is about to lose it.
    init?(_ pod: Pod) {
        // Most pods have no name: their addresses are not read.
        guard let hostname = pod.spec.hostname, !hostname.isEmpty, let subdomain = pod.spec.subdomain,
            !subdomain.isEmpty, !pod.hasEnded, !pod.isDeleted, let addresses = pod.status?.addresses,
            !addresses.isEmpty
        else { return nil }
        uid = pod.uid
        namespace = pod.namespace
        self.hostname = hostname
        self.subdomain = subdomain
        self.addresses = addresses
    }

    var names: [String] {
        let name = "\(hostname).\(subdomain)"
        return [
            "\(name).\(namespace).svc.\(PodNames.clusterDomain)", "\(name).\(namespace).svc", "\(name).\(namespace)",
            name,
        ]
    }
}

/// All neighbours of this host, and who is to be told that they changed.
final class Neighbourhood: Sendable {
    private struct State {
        /// By namespace and uid.
        var known: [String: [String: Neighbour]] = [:]
        /// Namespaces that are about to be told.
        var telling: [String: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// - Returns: true when that is news.
    func note(_ pod: Pod, isGone: Bool) -> Bool {
        let new = isGone ? nil : Neighbour(pod)
        return state.withLock { state in
            guard state.known[pod.namespace]?[pod.uid] != new else { return false }
            state.known[pod.namespace, default: [:]][pod.uid] = new
            if state.known[pod.namespace]?.isEmpty == true { state.known[pod.namespace] = nil }
            return true
        }
    }

    /// In an order that does not depend on when they came.
    func others(than pod: Pod) -> [Neighbour] {
        let all = state.withLock { $0.known[pod.namespace] } ?? [:]
        return all.values.filter { $0.uid != pod.uid }
            .sorted { ($0.subdomain, $0.hostname, $0.uid) < ($1.subdomain, $1.hostname, $1.uid) }
    }

    /// Has `tell` run a little later, once for all that happens until then: many pods come and go at one time, and each
    /// change is a file to write for each of the others.
    func tellSoon(_ namespace: String, clock: NodeClock, _ tell: @escaping @Sendable () -> Void) {
        state.withLock { state in
            guard state.telling[namespace] == nil else { return }
            let count = state.known[namespace]?.count ?? 0
            let delay = 0.05 + 0.001 * Double(min(count, 2000))
            state.telling[namespace] = Task {
                await clock.sleep(clock.now().addingTimeInterval(delay))
                self.state.withLock { $0.telling[namespace] = nil }
                if !Task.isCancelled { tell() }
            }
        }
    }

    func stop() {
        for task in state.withLock({ $0.telling.values }) { task.cancel() }
    }
}

extension NodeAgent {
    /// Others find it by its name from now on, or do not any more.
    func noteNeighbour(_ pod: Pod, isGone: Bool = false) {
        guard neighbours.note(pod, isGone: isGone) else { return }
        let namespace = pod.namespace
        neighbours.tellSoon(namespace, clock: clock) { [weak self] in
            guard let self else { return }
            let workers = self.state.withLock { $0.workers.values.filter { $0.namespace == namespace }.map(\.worker) }
            for worker in workers { worker.send(.neighboursChanged) }
        }
    }
}
