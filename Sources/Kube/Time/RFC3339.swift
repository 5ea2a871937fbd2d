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
        var text = local(CivilTime(secondsSince1970: seconds))
        if fractionDigits > 0 {
            text += "."
            append(Int(fraction), width: fractionDigits, to: &text)
        }
        text += "Z"
        return text
    }

    /// As clocks in a zone show it, in whole seconds: `2026-01-02T04:04:05+01:00`; `Z` where the offset is none, as Go does.
    public static func format(_ date: Date, in zone: Zone) -> String {
        let offset = zone.offset(at: date)
        let text = local(zone.civil(at: Int64(date.timeIntervalSince1970.rounded(.down))))
        if offset == 0 { return text + "Z" }
        var end = offset < 0 ? "-" : "+"
        append(abs(offset) / 3600, width: 2, to: &end)
        end += ":"
        append(abs(offset) / 60 % 60, width: 2, to: &end)
        return text + end
    }

    private static func local(_ time: CivilTime) -> String {
        var text = ""
        text.reserveCapacity(32)
        append(time.year, width: 4, to: &text)
        text += "-"
        append(time.month, width: 2, to: &text)
        text += "-"
        append(time.day, width: 2, to: &text)
        text += "T"
        append(time.hour, width: 2, to: &text)
        text += ":"
        append(time.minute, width: 2, to: &text)
        text += ":"
        append(time.second, width: 2, to: &text)
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
        let seconds = CivilTime(year, month, day, hour, minute, second).secondsSince1970 - Int64(offset)
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static func append(_ value: Int, width: Int, to text: inout String) {
        let digits = String(value)
        for _ in 0..<max(0, width - digits.utf8.count) { text += "0" }
        text += digits
    }
}
