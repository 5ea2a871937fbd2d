import Foundation

extension Console {
    /// `Mon, 02 Jan 2006 15:04:05 -0700` in local time, as describe prints times.
    func printed(_ date: Date) -> String {
        let offset = zoneOffset(date)
        let local = Int(date.timeIntervalSince1970.rounded(.down)) + offset
        let (day, clock) = (local.flooredQuotient(86400), local - local.flooredQuotient(86400) * 86400)
        let civil = civilDate(day)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][day - day.flooredQuotient(7) * 7]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][civil.month - 1]
        let zone = abs(offset)
        return "\(weekday), \(two(civil.day)) \(month) \(civil.year) "
            + "\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60)) "
            + "\(offset < 0 ? "-" : "+")\(two(zone / 3600))\(two(zone / 60 % 60))"
    }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// The proleptic Gregorian date of a day counted from 1970-01-01.
private func civilDate(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let z = day + 719_468
    let era = z.flooredQuotient(146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let m = (5 * dayOfYear + 2) / 153
    let month = m < 10 ? m + 3 : m - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1)
}

extension Int {
    fileprivate func flooredQuotient(_ divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
