import Kube
import Synchronization
import Testing

@testable import Store

struct ConcurrencyTests {
    @Test func `writers who write at the same time share commits`() async throws {
        try await withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for writer in 0..<64 {
                    tasks.addTask {
                        for number in 0..<10 { try await store.create(pod("p-\(writer)-\(number)")) }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(store.list(Pod.self).count == 640)
            #expect(Set(store.list(Pod.self).map { $0.metadata.resourceVersion }).count == 640)
            #expect(store.writer.commitCount < 320)
        }
    }

    @Test func `of writers who race for one version exactly one wins`() async throws {
        try await withStore { store in
            let first = try await store.create(job("a"))
            let winners = await withTaskGroup(of: Bool.self) { tasks in
                for number in 0..<50 {
                    tasks.addTask {
                        var mine = first
                        mine.spec.parallelism = number
                        return (try? await store.update(mine)) != nil  // losing is expected
                    }
                }
                return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
            #expect(store.revision == 3)
        }
    }

    @Test func `a batch that the disk refuses fails everyone in it, and nobody after`() async throws {
        let isBroken = Atomic(true)
        var options = StoreOptions()
        options.beforeDiskStep = { step in
            if step == .commit, isBroken.load(ordering: .relaxed) { throw StoreError.diskFull }
        }
        try await withStore(options) { store in
            let failures = await withTaskGroup(of: Bool.self) { tasks in
                for number in 0..<30 {
                    tasks.addTask {
                        do {
                            try await store.create(pod("p\(number)"))
                            return false
                        } catch {
                            return error as? StoreError == .diskFull
                        }
                    }
                }
                return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(failures == 30)
            #expect(store.list(Pod.self).isEmpty && store.revision == 1)
            isBroken.store(false, ordering: .relaxed)
            try await store.create(pod("p0"))
        }
    }
}
