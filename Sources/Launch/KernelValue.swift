/// Values of kernel parameters, as they are written and as the kernel shows them.
public enum KernelValue {
    /// Whether what the kernel shows is what was asked for: the same words, whatever is between them. Numbers in a list
    /// (`ip_local_reserved_ports`) are shown in order and as ranges.
    public static func agree(_ asked: String, _ shown: String) -> Bool { words(asked) == words(shown) }

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map { word in
            guard let ranges = ranges(word) else { return String(word) }
            return ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        }
    }

    /// Joined where they touch; nil of what is no list.
    private static func ranges(_ word: Substring) -> [ClosedRange<UInt32>]? {
        var found: [ClosedRange<UInt32>] = []
        for item in word.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = UInt16(ends[0]), let last = UInt16(ends[ends.count - 1]), first <= last else {
                return nil
            }
            found.append(UInt32(first)...UInt32(last))
        }
        var joined: [ClosedRange<UInt32>] = []
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
