/// What follows `@every`: `1h30m`, `1.5h`.
enum CronInterval {
    struct ParseError: Error, Hashable { let words: String }

    private static let units: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]

    /// Follows `time.ParseDuration`, errors included.
    static func nanoseconds(_ text: String) throws(ParseError) -> Int64 {
        let invalid = ParseError(words: "time: invalid duration \(text.goQuoted)")
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { throw invalid }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard let number = Double(String(digits)) else { throw invalid }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            guard !unit.isEmpty else { throw ParseError(words: "time: missing unit in duration \(text.goQuoted)") }
            guard let scale = units[String(unit)] else {
                throw ParseError(
                    words: "time: unknown unit \(String(unit).goQuoted) in duration \(text.goQuoted)")
            }
            total += number * scale
            rest = rest[unit.endIndex...]
        }
        guard total < 9.2e18 else { throw invalid }
        return isNegative ? -Int64(total) : Int64(total)
    }
}
