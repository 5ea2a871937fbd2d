import Kube
import Testing

@testable import Store

/// What an operation costs must not grow with what is stored. The limits are far above what is measured: they catch
/// a wrong order of growth, not a slow day.
@Suite(.serialized)
struct ScaleTests {
    static let namespaces = 50

    private func fill(_ store: Store, jobs: Int, podsPerJob: Int) async throws {
        var writes: [StoreWrite] = []
        for number in 0..<jobs {
            let namespace = "ns-\(number % Self.namespaces)"
            writes.append(.create(job("job-\(number)", namespace: namespace)))
            for index in 0..<podsPerJob {
                writes.append(
                    .create(pod("job-\(number)-\(index)", namespace: namespace, owner: "uid-\(number)", node: "here")))
            }
            if writes.count >= 2_000 || number == jobs - 1 {
                try await store.commit(writes)
                writes = []
            }
        }
    }

    @Test func `10,000 jobs and 50,000 pods cost what a few cost`() async throws {
        let scratch = try Scratch()
        var store = try scratch.open()
        let clock = ContinuousClock()
        let filling = try await clock.measure { try await fill(store, jobs: 10_000, podsPerJob: 5) }
        #expect(store.list(Pod.self).count == 50_000)

        // Without the wait for the disk: what planning, SQL and publishing cost.
        let creating =
            try await clock.measure {
                try await store.commit(
                    (0..<1_000).map { .create(pod("new-\($0)", namespace: "ns-7", owner: "uid-7", node: "here")) })
            } / 1_000
        let listing = clock.measure { #expect(store.list(Pod.self, namespace: "ns-3").count == 1_000) }
        let owned = clock.measure { #expect(store.list(Pod.self, ownedBy: "uid-3").count == 5) }
        let getting =
            clock.measure {
                for number in 0..<1_000 {
                    #expect(
                        store.get(Job.self, ObjectKey(namespace: "ns-\(number % 50)", name: "job-\(number)")) != nil)
                }
            } / 1_000
        let watching = try clock.measure { _ = try store.watch(Pod.self, namespace: "ns-3", since: store.revision) }
        await store.close()
        let opening = try clock.measure { store = try scratch.open() }
        #expect(store.list(Pod.self).count == 51_000)
        print(
            """
            fill \(filling), create \(creating), list a namespace of 1,000 \(listing), owned \(owned), get \(getting), \
            watch \(watching), open \(opening)
            """)
        #expect(creating < .milliseconds(2))
        #expect(listing < .milliseconds(20))
        #expect(owned < .milliseconds(2))
        #expect(getting < .microseconds(200))
        #expect(watching < .milliseconds(5))
        await store.close()
    }

    @Test func `writes per second`() async throws {
        for writers in [1, 64] {
            let scratch = try Scratch()
            let store = try scratch.open()
            let total = 1_280
            let time = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for writer in 0..<writers {
                        tasks.addTask {
                            for number in 0..<(total / writers) { try await store.create(pod("p-\(writer)-\(number)")) }
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
            print(
                "\(writers) writers: \(Int(Double(total) / (time / .seconds(1)))) writes/s in \(store.writer.commitCount) commits"
            )
            #expect(store.list(Pod.self).count == total)
            await store.close()
        }
    }
}
