/// The known word that somebody who wrote another one may have meant.
enum NearMiss {
    /// At most two letters wrong, missing, too many or swapped with the next; nil when nothing is that near.
    static func find(_ word: String, in known: [String]) -> String? {
        // A distance over a long foreign text would be slow and find nothing.
        guard word.utf8.count <= 64 else { return nil }
        let scored = known.map { (name: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
        return scored.filter { $0.distance <= 2 }.min { $0.distance < $1.distance }?.name
    }

    /// Edit distance with swaps of neighbours.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            for j in right.indices {
                var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
