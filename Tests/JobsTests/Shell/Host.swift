import Foundation
import Kube
import Logging
import Store
import Synchronization
import Testing

@testable import Jobs

/// A real store in a directory of its own, with controllers that run on it and a stand-in for the node.
/// Everything ends with the test.
struct Host: Sendable {
    static let types: [any Resource.Type] = [
        CronJob.self, Job.self, Pod.self, Event.self, Namespace.self, ConfigMap.self, Secret.self, ServiceAccount.self,
        ClusterService.self, ResourceQuota.self,
    ]

    let store: Store
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let events: EventRecorder

    init(store: Store) {
        self.store = store
        events = EventRecorder(store: store, component: "job-controller")
    }

    /// Runs a test on a store, then asks the store whether it agrees with itself.
    static func run(options: StoreOptions = StoreOptions(), _ body: @escaping @Sendable (Host) async throws -> Void)
        async throws
    {
        let directory = NSTemporaryDirectory() + "stint-jobs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // a leftover directory breaks no test
        let store = try Store(
            path: directory + "/state.db", types: types, options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let host = Host(store: store)
        try await body(host)
        await host.events.flush()
        #expect(try await store.verify() == [])
        await store.close()
    }

    func controller(now: @escaping @Sendable () -> Date = { Date() }) -> JobController {
        JobController(store: store, events: events, logger: logger, now: now)
    }

    /// Creates a Job as the API does.
    func create(_ job: Job) async throws -> Job {
        var job = job
        job.spec.selector = nil
        _ = try job.admitForCreate(namespace: job.metadata.namespace, uid: UUID().uuidString.lowercased(), now: Date())
        return try await store.create(job)
    }

    /// Runs services while `body` does, and ends them with it.
    func running(_ services: [@Sendable () async throws -> Void], _ body: @escaping @Sendable () async throws -> Void)
        async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service() } }
            try await body()
            group.cancelAll()
            while !group.isEmpty {
                do { try await group.next() } catch is CancellationError {}
            }
        }
    }

    /// Waits, without polling, until an object is (or is gone: nil) as wanted.
    @discardableResult
    func wait<R: Resource>(_ type: R.Type, _ name: String, namespace: String? = "default", until isTrue: (R?) -> Bool)
        async throws -> R?
    {
        let key = ObjectKey(namespace: namespace, name: name)
        for try await _ in try store.watch(type) {
            let object = store.get(type, key)
            if isTrue(object) { return object }
        }
        throw CancellationError()
    }

    func waitForEnd(of name: String) async throws -> Job {
        try #require(try await wait(Job.self, name) { $0?.isFinished == true })
    }

    func waitForPods(until isTrue: ([Pod]) -> Bool) async throws {
        _ = try await wait(Pod.self, "any") { _ in isTrue(pods) }
    }

    var pods: [Pod] { store.list(Pod.self).items }

    func told() async -> [String: Int] {
        await events.flush()
        var counts: [String: Int] = [:]
        for event in store.list(Event.self) { counts[event.reason ?? "", default: 0] += event.count ?? 1 }
        return counts
    }
}

/// Stands in for the node: places every pod and ends it as the script says.
struct FakeNode: Sendable {
    enum Fate: Sendable { case succeed, fail, run }

    let store: Store
    /// Repeats a write that failed, as the node does.
    let keepsTrying: Bool
    let fate: @Sendable (Pod) -> Fate

    init(_ store: Store, keepsTrying: Bool = false, _ fate: @escaping @Sendable (Pod) -> Fate = { _ in .succeed }) {
        self.store = store
        self.keepsTrying = keepsTrying
        self.fate = fate
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            do {
                for try await event in try store.watch(Pod.self) {
                    switch event {
                    case .added(let pod), .modified(let pod): group.addTask { await act(on: pod) }
                    case .deleted, .bookmark: break
                    }
                }
            } catch {
                Issue.record("the node's watch broke: \(error)")
            }
        }
    }

    private func act(on pod: Pod) async {
        do {
            if pod.metadata.deletionTimestamp != nil {
                if !pod.hasEnded { try await store.modify(Pod.self, pod.key) { Self.end(&$0, "Failed", 137) } }
                if pod.metadata.deletionGracePeriodSeconds != 0 {
                    try await store.delete(Pod.self, pod.key, DeleteOptions(gracePeriodSeconds: 0))
                }
            } else if pod.phase == "Pending" {
                let fate = fate(pod)
                try await store.modify(Pod.self, pod.key) { new in
                    guard new.phase == "Pending", new.metadata.deletionTimestamp == nil else { return }
                    new.spec.nodeName = "here"
                    switch fate {
                    case .succeed: Self.end(&new, "Succeeded", 0)
                    case .fail: Self.end(&new, "Failed", 1)
                    case .run: new.status?.phase = "Running"
                    }
                }
            }
        } catch {
            switch error as? StoreError {
            case .notFound, .closed: return  // it is gone already
            default: break
            }
            if keepsTrying, !Task.isCancelled { return await act(on: pod) }
            Issue.record("the node could not write: \(error)")
        }
    }

    private static func end(_ pod: inout Pod, _ phase: String, _ code: Int) {
        guard !pod.hasEnded else { return }
        var state = ContainerStateTerminated(exitCode: code)
        // Long enough ago that no back-off is left.
        state.finishedAt = Timestamp(Date().addingTimeInterval(-1000))
        var status = ContainerStatus(name: "main", image: "busybox")
        status.state = ContainerState(terminated: state)
        pod.status?.phase = phase
        pod.status?.containerStatuses = [status]
    }
}
