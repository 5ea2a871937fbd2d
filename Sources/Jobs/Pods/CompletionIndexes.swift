/// Completion indexes as Kubernetes writes them: `1,3-5,7`. Kept as intervals, so that a Job of 100,000 indexes costs
/// what its gaps cost.
struct CompletionIndexes: Equatable, Sendable {
    /// In order, not touching each other.
    private(set) var intervals: [ClosedRange<Int>] = []

    init() {}

    /// Reads the text and drops what is not below `limit`. Parts that cannot be read are left out: the text comes from a
    /// status that clients may write.
    init(_ text: String, below limit: Int) {
        var found: [ClosedRange<Int>] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = Int(ends[0]), first >= 0, first < limit else { continue }
            guard let last = ends.count == 1 ? first : Int(ends[1]), last >= first else { continue }
            found.append(first...min(last, limit - 1))
        }
        merge(found)
    }

    var count: Int { intervals.reduce(0) { $0 + $1.count } }

    func contains(_ index: Int) -> Bool {
        var low = 0
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].upperBound < index { low = middle + 1 } else { high = middle }
        }
        return low < intervals.count && intervals[low].contains(index)
    }

    mutating func insert(_ indexes: [Int]) {
        merge(indexes.map { $0...$0 })
    }

    /// Two neighbours are written `3,4`, three and more `3-5`.
    var text: String {
        intervals.map { interval in
            switch interval.count {
            case 1: "\(interval.lowerBound)"
            case 2: "\(interval.lowerBound),\(interval.upperBound)"
            default: "\(interval.lowerBound)-\(interval.upperBound)"
            }
        }.joined(separator: ",")
    }

    /// The first so many indexes below `limit` that are neither in the set nor among `others`.
    func firstMissing(_ number: Int, below limit: Int, besides others: [Int]) -> [Int] {
        var taken = self
        taken.insert(others)
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

    private mutating func merge(_ more: [ClosedRange<Int>]) {
        guard !more.isEmpty else { return }
        var result: [ClosedRange<Int>] = []
        for interval in (intervals + more).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, interval.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, interval.upperBound)
            } else {
                result.append(interval)
            }
        }
        intervals = result
    }
}
