import Kube
import Testing

@testable import Store

struct ReadingTests {
    @Test func `a list is in key order and knows its revision`() async throws {
        try await withStore { store in
            for (name, namespace) in [("b", "y"), ("a", "y"), ("c", "x"), ("a", "x-z")] {
                try await store.create(pod(name, namespace: namespace))
            }
            try await store.create(job("other"))
            let all = store.list(Pod.self)
            #expect(all.map { $0.key.description } == ["x/c", "x-z/a", "y/a", "y/b"])
            #expect(all.revision == store.revision)
            #expect(all.items == Array(all))
            #expect(store.list(Pod.self, namespace: "y").map(\.name) == ["a", "b"])
            #expect(store.list(Pod.self, namespace: "nowhere").isEmpty)
        }
    }

    @Test func `a list with a limit goes on behind its last object, whatever happened to it`() async throws {
        try await withStore { store in
            for number in 0..<5 { try await store.create(pod("p\(number)")) }
            let first = store.list(Pod.self, namespace: "default", limit: 2)
            #expect(first.map(\.name) == ["p0", "p1"])
            #expect(first.remaining == 3)
            try await store.delete(Pod.self, key("p1"))
            try await store.create(pod("p15"))
            let next = store.list(Pod.self, namespace: "default", after: key("p1"), limit: 9)
            #expect(next.map(\.name) == ["p15", "p2", "p3", "p4"])
            #expect(next.remaining == 0)
        }
    }

    @Test func `a list does not change when the store does`() async throws {
        try await withStore { store in
            try await store.create(pod("a"))
            let before = store.list(Pod.self)
            try await store.modify(Pod.self, key("a")) { $0.metadata.labels = ["x": "y"] }
            try await store.create(pod("b"))
            #expect(before.map(\.name) == ["a"])
            #expect(before.first?.metadata.labels == nil)
        }
    }

    @Test func `what an owner has follows adoption, release, change and deletion`() async throws {
        try await withStore { store in
            func owned(_ uid: String) -> [String] { store.list(Pod.self, ownedBy: uid).map(\.name) }
            try await store.create(pod("b", owner: "u1"))
            try await store.create(pod("a", owner: "u1"))
            try await store.create(pod("c"))
            #expect(owned("u1") == ["a", "b"])
            try await store.modify(Pod.self, key("c")) {
                $0.metadata.ownerReferences = [OwnerReference(apiVersion: "v1", kind: "Pod", name: "x", uid: "u1")]
            }
            #expect(owned("u1") == ["a", "b", "c"])
            try await store.modify(Pod.self, key("a")) { $0.metadata.ownerReferences?[0].uid = "u2" }
            try await store.modify(Pod.self, key("b")) { $0.metadata.labels = ["x": "y"] }
            #expect(owned("u1") == ["b", "c"] && owned("u2") == ["a"])
            #expect(store.list(Pod.self, ownedBy: "u1").first?.metadata.labels == ["x": "y"])
            try await store.modify(Pod.self, key("c")) { $0.metadata.ownerReferences = nil }
            try await store.delete(Pod.self, key("b"))
            #expect(owned("u1") == [] && store.list(Job.self, ownedBy: "u2").isEmpty)
            #expect(store.shelves.shelf(Pod.self).contents.withLock { $0.owned.keys.sorted() } == ["u2"])
        }
    }
}
