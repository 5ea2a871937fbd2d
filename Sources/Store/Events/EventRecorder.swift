import Kube
import Logging
import Synchronization

/// Tells the user what happens to objects, in Events. Made for one component, which never waits for it: what it says is
/// written soon after, and lost when there is too much or when the disk fails.
public struct EventRecorder: Sendable {
    public enum Kind: String, Sendable {
        case normal = "Normal"
        case warning = "Warning"
    }

    private let worker: EventWorker

    public init(store: Store, component: String, host: String? = nil) {
        worker = EventWorker(store: store, source: EventSource(component: component, host: host))
    }

    /// - Parameter fieldPath: the part of the object it is about, like `spec.containers{main}`.
    public func record(
        _ object: some Resource, _ kind: Kind, reason: String, message: String, fieldPath: String? = nil
    ) {
        var reference = ObjectReference(to: object)
        reference.fieldPath = fieldPath
        worker.add(Sighting(object: reference, type: kind.rawValue, reason: reason, message: message))
    }

    /// Returns when everything recorded before is written or lost. Before the store closes.
    public func flush() async { await worker.flush() }
}

/// Writes events in the background, as long as there are some.
private final class EventWorker: Sendable {
    private static let waitingLimit = 1000

    private struct State {
        var correlator: EventCorrelator
        var waiting: [Sighting] = []
        var isRunning = false
        var dropped = 0
        var flushers: [CheckedContinuation<Void, Never>] = []
    }

    private let store: Store
    private let state: Mutex<State>

    init(store: Store, source: EventSource) {
        self.store = store
        state = Mutex(State(correlator: EventCorrelator(source: source)))
    }

    func add(_ sighting: Sighting) {
        let starts = state.withLock { state in
            guard state.waiting.count < Self.waitingLimit else {
                state.dropped += 1
                return false
            }
            state.waiting.append(sighting)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { Task { await run() } }
    }

    func flush() async {
        await withCheckedContinuation { done in
            let isIdle = state.withLock { state in
                if state.isRunning { state.flushers.append(done) }
                return !state.isRunning
            }
            if isIdle { done.resume() }
        }
    }

    private func run() async {
        while let events = takeEvents() {
            await withTaskGroup(of: Void.self) { tasks in
                for event in events { tasks.addTask { await self.write(event) } }
            }
        }
    }

    /// The next events to write, or nil when nothing waits any more. An event that is counted up several times is
    /// written once.
    private func takeEvents() -> [Event]? {
        let (events, dropped, flushers) = state.withLock { state in
            var events: [ObjectKey: Event] = [:]
            let now = store.options.now()
            for sighting in state.waiting {
                guard let event = state.correlator.correlate(sighting, now: now) else { continue }
                events[event.key] = event
            }
            defer {
                state.dropped = 0
                if state.waiting.isEmpty {
                    state.isRunning = false
                    state.flushers = []
                }
                state.waiting = []
            }
            return (
                state.waiting.isEmpty ? nil : Array(events.values), state.dropped,
                state.waiting.isEmpty ? state.flushers : []
            )
        }
        if dropped > 0 { store.logger.info("events were lost", metadata: ["events": "\(dropped)"]) }
        for flusher in flushers { flusher.resume() }
        return events
    }

    private func write(_ event: Event) async {
        do {
            if let count = event.count, count > 1, store.get(Event.self, event.key) != nil {
                try await store.modify(Event.self, event.key) { stored in
                    stored.count = count
                    stored.message = event.message
                    stored.lastTimestamp = event.lastTimestamp
                }
            } else {
                try await store.create(event)
            }
        } catch {
            let name = event.key.description
            store.logger.info("an event was lost", metadata: ["event.name": "\(name)", "error": "\(error)"])
        }
    }
}
