import Kube
import Testing

@testable import Store

struct WatchTests {
    /// What a reader sees, short: `+a`, `~a`, `-a`, `=revision`.
    private func read<R>(_ count: Int, _ iterator: inout Watch<R>.Iterator) async throws -> [String] {
        var seen: [String] = []
        while seen.count < count, let event = try await iterator.next() {
            switch event {
            case .added(let object): seen.append("+\(object.name)")
            case .modified(let object): seen.append("~\(object.name)")
            case .deleted(let object): seen.append("-\(object.name)@\(object.metadata.resourceVersion ?? "")")
            case .bookmark(let revision): seen.append("=\(revision)")
            }
        }
        return seen
    }

    @Test func `a watch tells what is there, a bookmark, and then what changes`() async throws {
        try await withStore { store in
            try await store.create(pod("b"))
            try await store.create(pod("a"))
            var watch = try store.watch(Pod.self).makeAsyncIterator()
            try await store.create(pod("c"))
            try await store.create(job("not-a-pod"))
            try await store.modify(Pod.self, key("b")) { $0.metadata.labels = ["x": "y"] }
            try await store.delete(Pod.self, key("a"))
            #expect(try await read(6, &watch) == ["+a", "+b", "=3", "+c", "~b", "-a@7"])
        }
    }

    @Test func `a watch from a revision tells what came after it`() async throws {
        try await withStore { store in
            try await store.create(pod("a"))
            let listing = store.list(Pod.self)
            try await store.create(pod("b"))
            try await store.create(pod("c", namespace: "other"))
            var watch = try store.watch(Pod.self, since: listing.revision).makeAsyncIterator()
            var narrow = try store.watch(Pod.self, namespace: "other", since: listing.revision).makeAsyncIterator()
            try await store.delete(Pod.self, key("a"))
            try await store.create(pod("d", namespace: "other"))
            #expect(try await read(4, &watch) == ["+b", "+c", "-a@5", "+d"])
            #expect(try await read(2, &narrow) == ["+c", "+d"])
        }
    }

    @Test func `an object that begins or ceases to pass the filter is added or deleted`() async throws {
        try await withStore { store in
            try await store.create(pod("a"))
            var watch = try store.watch(Pod.self, where: { $0.metadata.labels?["x"] == "1" }).makeAsyncIterator()
            for label in ["0", "1", "1", "0", "1"] {
                try await store.modify(Pod.self, key("a")) {
                    $0.metadata.labels = ["x": label]
                    $0.metadata.annotations = ["n": ($0.metadata.annotations?["n"] ?? "") + "."]
                }
            }
            try await store.delete(Pod.self, key("a"))
            #expect(try await read(6, &watch) == ["=2", "+a", "~a", "-a@6", "+a", "-a@8"])
        }
    }
}
