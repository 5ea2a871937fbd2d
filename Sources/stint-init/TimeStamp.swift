/// RFC 3339 in UTC with nine digits behind the second, without Foundation.
struct TimeStamp {
    /// `2026-01-02T03:04:05.000000006Z`
    private(set) var bytes = [UInt8](repeating: UInt8(ascii: "0"), count: 30)
    private var second: Int64 = .min

    /// - Parameter nanoseconds: since 1970.
    mutating func update(_ nanoseconds: Int64) {
        let (second, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        put(Int(fraction), digits: 9, at: 20)
        guard second != self.second else { return }
        self.second = second
        let (days, rest) = second.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = Self.date(daysSince1970: Int(days))
        put(year, digits: 4, at: 0)
        put(month, digits: 2, at: 5)
        put(day, digits: 2, at: 8)
        put(Int(rest / 3600), digits: 2, at: 11)
        put(Int(rest / 60 % 60), digits: 2, at: 14)
        put(Int(rest % 60), digits: 2, at: 17)
        for (index, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (29, "Z")] {
            bytes[index] = mark.utf8.first!
        }
    }

    private mutating func put(_ value: Int, digits: Int, at start: Int) {
        var value = value
        for index in (start..<start + digits).reversed() {
            bytes[index] = UInt8(ascii: "0") + UInt8(value % 10)
            value /= 10
        }
    }

    /// The Gregorian date, counted in years that begin in March so that the leap day is the last
    /// (https://howardhinnant.github.io/date_algorithms.html#civil_from_days). Not before 1970.
    private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }
}
