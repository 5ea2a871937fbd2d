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

    @Test func `a reader who falls behind is told to start again`() async throws {
        var options = StoreOptions()
        options.watchLimit = 5
        try await withStore(options) { store in
            var slow = try store.watch(Pod.self).makeAsyncIterator()
            var elsewhere = try store.watch(Pod.self, namespace: "other").makeAsyncIterator()
            #expect(try await read(1, &slow) == ["=1"])
            for number in 0..<6 { try await store.create(pod("p\(number)")) }
            await #expect(throws: StoreError.expired(oldest: 7)) { try await slow.next() }
            await #expect(throws: StoreError.expired(oldest: 7)) { try await slow.next() }
            try await store.create(pod("x", namespace: "other"))
            #expect(try await read(2, &elsewhere) == ["=1", "+x"])
        }
    }

    @Test func `large objects fill a history and a buffer before many do`() async throws {
        var options = StoreOptions()
        options.historyBytes = 50_000
        options.watchBytes = 50_000
        try await withStore(options) { store in
            var slow = try store.watch(Pod.self).makeAsyncIterator()
            #expect(try await read(1, &slow) == ["=1"])
            for number in 0..<10 {
                var large = pod("p\(number)")
                large.metadata.annotations = ["filling": String(repeating: "x", count: 10_000)]
                try await store.create(large)
            }
            await #expect(throws: StoreError.self) { try await slow.next() }
            #expect(throws: StoreError.self) { try store.watch(Pod.self, since: 2) }
            // Four of ten thousand bytes and a little are kept, and one larger than all is, too.
            var watch = try store.watch(Pod.self, since: 7).makeAsyncIterator()
            #expect(try await read(4, &watch) == ["+p6", "+p7", "+p8", "+p9"])
            var huge = pod("huge")
            huge.metadata.annotations = ["filling": String(repeating: "x", count: 100_000)]
            try await store.create(huge)
            #expect(try await read(1, &watch) == ["+huge"])
            var late = try store.watch(Pod.self, since: 11).makeAsyncIterator()
            #expect(try await read(1, &late) == ["+huge"])
        }
    }

    @Test func `a reader who keeps up never expires, however much there is`() async throws {
        var options = StoreOptions()
        options.watchLimit = 5
        try await withStore(options) { store in
            var watch = try store.watch(Pod.self, since: 1).makeAsyncIterator()
            for number in 0..<50 {
                try await store.create(pod("p\(number)"))
                #expect(try await read(1, &watch) == ["+p\(number)"])
            }
        }
    }

    @Test func `a revision that is too old is refused, and one that has not happened`() async throws {
        var options = StoreOptions()
        options.historyLimit = 3
        try await withStore(options) { store in
            for number in 0..<5 { try await store.create(pod("p\(number)")) }
            #expect(throws: StoreError.expired(oldest: 3)) { try store.watch(Pod.self, since: 2) }
            var watch = try store.watch(Pod.self, since: 3).makeAsyncIterator()
            #expect(try await read(3, &watch) == ["+p2", "+p3", "+p4"])
            #expect(throws: StoreError.revisionInFuture(requested: 7, current: 6)) {
                try store.watch(Pod.self, since: 7)
            }
            // Other types have a history of their own.
            _ = try store.watch(Job.self, since: 1)
        }
    }

    @Test func `bookmarks stand behind what happened before them`() async throws {
        try await withStore { store in
            let watch = try store.watch(Pod.self, since: 1)
            var iterator = watch.makeAsyncIterator()
            try await store.create(pod("a"))
            try await store.create(job("b"))
            watch.bookmark()
            #expect(try await read(2, &iterator) == ["+a", "=3"])
        }
    }

    @Test func `a cancelled reader stops waiting`() async throws {
        try await withStore { store in
            let watch = try store.watch(Pod.self)
            let reader = Task {
                var count = 0
                for try await _ in watch { count += 1 }
                return count
            }
            reader.cancel()
            #expect(try await reader.value <= 1)
        }
    }

    @Test func `closing the store ends its watches after what they have to tell`() async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        let watch = try store.watch(Pod.self)
        try await store.create(pod("a"))
        let waiting = Task { () -> Int in
            var count = 0
            for try await _ in try store.watch(Job.self) { count += 1 }
            return count
        }
        await store.close()
        var iterator = watch.makeAsyncIterator()
        #expect(try await read(9, &iterator) == ["=1", "+a"])
        _ = await waiting.result
        #expect(throws: StoreError.closed) { try store.watch(Pod.self) }
        await #expect(throws: StoreError.closed) { try await store.create(pod("b")) }
        #expect(store.get(Pod.self, key("a")) != nil)
    }

    @Test func `a watch nobody holds costs nothing`() async throws {
        try await withStore { store in
            let shelf = store.shelves.shelf(Pod.self)
            var watch: Watch<Pod>? = try store.watch(Pod.self)
            #expect(shelf.contents.withLock { $0.readers.count } == 1)
            _ = watch
            watch = nil
            #expect(shelf.contents.withLock { $0.readers.count } == 0)
        }
    }

    @Test func `a reader who applies what he is told has what the store has`() async throws {
        try await withStore { store in
            let end = "the-end"
            let watch = try store.watch(Pod.self)
            let mirror = Task { () -> [ObjectKey: Pod] in
                var mirror: [ObjectKey: Pod] = [:]
                var last: Int64 = 0
                for try await event in watch {
                    switch event {
                    case .added(let pod), .modified(let pod):
                        mirror[pod.key] = pod
                        let revision = Int64(pod.metadata.resourceVersion ?? "") ?? 0
                        #expect(revision > last)
                        last = revision
                    case .deleted(let pod): mirror[pod.key] = nil
                    case .bookmark: break
                    }
                    if mirror[key(end)] != nil { return mirror }
                }
                return [:]
            }
            await withTaskGroup(of: Void.self) { writers in
                for writer in 0..<16 {
                    writers.addTask {
                        for step in 0..<40 {
                            let name = "p\((writer * 7 + step * 3) % 23)"
                            switch (writer + step) % 3 {
                            case 0: _ = try? await store.create(pod(name))  // clashes are part of it
                            case 1:
                                _ = try? await store.modify(Pod.self, key(name)) {
                                    $0.metadata.labels = ["n": "\(writer).\(step)"]
                                }
                            default: _ = try? await store.delete(Pod.self, key(name))
                            }
                        }
                    }
                }
            }
            try await store.create(pod(end))
            let seen = try await mirror.value
            #expect(seen == Dictionary(uniqueKeysWithValues: store.list(Pod.self).map { ($0.key, $0) }))
        }
    }
}
