/// When a CronJob runs: five fields (minute, hour, day of month, month, day of week), `@hourly` and its like, or
/// `@every 1h30m`. Read as upstream reads it (robfig/cron `ParseStandard`), with its words for what is wrong.
public enum CronSchedule: Hashable, Sendable {
    /// Minutes at which it is time.
    case calendar(Calendar)
    /// Seconds from one time to the next, at least one.
    case every(seconds: Int64)

    /// The allowed values of each field.
    public struct Calendar: Hashable, Sendable {
        public var minutes: Values
        public var hours: Values
        public var daysOfMonth: Values
        public var months: Values
        public var daysOfWeek: Values
    }

    public struct Values: Hashable, Sendable {
        /// Bit `n` for the value `n`.
        public var bits: UInt64 = 0
        /// Written as `*` or `?`. A day must be in both fields of days when one of them is; otherwise in either.
        public var isAny = false

        public func contains(_ value: Int) -> Bool { (0..<64).contains(value) && bits & 1 << UInt64(value) != 0 }
    }

    public struct ParseError: Error, Hashable {
        public let words: String
    }

    public init(parsing text: String) throws(ParseError) {
        if text.hasPrefix("@") {
            self = try Self.parse(descriptor: text)
            return
        }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 5 else {
            throw ParseError(
                words: "expected exactly 5 fields, found \(words.count): [\(words.joined(separator: " "))]")
        }
        self = .calendar(
            Calendar(
                minutes: try CronField.minute.parse(words[0]), hours: try CronField.hour.parse(words[1]),
                daysOfMonth: try CronField.dayOfMonth.parse(words[2]), months: try CronField.month.parse(words[3]),
                daysOfWeek: try CronField.dayOfWeek.parse(words[4])))
    }

    private static func parse(descriptor text: String) throws(ParseError) -> CronSchedule {
        switch text {
        case "@yearly", "@annually": return try CronSchedule(parsing: "0 0 1 1 *")
        case "@monthly": return try CronSchedule(parsing: "0 0 1 * *")
        case "@weekly": return try CronSchedule(parsing: "0 0 * * 0")
        case "@daily", "@midnight": return try CronSchedule(parsing: "0 0 * * *")
        case "@hourly": return try CronSchedule(parsing: "0 * * * *")
        default: break
        }
        guard text.hasPrefix("@every ") else { throw ParseError(words: "unrecognized descriptor: \(text)") }
        let interval = String(text.dropFirst("@every ".count))
        guard let nanoseconds = GoDuration.parse(interval) else {
            throw ParseError(words: "failed to parse duration \(text): \(problem(ofDuration: interval))")
        }
        return .every(seconds: max(1, nanoseconds / 1_000_000_000))
    }

    /// Go's words for a duration that is none.
    private static func problem(ofDuration text: String) -> String {
        func isNumber(_ character: Character) -> Bool { character == "." || ("0"..."9").contains(character) }
        var rest = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        while let first = rest.first, isNumber(first) {
            rest = rest.drop(while: isNumber)
            let unit = String(rest.prefix { !isNumber($0) })
            if unit.isEmpty { return "time: missing unit in duration \(text.goQuoted)" }
            if GoDuration.parse("1\(unit)") == nil {
                return "time: unknown unit \(unit.goQuoted) in duration \(text.goQuoted)"
            }
            rest = rest.dropFirst(unit.count)
        }
        return "time: invalid duration \(text.goQuoted)"
    }
}

/// One of the five fields: its range, and names for values where there are any.
private struct CronField {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []

    static let minute = CronField(name: "minute", range: 0...59)
    static let hour = CronField(name: "hour", range: 0...23)
    static let dayOfMonth = CronField(name: "day of month", range: 1...31)
    static let month = CronField(
        name: "month", range: 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
    static let dayOfWeek = CronField(
        name: "day of week", range: 0...6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    /// A list of ranges with steps.
    func parse(_ text: String) throws(CronSchedule.ParseError) -> CronSchedule.Values {
        var values = CronSchedule.Values()
        do {
            for part in text.split(separator: ",") { try add(String(part), to: &values) }
        } catch {
            // Upstream's words, which do not say which of the five it is.
            throw .init(words: "\(error.words) (in the field \(name))")
        }
        return values
    }

    private func add(_ text: String, to values: inout CronSchedule.Values) throws(CronSchedule.ParseError) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let bounds = halves[0].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        var (start, end) = (range.lowerBound, range.upperBound)
        var isAny = bounds[0] == "*" || bounds[0] == "?"
        if !isAny {
            guard bounds.count <= 2 else { throw .init(words: "too many hyphens: \(text)") }
            start = try value(bounds[0])
            end = bounds.count == 2 ? try value(bounds[1]) : start
        }
        guard halves.count <= 2 else { throw .init(words: "too many slashes: \(text)") }
        var step = 1
        if halves.count == 2 {
            step = try Self.number(halves[1])
            // `5/15` runs to the end of the range.
            if bounds.count == 1 { end = range.upperBound }
            if step > 1 { isAny = false }
        }
        if start < range.lowerBound {
            throw .init(words: "beginning of range (\(start)) below minimum (\(range.lowerBound)): \(text)")
        }
        if end > range.upperBound {
            throw .init(words: "end of range (\(end)) above maximum (\(range.upperBound)): \(text)")
        }
        if start > end { throw .init(words: "beginning of range (\(start)) beyond end of range (\(end)): \(text)") }
        if step == 0 { throw .init(words: "step of range should be a positive number: \(text)") }
        for value in stride(from: start, through: end, by: min(step, 64)) { values.bits |= 1 << UInt64(value) }
        if isAny { values.isAny = true }
    }

    private func value(_ text: String) throws(CronSchedule.ParseError) -> Int {
        if let index = names.firstIndex(of: text.lowercased()) { return range.lowerBound + index }
        return try Self.number(text)
    }

    private static func number(_ text: String) throws(CronSchedule.ParseError) -> Int {
        guard let number = Int(text) else {
            let digits = text.drop { $0 == "+" || $0 == "-" }
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
            throw .init(
                words: "failed to parse int from \(text): strconv.Atoi: parsing \(text.goQuoted): "
                    + (isNumber ? "value out of range" : "invalid syntax"))
        }
        if number < 0 { throw .init(words: "negative number (\(number)) not allowed: \(text)") }
        return number
    }
}
