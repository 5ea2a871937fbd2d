/// Go's `time.Duration` as text: `1h15m30.5s`, `250ms`, `0s`. Nanoseconds otherwise.
enum GoDuration {
    private static let units: [(name: String, nanos: Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1000),
        ("ns", 1),
    ]

    /// Below a second one small unit; from there hours, minutes and seconds with a fraction.
    static func format(_ nanos: Int64) -> String {
        let sign = nanos < 0 ? "-" : ""
        let size = nanos.magnitude
        if size == 0 { return "0s" }
        if size < 1_000_000_000 {
            let unit = units.first { $0.nanos.magnitude <= size } ?? units[5]
            return sign + decimal(size, unit.nanos.magnitude) + unit.name
        }
        let (minutes, rest) = size.quotientAndRemainder(dividingBy: 60_000_000_000)
        let seconds = decimal(rest, 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
        let (whole, fraction) = value.quotientAndRemainder(dividingBy: unit)
        if fraction == 0 { return String(whole) }
        var digits = String(unit + fraction).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// Nil when the text is no duration, or longer than 292 years.
    static func parse(_ text: String) -> Int64? {
        var rest = Substring(text)
        var isNegative = false
        if let sign = rest.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            rest.removeFirst()
        }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
            rest = rest.dropFirst(name.count)
            guard let nanos = nanos(number, unit: String(name)) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(nanos)
            guard !overflow else { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    private static func nanos(_ number: Substring, unit name: String) -> Int64? {
        let name = name == "us" || name == "μs" ? "µs" : name
        guard let unit = units.first(where: { $0.name == name })?.nanos else { return nil }
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard number != ".", !number.isEmpty, let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        if parts.count == 1 || parts[1].isEmpty { return product }
        // Digit by digit: what is finer than a nanosecond is cut, as Go does.
        var fraction: Int64 = 0
        var scale = unit
        for digit in parts[1].utf8 {
            guard (48...57).contains(digit) else { return nil }
            scale /= 10
            fraction += Int64(digit - 48) * scale
        }
        let (sum, isTooLong) = product.addingReportingOverflow(fraction)
        return isTooLong ? nil : sum
    }
}
