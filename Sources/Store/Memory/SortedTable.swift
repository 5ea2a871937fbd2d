import Kube

/// Objects in key order, in chunks of bounded size.
///
/// A value: a copy is a snapshot that costs nothing to take, and the first change after it copies one chunk, not the
/// table. Insertion and removal move at most one chunk, so they cost the same with ten objects and with fifty
/// thousand (one sorted array was tried: 20 microseconds per insertion at that size, and a whole copy per snapshot).
struct SortedTable<R: Resource>: Sendable {
    static var chunkLimit: Int { 256 }

    /// Never empty inside; keys ascend within a chunk and from chunk to chunk.
    private(set) var chunks: [[Stored<R>]] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    init() {}

    /// From objects that are already in key order.
    init(sorted objects: [Stored<R>]) {
        var rest = objects[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.chunkLimit / 2)
            chunks.append(Array(chunk))
            rest = rest.dropFirst(chunk.count)
        }
        count = objects.count
    }

    struct Position: Equatable {
        var chunk: Int
        var offset: Int
    }

    /// Where the first object stands whose key is not before `key`.
    func lowerBound(_ key: ObjectKey) -> Position {
        let chunk = Self.firstIndex(below: chunks.count) { !chunks[$0].last!.key.precedes(key) }
        guard chunk < chunks.count else { return Position(chunk: chunk, offset: 0) }
        let offset = Self.firstIndex(below: chunks[chunk].count) { !chunks[chunk][$0].key.precedes(key) }
        return Position(chunk: chunk, offset: offset)
    }

    subscript(key: ObjectKey) -> Stored<R>? {
        let position = lowerBound(key)
        guard position.chunk < chunks.count else { return nil }
        let found = chunks[position.chunk][position.offset]
        return found.key == key ? found : nil
    }

    /// Puts an object in, in place of the one with the same key if there is one.
    mutating func set(_ object: Stored<R>) {
        var position = lowerBound(object.key)
        if position.chunk < chunks.count {
            if chunks[position.chunk][position.offset].key == object.key {
                chunks[position.chunk][position.offset] = object
                return
            }
        } else if chunks.isEmpty {
            chunks.append([])
            position = Position(chunk: 0, offset: 0)
        } else {
            position = Position(chunk: chunks.count - 1, offset: chunks[chunks.count - 1].count)
        }
        chunks[position.chunk].insert(object, at: position.offset)
        count += 1
        if chunks[position.chunk].count > Self.chunkLimit {
            let half = chunks[position.chunk].count / 2
            let tail = Array(chunks[position.chunk][half...])
            chunks[position.chunk].removeSubrange(half...)
            chunks.insert(tail, at: position.chunk + 1)
        }
    }

    mutating func remove(_ key: ObjectKey) {
        let position = lowerBound(key)
        guard position.chunk < chunks.count, chunks[position.chunk][position.offset].key == key else { return }
        chunks[position.chunk].remove(at: position.offset)
        count -= 1
        let left = chunks[position.chunk].count
        if left == 0 {
            chunks.remove(at: position.chunk)
        } else if left < Self.chunkLimit / 8, position.chunk + 1 < chunks.count,
            left + chunks[position.chunk + 1].count <= Self.chunkLimit
        {
            let next = chunks.remove(at: position.chunk + 1)
            chunks[position.chunk] += next
        }
    }

    /// The objects of a namespace (nil: all) behind `after`, at most `limit`, and how many more there are.
    func slice(namespace: String?, after: ObjectKey?, limit: Int?) -> (objects: [Stored<R>], remaining: Int) {
        var start = Position(chunk: 0, offset: 0)
        var end = Position(chunk: chunks.count, offset: 0)
        if let namespace {
            start = lowerBound(ObjectKey(namespace: namespace, name: ""))
            end = lowerBound(ObjectKey(namespace: namespace + "\0", name: ""))
        }
        if let after {
            let behind = lowerBound(ObjectKey(namespace: after.namespace, name: after.name + "\0"))
            if (behind.chunk, behind.offset) > (start.chunk, start.offset) { start = behind }
        }
        let total = max(0, ordinal(end) - ordinal(start))
        let wanted = min(limit ?? total, total)
        var objects: [Stored<R>] = []
        objects.reserveCapacity(wanted)
        var chunk = start.chunk
        var offset = start.offset
        while objects.count < wanted {
            objects += chunks[chunk][offset...].prefix(wanted - objects.count)
            chunk += 1
            offset = 0
        }
        return (objects, total - wanted)
    }

    private func ordinal(_ position: Position) -> Int {
        chunks[..<position.chunk].reduce(position.offset) { $0 + $1.count }
    }

    private static func firstIndex(below end: Int, where isTrue: (Int) -> Bool) -> Int {
        var low = 0
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if isTrue(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
