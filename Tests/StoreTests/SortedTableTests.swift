import Kube
import Testing

@testable import Store

struct SortedTableTests {
    private func stored(_ namespace: String, _ name: String, _ revision: Int64 = 1) -> Stored<Pod> {
        Stored(pod(name, namespace: namespace), revision: revision, bytes: 1)
    }

    @Test func `it agrees with a dictionary after ten thousand random steps`() {
        var random = SystemRandomNumberGenerator()
        var table = SortedTable<Pod>()
        var truth: [ObjectKey: Stored<Pod>] = [:]
        var snapshots: [(SortedTable<Pod>, [ObjectIdentifier])] = []
        func sorted() -> [ObjectIdentifier] {
            truth.values.sorted { $0.key.precedes($1.key) }.map { ObjectIdentifier($0) }
        }
        func all(_ table: SortedTable<Pod>) -> [ObjectIdentifier] {
            table.slice(namespace: nil, after: nil, limit: nil).objects.map { ObjectIdentifier($0) }
        }
        for step in 0..<10_000 {
            let object = stored(
                "ns\(Int.random(in: 0..<3, using: &random))", "p\(Int.random(in: 0..<2_000, using: &random))")
            // First it grows, then it shrinks.
            if Int.random(in: 0..<10, using: &random) < (step < 6_000 ? 8 : 2) {
                table.set(object)
                truth[object.key] = object
            } else {
                table.remove(object.key)
                truth[object.key] = nil
            }
            if step % 1_000 == 0 { snapshots.append((table, sorted())) }
        }
        #expect(table.count == truth.count)
        #expect(all(table) == sorted())
        #expect(table.chunks.allSatisfy { (1...SortedTable<Pod>.chunkLimit).contains($0.count) })
        for (snapshot, expected) in snapshots { #expect(all(snapshot) == expected) }
        for (key, object) in truth { #expect(table[key] === object) }
        for key in truth.keys { table.remove(key) }
        #expect(table.isEmpty && table.chunks.isEmpty)
    }

    @Test func `a namespace is a slice, and pages are slices of it`() {
        var table = SortedTable<Pod>()
        for namespace in ["a", "a-b", "ab", "b"] {
            for number in 0..<700 { table.set(stored(namespace, "p\(1000 + number)")) }
        }
        let whole = table.slice(namespace: "a", after: nil, limit: nil)
        #expect(whole.objects.count == 700 && whole.remaining == 0)
        #expect(whole.objects.allSatisfy { $0.key.namespace == "a" })
        var pages: [Stored<Pod>] = []
        var last: ObjectKey?
        repeat {
            let page = table.slice(namespace: "a", after: last, limit: 300)
            #expect(page.remaining == 700 - pages.count - page.objects.count)
            pages += page.objects
            last = page.remaining > 0 ? page.objects.last?.key : nil
        } while last != nil
        #expect(pages.map(\.key) == whole.objects.map(\.key))
        #expect(table.slice(namespace: "c", after: nil, limit: 5).objects.isEmpty)
        #expect(
            table.slice(namespace: nil, after: ObjectKey(namespace: "ab", name: "p1699"), limit: nil).objects.count
                == 700)
        #expect(table.slice(namespace: "a", after: ObjectKey(namespace: "b", name: "p"), limit: nil).objects.isEmpty)
    }
}
