import Foundation
import Kube
import Synchronization
import Testing

@testable import Store

struct WritingTests {
    @Test func `a created object has everything only the store decides`() async throws {
        let clock = TestClock()
        var options = StoreOptions()
        options.now = { clock.now }
        try await withStore(options) { store in
            var draft = job("a")
            draft.metadata.resourceVersion = "77"
            let created = try await store.create(draft)
            #expect(
                created.uid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
            )
            #expect(created.metadata.resourceVersion == "2")
            #expect(created.metadata.generation == 1)
            #expect(created.metadata.creationTimestamp == Timestamp(clock.now))
            #expect(store.get(Job.self, key("a")) == created)
            #expect(store.revision == 2)
            draft.metadata.name = "b"
            draft.metadata.uid = "given-at-admission"
            #expect(try await store.create(draft).uid == "given-at-admission")
        }
    }

    @Test func `a name is taken once`() async throws {
        try await withStore { store in
            try await store.create(pod("a"))
            await #expect(throws: StoreError.alreadyExists(Pod.type, key("a"))) { try await store.create(pod("a")) }
            try await store.create(pod("a", namespace: "other"))
            try await store.create(job("a"))
        }
    }

    @Test func `an object needs a name and a namespaced one a namespace`() async throws {
        try await withStore { store in
            await #expect(throws: StoreError.unnamed(Pod.type)) { try await store.create(pod(nil)) }
            await #expect(throws: StoreError.unnamed(Pod.type)) { try await store.create(pod("a", namespace: "")) }
            let namespace = try await store.create(Namespace(metadata: ObjectMeta(name: "n", namespace: "nonsense")))
            #expect(namespace.metadata.namespace == nil)
            #expect(store.get(Namespace.self, key("n", "nonsense")) == namespace)
        }
    }

    @Test func `a generated name that is taken is made again`() async throws {
        let suffixes = Mutex(["aaaaa", "aaaaa", "bbbbb"])
        var options = StoreOptions()
        options.makeNameSuffix = { suffixes.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
        try await withStore(options) { store in
            var draft = pod(nil)
            draft.metadata.generateName = "a-"
            let names = [try await store.create(draft).name, try await store.create(draft).name]
            #expect(names == ["a-aaaaa", "a-bbbbb"])
            let unlucky = draft
            await #expect(throws: StoreError.alreadyExists(Pod.type, key("a-bbbbb"))) {
                try await store.create(unlucky)
            }
            draft.metadata.generateName = String(repeating: "x", count: 80)
            let cut = try await store.create(draft)
            #expect(cut.name == String(repeating: "x", count: 58) + "bbbbb")
        }
    }

    @Test func `an update of an old version is refused, one of no version is not`() async throws {
        try await withStore { store in
            let first = try await store.create(job("a"))
            var second = first
            second.metadata.labels = ["x": "1"]
            second = try await store.update(second)
            #expect(second.metadata.resourceVersion == "3")
            var late = first
            late.metadata.labels = ["x": "2"]
            let update = late
            await #expect(throws: StoreError.conflict(Job.type, key("a"), .resourceVersion(wanted: "2", found: "3"))) {
                try await store.update(update)
            }
            late.metadata.resourceVersion = nil
            #expect(try await store.update(late).metadata.labels == ["x": "2"])
            late.metadata.uid = "another"
            let other = late
            await #expect(throws: StoreError.conflict(Job.type, key("a"), .uid(wanted: "another", found: first.uid))) {
                try await store.update(other)
            }
            await #expect(throws: StoreError.notFound(Job.type, key("b"))) { try await store.update(job("b")) }
        }
    }

    @Test func `an update that changes nothing writes nothing`() async throws {
        try await withStore { store in
            let first = try await store.create(job("a"))
            #expect(try await store.update(first) == first)
            #expect(try await store.modify(Job.self, key("a")) { $0.metadata.creationTimestamp = nil } == first)
            #expect(store.revision == 2)
            #expect(store.writer.commitCount == 1)
        }
    }

    @Test func `the generation counts changes of the spec, not of the status`() async throws {
        try await withStore { store in
            try await store.create(job("a"))
            let spec = try await store.modify(Job.self, key("a")) { $0.spec.parallelism = 3 }
            #expect(spec.metadata.generation == 2)
            let status = try await store.modify(Job.self, key("a")) {
                $0.status = JobStatus()
                $0.status?.active = 1
                $0.metadata.generation = 99
            }
            #expect(status.metadata.generation == 2)
            try await store.create(pod("p"))
            #expect(try await store.modify(Pod.self, key("p")) { $0.spec.nodeName = "here" }.metadata.generation == 1)
            #expect(try await store.create(Namespace(metadata: ObjectMeta(name: "n"))).metadata.generation == nil)
        }
    }

    @Test func `modify always sees the newest version`() async throws {
        try await withStore { store in
            try await store.create(job("a"))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<100 {
                    tasks.addTask {
                        try await store.modify(Job.self, key("a")) {
                            $0.spec.parallelism = ($0.spec.parallelism ?? 0) + 1
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(store.get(Job.self, key("a"))?.spec.parallelism == 100)
            #expect(store.get(Job.self, key("a"))?.metadata.generation == 101)
        }
    }

    @Test func `what modify throws comes back, and nothing is written`() async throws {
        struct Refused: Error {}
        try await withStore { store in
            try await store.create(job("a"))
            await #expect(throws: Refused.self) {
                try await store.modify(Job.self, key("a")) {
                    $0.spec.parallelism = 9
                    throw Refused()
                }
            }
            #expect(store.get(Job.self, key("a"))?.spec.parallelism == nil)
        }
    }

    @Test func `a commit is all or nothing, and its writes see each other`() async throws {
        try await withStore { store in
            let results = try await store.commit([
                .create(job("a")), .create(pod("a-1")), .record(attempt("a-1")),
                .delete(Pod.self, key("a-1"), DeleteOptions()),
            ])
            #expect(results.map { $0.metadata.resourceVersion } == ["2", "3", "4"])
            #expect(store.get(Pod.self, key("a-1")) == nil)
            await #expect(throws: StoreError.notFound(Pod.self.type, key("nobody"))) {
                try await store.commit([
                    .create(job("b")), .record(attempt("b-1")), .delete(Job.self, key("a"), DeleteOptions()),
                    .delete(Pod.self, key("nobody"), DeleteOptions()),
                ])
            }
            #expect(store.get(Job.self, key("a")) != nil)
            #expect(store.get(Job.self, key("b")) == nil)
            #expect(store.revision == 4)
            #expect(try await store.attempts(namespace: "default").map(\.podName) == ["a-1"])
        }
    }

    @Test func `a dry run answers and changes nothing`() async throws {
        try await withStore { store in
            let rehearsed = try await store.create(job("a"), dryRun: true)
            #expect(rehearsed.metadata.resourceVersion == nil)
            #expect(!rehearsed.uid.isEmpty)
            #expect(store.get(Job.self, key("a")) == nil)
            var real = try await store.create(job("a"))
            try await store.delete(Job.self, key("a"), dryRun: true)
            real.spec.parallelism = 4
            let updated = try await store.update(real, dryRun: true)
            #expect(updated.metadata.generation == 2)
            #expect(updated.metadata.resourceVersion == "2")
            #expect(store.get(Job.self, key("a"))?.spec.parallelism == nil)
            #expect(store.writer.commitCount == 1)
        }
    }

    @Test func `an object that cannot be JSON is refused alone`() async throws {
        try await withStore { store in
            var draft = job("a")
            draft.spec.template.spec.affinity = .number(.infinity)
            let bad = draft
            async let good = store.create(job("b"))
            await #expect {
                try await store.create(bad)
            } throws: { error in
                guard case StoreError.notEncodable(Job.type, key("a"), _) = error else { return false }
                return true
            }
            _ = try await good
        }
    }
}
