/// Completion indexes as text, `1,3-5,7`, held to upstream's rules with its words (batch `validateIndexesFormat`): in
/// order, without overlaps, below the completions. One pass, for the text may have 64 KiB and come from anybody.
enum IndexNotation {
    struct Problem: Error, Hashable {
        let words: String
    }

    /// How many indexes the text names.
    static func count(_ text: String, completions: Int) throws(Problem) -> Int {
        if text.isEmpty { return 0 }
        var last: Int?
        var total = 0
        for part in parts(text, UInt8(ascii: ",")) {
            let interval = try parse(part, completions: completions)
            if let last, last >= interval.lowerBound {
                throw Problem(
                    words: "non-increasing order, previous: \(last), current: \(interval.lowerBound)")
            }
            total += interval.count
            last = interval.upperBound
        }
        return total
    }

    /// The first index both texts name. Parts that cannot be read count as absent: `count` is there to refuse them.
    static func firstShared(_ one: String, _ other: String, completions: Int) -> Int? {
        let (left, right) = (intervals(one, completions), intervals(other, completions))
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if left[i].overlaps(right[j]) { return max(left[i].lowerBound, right[j].lowerBound) }
            if left[i].lowerBound <= right[j].lowerBound { i += 1 } else { j += 1 }
        }
        return nil
    }

    private static func intervals(_ text: String, _ completions: Int) -> [ClosedRange<Int>] {
        if text.isEmpty { return [] }
        return parts(text, UInt8(ascii: ",")).compactMap { part in
            try? parse(part, completions: completions)  // refused by `count`, where it is called
        }
    }

    private static func parse(
        _ part: Substring.UTF8View, completions: Int
    ) throws(Problem) -> ClosedRange<Int> {
        let ends = part.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
        if ends.count > 2 {
            throw Problem(
                words:
                    "the fragment \(String(Substring(part)).goQuoted) violates the requirement that an index interval "
                    + "can have at most two parts separated by '-'")
        }
        let first = try index(ends[0], completions: completions)
        if ends.count == 1 { return first...first }
        let last = try index(ends[1], completions: completions)
        if first >= last { throw Problem(words: "non-increasing order, previous: \(first), current: \(last)") }
        return first...last
    }

    private static func index(_ digits: Substring.UTF8View, completions: Int) throws(Problem) -> Int {
        let text = String(Substring(digits))
        guard let index = Int(text) else {
            throw Problem(words: "cannot convert string to integer for index: \(text.goQuoted)")
        }
        if index >= completions { throw Problem(words: "too large index: \(text.goQuoted)") }
        return index
    }

    private static func parts(_ text: String, _ separator: UInt8) -> [Substring.UTF8View] {
        text.utf8.split(separator: separator, omittingEmptySubsequences: false)
    }
}
