/// The saved end of an attempt's log. The ledger keeps lines as the supervisor wrote them, `<time> <stream> <F|P> <text>`;
/// this makes of them what `stint logs` prints.
enum SavedLog {
    static func text(_ bytes: [UInt8], timestamps: Bool) -> [UInt8] {
        var output: [UInt8] = []
        // Entries marked P go on in the next one; a last line without an end stays without one.
        var isInsideLine = false
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, parts[2].count == 1 else { continue }  // a write that a crash cut short
            if timestamps, !isInsideLine { output += parts[0] + [UInt8(ascii: " ")] }
            output += parts[3]
            isInsideLine = parts[2].first == UInt8(ascii: "P")
            if !isInsideLine { output.append(UInt8(ascii: "\n")) }
        }
        return output
    }
}
