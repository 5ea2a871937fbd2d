/// The small language of stint's annotations: `key=value` pairs, durations with days, counts. Blanks around a part are
/// forgiven, because YAML makes them; nothing else is.
enum AdditionText {
    /// A hundred years. What is longer is a mistake, and sums of what is shorter cannot overflow.
    static let longestDays = 36500

    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }

    static func pairs(_ text: String, keys: [String]) throws(AdditionError) -> [(key: String, value: String)] {
        let known = keys.map { $0 + "=…" }.joined(separator: ", ")
        if trimmed(text).isEmpty { throw AdditionError("must have at least one of \(known)") }
        var found: [(key: String, value: String)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { trimmed($0) }
            guard halves.count == 2, keys.contains(halves[0]) else {
                throw AdditionError("\(trimmed(part).goQuoted) is none of \(known)")
            }
            if found.contains(where: { $0.key == halves[0] }) { throw AdditionError("\(halves[0]) is given twice") }
            found.append((halves[0], halves[1]))
        }
        return found
    }

    /// Seconds of a duration: Go's (`1h30m`, `250ms`), or days (`7d`).
    static func seconds(_ written: String, _ key: String) throws(AdditionError) -> Double {
        let text = trimmed(written)
        let seconds: Double
        if text.hasSuffix("d"), let days = number(text.dropLast()) {
            seconds = days * 86400
        } else if let nanoseconds = GoDuration.parse(text), nanoseconds >= 0 {
            seconds = Double(nanoseconds) / 1e9
        } else {
            throw AdditionError("\(key) must be a duration such as 90s, 10m or 7d, not \(text.goQuoted)")
        }
        if seconds > Double(longestDays) * 86400 {
            throw AdditionError("\(key) must not be longer than \(longestDays)d, not \(text.goQuoted)")
        }
        return seconds
    }

    static func wholeSeconds(_ text: String, _ key: String) throws(AdditionError) -> Int64 {
        guard let whole = Int64(exactly: try seconds(text, key)) else {
            throw AdditionError("\(key) must be in whole seconds, not \(trimmed(text).goQuoted)")
        }
        return whole
    }

    static func number(_ text: String, _ key: String, in range: ClosedRange<Double>) throws(AdditionError) -> Double {
        guard let number = number(text[...]), range.contains(number) else {
            throw AdditionError(
                "\(key) must be a number from \(Int(range.lowerBound)) to \(Int(range.upperBound)), not \(text.goQuoted)"
            )
        }
        return number
    }

    static func count(_ text: String, _ key: String, in range: ClosedRange<Int>) throws(AdditionError) -> Int {
        guard isDigits(text[...]), let count = Int(text), range.contains(count) else {
            throw AdditionError(
                "\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(text.goQuoted)")
        }
        return count
    }

    static func bytes(_ text: String, _ key: String) throws(AdditionError) -> Quantity {
        guard let quantity = Quantity(text), quantity > .zero, quantity == Quantity(bytes: quantity.value) else {
            throw AdditionError("\(key) must be an amount of memory such as 2Gi, not \(text.goQuoted)")
        }
        return quantity
    }

    /// Seconds. In no time at all no pod starts.
    static func startDeadline(_ text: String) throws(AdditionError) -> Double {
        let deadline = try seconds(text, "the start deadline")
        if deadline <= 0 { throw AdditionError("the start deadline must be more than 0s") }
        return deadline
    }

    /// Seconds.
    static func cronSpread(_ text: String) throws(AdditionError) -> Double { try seconds(text, "the spread") }

    /// Digits with at most one point: no sign, no exponent, no `nan`, no hexadecimal number, all of which `Double` reads.
    private static func number(_ text: Substring) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.isEmpty || isDigits($0) }), text != "." else { return nil }
        return Double(text)
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
