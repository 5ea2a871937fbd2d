import Foundation

/// Times as RFC 3339 writes them. Written by hand because it is on the path of every object, and Foundation's
/// formatters cost a hundred times more.
public enum RFC3339 {
    /// `2026-01-02T03:04:05Z`, or with a fraction of the given number of digits, always in UTC.
    public static func format(_ date: Date, fractionDigits: Int) -> String {
        let scale = [1.0, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9][fractionDigits]
        let ticks = Int64((date.timeIntervalSince1970 * scale).rounded(fractionDigits == 0 ? .down : .toNearestOrEven))
        var (seconds, fraction) = ticks.quotientAndRemainder(dividingBy: Int64(scale))
        if fraction < 0 {
            seconds -= 1
            fraction += Int64(scale)
        }
        let (year, month, day, clock) = civil(seconds)
        var text = ""
        text.reserveCapacity(32)
        append(year, width: 4, to: &text)
        text += "-"
        append(month, width: 2, to: &text)
        text += "-"
        append(day, width: 2, to: &text)
        text += "T"
        append(clock / 3600, width: 2, to: &text)
        text += ":"
        append(clock / 60 % 60, width: 2, to: &text)
        text += ":"
        append(clock % 60, width: 2, to: &text)
        if fractionDigits > 0 {
            text += "."
            append(Int(fraction), width: fractionDigits, to: &text)
        }
        text += "Z"
        return text
    }

    /// Reads any RFC 3339 time, offsets included; nil when the text is not one.
    public static func parse(_ text: String) -> Date? {
        var bytes = Array(text.utf8)[...]
        func number(_ count: Int) -> Int? {
            guard bytes.count >= count else { return nil }
            var value = 0
            for byte in bytes.prefix(count) {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            bytes.removeFirst(count)
            return value
        }
        func skip(_ characters: String) -> Bool {
            guard let first = bytes.first, characters.utf8.contains(first) else { return false }
            bytes.removeFirst()
            return true
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt"),
            let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction = 0.0
        if skip(".") {
            var scale = 0.1
            guard let first = bytes.first, (48...57).contains(first) else { return nil }
            while let byte = bytes.first, (48...57).contains(byte) {
                fraction += Double(byte - 48) * scale
                scale /= 10
                bytes.removeFirst()
            }
        }
        var offset = 0
        if !skip("Zz") {
            let negative = bytes.first == UInt8(ascii: "-")
            guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2) else { return nil }
            offset = (hours * 3600 + minutes * 60) * (negative ? -1 : 1)
        }
        guard bytes.isEmpty else { return nil }
        let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static func append(_ value: Int, width: Int, to text: inout String) {
        let digits = String(value)
        for _ in 0..<max(0, width - digits.utf8.count) { text += "0" }
        text += digits
    }

    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ seconds: Int64) -> (year: Int, month: Int, day: Int, clock: Int) {
        var (days, clock) = Int(seconds).quotientAndRemainder(dividingBy: 86400)
        if clock < 0 {
            days -= 1
            clock += 86400
        }
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let month = m < 10 ? m + 3 : m - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1, clock)
    }
}
