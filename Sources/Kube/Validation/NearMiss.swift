/// The known word that somebody who wrote another one may have meant.
enum NearMiss {
    /// At most two letters wrong, missing or too many (one in a short word), whatever the case; nil when nothing is that
    /// near.
    static func find(_ word: String, in known: [String]) -> String? {
        // A distance over a long foreign text would be slow and find nothing.
        guard word.utf8.count <= 64 else { return nil }
        let letters = Array(word.lowercased().utf8)
        let scored = known.map { (name: $0, distance: distance(letters, Array($0.utf8))) }
        return scored.filter { $0.distance <= ($0.name.utf8.count < 5 ? 1 : 2) }.min { $0.distance < $1.distance }?.name
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            for j in right.indices {
                current.append(
                    min(previous[j + 1] + 1, current[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1)))
            }
            previous = current
        }
        return previous[right.count]
    }
}
