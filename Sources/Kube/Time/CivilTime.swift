/// A moment as clocks and calendars show it, in the proleptic Gregorian calendar.
public struct CivilTime: Hashable, Sendable {
    public var year: Int
    /// From 1. Anything else is carried over by ``secondsSince1970``.
    public var month: Int
    public var day: Int
    public var hour = 0
    public var minute = 0
    public var second = 0

    public init(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// What a clock shows that runs without a zone, so many seconds after 1970 began.
    public init(secondsSince1970 seconds: Int64) {
        let days = Int(seconds.floorDivided(by: 86400))
        let rest = Int(seconds - Int64(days) * 86400)
        // Years that begin in March have their leap day at the end; 146,097 days are 400 years.
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1,
            rest / 3600, rest / 60 % 60, rest % 60)
    }

    /// Parts that are out of range are carried over: the 32nd of January is the 1st of February.
    public var secondsSince1970: Int64 {
        let months = year * 12 + (month - 1)
        let year = months.floorDivided(by: 12)
        let month = months - year * 12 + 1
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.floorDivided(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return Int64(days) * 86400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
    }

    /// 0 is Sunday.
    public var dayOfWeek: Int {
        let days = Int(CivilTime(year, month, day).secondsSince1970.floorDivided(by: 86400))
        return (days + 4) - (days + 4).floorDivided(by: 7) * 7
    }
}

extension BinaryInteger {
    func floorDivided(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
