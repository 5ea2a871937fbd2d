import Foundation

extension CronSchedule {
    /// The first moment after `date` at which it is time; nil when there is none within five years.
    public func next(after date: Date, in zone: TimeZone) -> Date? {
        let seconds = Int64(date.timeIntervalSince1970.rounded(.down))
        switch self {
        case .every(let interval): return Date(timeIntervalSince1970: TimeInterval(seconds + interval))
        case .calendar(let calendar): return calendar.next(after: seconds, in: zone)
        }
    }
}

extension CronSchedule.Calendar {
    /// Walks over the minutes of the world, so that a local time that is skipped is none and one that repeats is two.
    fileprivate func next(after seconds: Int64, in zone: TimeZone) -> Date? {
        var time = seconds - seconds % 60 + 60
        let end = time + 5 * 366 * 86400
        while time < end {
            let date = Date(timeIntervalSince1970: TimeInterval(time))
            let local = time + Int64(zone.secondsFromGMT(for: date))
            if !isDay(local / 86400) {
                let rest = 86400 - local % 86400
                time += rest > 3 * 3600 ? rest - 2 * 3600 : 60  // a change of the clocks may lie between
            } else if !hours.contains(Int(local / 3600 % 24)) || !minutes.contains(Int(local / 60 % 60)) {
                time += 60
            } else {
                return date
            }
        }
        return nil
    }

    private func isDay(_ days: Int64) -> Bool {
        var calendar = Foundation.Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let date = Date(timeIntervalSince1970: TimeInterval(days * 86400))
        let parts = calendar.dateComponents([.month, .day, .weekday], from: date)
        guard let month = parts.month, let day = parts.day, let weekday = parts.weekday, months.contains(month)
        else { return false }
        let (byDate, byWeek) = (daysOfMonth.contains(day), daysOfWeek.contains(weekday - 1))
        return daysOfMonth.isAny || daysOfWeek.isAny ? byDate && byWeek : byDate || byWeek
    }
}
