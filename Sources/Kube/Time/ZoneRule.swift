/// How a zone goes on for ever, as the last line of its file says in POSIX's notation (tzset(3)):
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Hashable, Sendable {
    /// Seconds east of Greenwich.
    var standard: Int
    var summer: Summer?

    struct Summer: Hashable, Sendable {
        var offset: Int
        var begin: Day
        var end: Day
    }

    /// A day of each year, and the time on it in seconds after midnight, by the clock that is in force until then.
    struct Day: Hashable, Sendable {
        enum Form: Hashable, Sendable {
            /// The so many-th weekday (0 is Sunday) of a month; the fifth is the last.
            case weekday(month: Int, week: Int, day: Int)
            /// From 1 to 365, without leap days.
            case julian(Int)
            /// From 0 to 365, with leap days.
            case ordinal(Int)
        }

        var form: Form
        var time = 7200
    }

    init?(_ text: String) {
        var text = Substring(text)
        guard Self.name(&text) != nil, let standard = Self.time(&text) else { return nil }
        self.standard = -standard
        if text.isEmpty { return }
        guard Self.name(&text) != nil else { return nil }
        var offset = -standard + 3600
        if text.first != "," {
            guard let written = Self.time(&text) else { return nil }
            offset = -written
        }
        guard let begin = Self.day(&text), let end = Self.day(&text), text.isEmpty else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    func offset(at moment: Int64) -> Int {
        guard let summer else { return standard }
        let year = CivilTime(secondsSince1970: moment + Int64(standard)).year
        let begin = summer.begin.moment(in: year) - Int64(standard)
        let end = summer.end.moment(in: year) - Int64(summer.offset)
        let isSummer = begin < end ? begin <= moment && moment < end : !(end <= moment && moment < begin)
        return isSummer ? summer.offset : standard
    }

    // MARK: - Reading

    private static func name(_ text: inout Substring) -> Substring? {
        if text.first == "<" {
            guard let end = text.firstIndex(of: ">") else { return nil }
            defer { text = text[text.index(after: end)...] }
            return text[..<end]
        }
        let name = text.prefix(while: \.isLetter)
        text = text.dropFirst(name.count)
        return name.count >= 3 ? name : nil
    }

    /// `[+-]hh[:mm[:ss]]`, in seconds. Hours may be up to 167 (RFC 9636).
    private static func time(_ text: inout Substring) -> Int? {
        var sign = 1
        if let first = text.first, first == "-" || first == "+" {
            sign = first == "-" ? -1 : 1
            text.removeFirst()
        }
        var seconds = 0
        for unit in [3600, 60, 1] {
            if unit != 3600 {
                guard text.first == ":" else { break }
                text.removeFirst()
            }
            guard let number = number(&text) else { return nil }
            seconds += number * unit
        }
        return sign * seconds
    }

    private static func number(_ text: inout Substring) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        text = text.dropFirst(digits.count)
        return digits.count <= 3 ? Int(digits) : nil
    }

    private static func day(_ text: inout Substring) -> Day? {
        guard text.first == "," else { return nil }
        text.removeFirst()
        guard let form = form(&text) else { return nil }
        var day = Day(form: form)
        if text.first == "/" {
            text.removeFirst()
            guard let time = time(&text) else { return nil }
            day.time = time
        }
        return day
    }

    private static func form(_ text: inout Substring) -> Day.Form? {
        switch text.first {
        case "M":
            text.removeFirst()
            var numbers: [Int] = []
            for _ in 0..<3 {
                if text.first == "." { text.removeFirst() }
                guard let number = number(&text) else { return nil }
                numbers.append(number)
            }
            guard (1...12).contains(numbers[0]), (1...5).contains(numbers[1]), numbers[2] <= 6 else { return nil }
            return .weekday(month: numbers[0], week: numbers[1], day: numbers[2])
        case "J":
            text.removeFirst()
            return number(&text).map { .julian($0) }
        default: return number(&text).map { .ordinal($0) }
        }
    }
}

extension ZoneRule.Day {
    /// Seconds since 1970 by a clock without a zone.
    fileprivate func moment(in year: Int) -> Int64 {
        let date: CivilTime
        switch form {
        case .ordinal(let day): date = CivilTime(year, 1, 1 + day)
        case .julian(let day):
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            date = CivilTime(year, 1, day + (isLeap && day >= 60 ? 1 : 0))
        case .weekday(let month, let week, let day):
            let first = CivilTime(year, month, 1).dayOfWeek
            var number = 1 + (day - first + 7) % 7 + 7 * (week - 1)
            let length = (CivilTime(year, month + 1, 1).secondsSince1970 - CivilTime(year, month, 1).secondsSince1970)
            while number > length / 86400 { number -= 7 }
            date = CivilTime(year, month, number)
        }
        return date.secondsSince1970 + Int64(time)
    }
}
