import Foundation

extension CronSchedule {
    /// The first time of the schedule after a moment, in a zone; nil when there is none within five years
    /// (`0 0 30 2 *`).
    ///
    /// When clocks change this does what upstream's does (robfig/cron, `SpecSchedule.Next`), hour by hour: a time that is
    /// skipped does not come that day, one that clocks show twice comes twice.
    public func next(after date: Date, in zone: Zone) -> Date? {
        let second = Int64(date.timeIntervalSince1970.rounded(.down))
        switch self {
        case .every(let seconds): return Date(timeIntervalSince1970: TimeInterval(second + seconds))
        case .calendar(let calendar):
            var search = Search(calendar: calendar, zone: zone, moment: second + 1)
            return search.run().map { Date(timeIntervalSince1970: TimeInterval($0)) }
        }
    }
}

/// Goes through months, days, hours and minutes, each until it fits; where one passes its end, the larger ones have to fit
/// anew.
private struct Search {
    let calendar: CronSchedule.Calendar
    let zone: Zone
    var moment: Int64
    /// The smaller parts are at their beginning.
    private var isAtBeginning = false

    init(calendar: CronSchedule.Calendar, zone: Zone, moment: Int64) {
        (self.calendar, self.zone, self.moment) = (calendar, zone, moment)
    }

    private var civil: CivilTime { zone.civil(at: moment) }

    mutating func run() -> Int64? {
        let lastYear = civil.year + 5
        while civil.year <= lastYear {
            if fitMonth() && fitDay() && fitHour() && fitMinute() && fitSecond() { return moment }
        }
        return nil
    }

    /// False when the year ended.
    private mutating func fitMonth() -> Bool {
        while !calendar.months.contains(civil.month) {
            let now = civil
            begin(CivilTime(now.year, now.month, 1))
            var next = civil
            next.month += 1
            moment = zone.moment(of: next)
            if civil.month == 1 { return false }
        }
        return true
    }

    /// False when the month ended. Where midnight is skipped the day begins at one, or the step ended the evening before.
    private mutating func fitDay() -> Bool {
        while !fits(day: civil) {
            let now = civil
            begin(CivilTime(now.year, now.month, now.day))
            var next = civil
            next.day += 1
            moment = zone.moment(of: next)
            let hour = civil.hour
            if hour != 0 { moment += Int64(hour > 12 ? 24 - hour : -hour) * 3600 }
            if civil.day == 1 { return false }
        }
        return true
    }

    private func fits(day: CivilTime) -> Bool {
        let month = calendar.daysOfMonth.contains(day.day)
        let week = calendar.daysOfWeek.contains(day.dayOfWeek)
        return calendar.daysOfMonth.isAny || calendar.daysOfWeek.isAny ? month && week : month || week
    }

    private mutating func fitHour() -> Bool {
        while !calendar.hours.contains(civil.hour) {
            let now = civil
            begin(CivilTime(now.year, now.month, now.day, now.hour))
            moment += 3600
            if civil.hour == 0 { return false }
        }
        return true
    }

    private mutating func fitMinute() -> Bool {
        while !calendar.minutes.contains(civil.minute) {
            if !isAtBeginning {
                isAtBeginning = true
                moment = moment.floorDivided(by: 60) * 60
            }
            moment += 60
            if civil.minute == 0 { return false }
        }
        return true
    }

    /// Schedules have no seconds: they are all at the full minute.
    private mutating func fitSecond() -> Bool {
        let second = civil.second
        if second == 0 { return true }
        isAtBeginning = true
        moment += Int64(60 - second)
        return false
    }

    private mutating func begin(_ time: CivilTime) {
        if isAtBeginning { return }
        isAtBeginning = true
        moment = zone.moment(of: time)
    }
}
