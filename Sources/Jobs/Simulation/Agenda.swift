import Foundation

/// What is going to happen, soonest first; at the same moment in the order of being added. A binary heap.
struct Agenda<Item: Sendable>: Sendable {
    private var heap: [(date: Date, order: Int, item: Item)] = []
    private var added = 0

    var first: Date? { heap.first?.date }
    var isEmpty: Bool { heap.isEmpty }

    mutating func add(_ item: Item, at date: Date) {
        added += 1
        heap.append((date, added, item))
        var child = heap.count - 1
        while child > 0, isSooner(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Item {
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isSooner(child, least) {
                least = child
            }
            if least == parent { return first.item }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isSooner(_ a: Int, _ b: Int) -> Bool {
        heap[a].date != heap[b].date ? heap[a].date < heap[b].date : heap[a].order < heap[b].order
    }
}
