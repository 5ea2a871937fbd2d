import Foundation

/// Keys and the moments at which they are due; the earliest is found at once. A key that is given an earlier moment keeps
/// its old one too, which is harmless: whoever is woken too often looks and finds nothing to do.
struct DueDates<Key: Hashable & Sendable>: Sendable {
    private var heap: [(date: Date, key: Key)] = []
    private var earliest: [Key: Date] = [:]

    var next: Date? { heap.first?.date }

    mutating func add(_ key: Key, at date: Date) {
        if let known = earliest[key], known <= date { return }
        earliest[key] = date
        heap.append((date, key))
        var child = heap.count - 1
        while child > 0, heap[child].date < heap[(child - 1) / 2].date {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popDue(_ now: Date) -> Key? {
        while let first = heap.first, first.date <= now {
            removeFirst()
            if earliest[first.key] == first.date {
                earliest[first.key] = nil
                return first.key
            }
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].date < heap[least].date {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
