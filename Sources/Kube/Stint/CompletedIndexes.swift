/// Completion indexes as `status.completedIndexes` and the annotation `stint.dev/completed-before` write them: `1,3-5,7`.
/// Kept as intervals: a Job of 100,000 indexes costs what its gaps cost.
public struct CompletedIndexes: Equatable, Sendable {
    /// In order, not touching each other.
    public private(set) var intervals: [ClosedRange<Int>]

    /// Parts that cannot be read, and indexes from `limit` on, are left out: clients may write what is read here.
    public init(_ text: String, below limit: Int) {
        let found = text.split(separator: ",").compactMap { part -> ClosedRange<Int>? in
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], first >= 0, first < limit, let last = ends[ends.count - 1], last >= first else {
                return nil
            }
            return first...min(last, limit - 1)
        }
        intervals = Self.merged(found)
    }

    public var count: Int { intervals.reduce(0) { $0 + $1.count } }

    public func contains(_ index: Int) -> Bool {
        var (low, high) = (0, intervals.count)
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].upperBound < index { low = middle + 1 } else { high = middle }
        }
        return low < intervals.count && intervals[low].contains(index)
    }

    public mutating func formUnion(_ others: CompletedIndexes) {
        intervals = Self.merged(intervals + others.intervals)
    }

    /// Two neighbours are written `3,4`, three and more `3-5`, as upstream writes them.
    public var text: String {
        intervals.map { interval in
            switch interval.count {
            case 1: "\(interval.lowerBound)"
            case 2: "\(interval.lowerBound),\(interval.upperBound)"
            default: "\(interval.lowerBound)-\(interval.upperBound)"
            }
        }.joined(separator: ",")
    }

    private static func merged(_ intervals: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for interval in intervals.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, interval.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, interval.upperBound)
            } else {
                result.append(interval)
            }
        }
        return result
    }
}
