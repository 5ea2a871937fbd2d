/// Completion indexes as `status.completedIndexes` and the annotation `stint.dev/completed-before` write them: `1,3-5,7`.
/// Kept as intervals, so that a Job of 100,000 indexes costs what its gaps cost.
public struct CompletionIndexes: Equatable, Sendable {
    /// In order, not touching each other.
    public private(set) var intervals: [ClosedRange<Int>] = []

    public init() {}

    /// Reads the text and drops what is not below `limit`. Parts that cannot be read are left out: the text comes from a
    /// status that clients may write.
    public init(_ text: String, below limit: Int) {
        var found: [ClosedRange<Int>] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = Int(ends[0]), first >= 0, first < limit else { continue }
            guard let last = ends.count == 1 ? first : Int(ends[1]), last >= first else { continue }
            found.append(first...min(last, limit - 1))
        }
        let isInOrder = zip(found, found.dropFirst()).allSatisfy { $0.lowerBound <= $1.lowerBound }
        merge(isInOrder ? found : found.sorted { $0.lowerBound < $1.lowerBound })
    }

    public var count: Int { intervals.reduce(0) { $0 + $1.count } }

    public func contains(_ index: Int) -> Bool {
        var low = 0
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].upperBound < index { low = middle + 1 } else { high = middle }
        }
        return low < intervals.count && intervals[low].contains(index)
    }

    public var isEmpty: Bool { intervals.isEmpty }

    public mutating func insert(_ indexes: [Int]) {
        merge(indexes.sorted().map { $0...$0 })
    }

    public mutating func insert(_ others: CompletionIndexes) { merge(others.intervals) }

    /// How many indexes are in both.
    public func overlap(with other: CompletionIndexes) -> Int {
        var (count, a, b) = (0, 0, 0)
        while a < intervals.count, b < other.intervals.count {
            let (mine, theirs) = (intervals[a], other.intervals[b])
            count += max(0, min(mine.upperBound, theirs.upperBound) - max(mine.lowerBound, theirs.lowerBound) + 1)
            if mine.upperBound <= theirs.upperBound { a += 1 }
            if theirs.upperBound <= mine.upperBound { b += 1 }
        }
        return count
    }

    /// Two neighbours are written `3,4`, three and more `3-5`.
    public var text: String {
        intervals.map { interval in
            switch interval.count {
            case 1: "\(interval.lowerBound)"
            case 2: "\(interval.lowerBound),\(interval.upperBound)"
            default: "\(interval.lowerBound)-\(interval.upperBound)"
            }
        }.joined(separator: ",")
    }

    /// The first so many indexes below `limit` that are neither in the set nor among `others` nor in `more`.
    public func firstMissing(
        _ number: Int, below limit: Int, besides others: [Int], _ more: CompletionIndexes? = nil
    ) -> [Int] {
        var taken = self
        taken.insert(others)
        if let more { taken.insert(more) }
        var result: [Int] = []
        var candidate = 0
        for interval in taken.intervals {
            while candidate < min(limit, interval.lowerBound), result.count < number {
                result.append(candidate)
                candidate += 1
            }
            candidate = max(candidate, interval.upperBound + 1)
        }
        while candidate < limit, result.count < number {
            result.append(candidate)
            candidate += 1
        }
        return result
    }

    /// Takes in intervals that are in order of where they begin; costs one walk over both.
    private mutating func merge(_ more: [ClosedRange<Int>]) {
        guard !more.isEmpty else { return }
        var result: [ClosedRange<Int>] = []
        result.reserveCapacity(intervals.count + more.count)
        func append(_ interval: ClosedRange<Int>) {
            if let last = result.last, interval.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, interval.upperBound)
            } else {
                result.append(interval)
            }
        }
        var next = more[...]
        for interval in intervals {
            while let other = next.first, other.lowerBound < interval.lowerBound { append(next.removeFirst()) }
            append(interval)
        }
        next.forEach(append)
        intervals = result
    }
}
