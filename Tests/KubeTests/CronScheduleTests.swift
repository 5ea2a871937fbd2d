import Testing

@testable import Kube

@Suite struct CronScheduleTests {
    private func calendar(_ text: String) throws -> CronSchedule.Calendar? {
        guard case .calendar(let calendar) = try CronSchedule(parsing: text) else { return nil }
        return calendar
    }

    private func list(_ values: CronSchedule.Values?) -> [Int] { (0..<64).filter { values?.contains($0) == true } }

    @Test(arguments: [
        Row("a value", "5", [5]), Row("a list", "1,2,40", [1, 2, 40]), Row("a range", "10-13", [10, 11, 12, 13]),
        Row("a range with steps", "10-20/5", [10, 15, 20]), Row("everything in steps", "*/20", [0, 20, 40]),
        Row("a start with steps", "50/4", [50, 54, 58]), Row("a question mark", "?/30", [0, 30]),
        Row("a step beyond the end", "*/100", [0]), Row("pieces together", "0,30-32,*/29", [0, 29, 30, 31, 32, 58]),
    ])
    func readsMinutes(_ row: Row<String, [Int]>) throws {
        #expect(list(try calendar("\(row.input) * * * *")?.minutes) == row.expected)
    }

    @Test func `each field has its place, its range and its names`() throws {
        let schedule = try #require(try calendar("1 2 3 jan-MAR Mon,fri"))
        #expect(list(schedule.minutes) == [1])
        #expect(list(schedule.hours) == [2])
        #expect(list(schedule.daysOfMonth) == [3])
        #expect(list(schedule.months) == [1, 2, 3])
        #expect(list(schedule.daysOfWeek) == [1, 5])
        let any = try #require(try calendar("* * * * *"))
        #expect(list(any.daysOfMonth) == Array(1...31) && list(any.daysOfWeek) == Array(0...6))
    }

    @Test(arguments: [
        Row("a star", "*", true), Row("a question mark", "?", true), Row("a star in steps of one", "*/1", true),
        Row("a star in steps", "*/2", false), Row("the whole range", "1-31", false),
        Row("a star in a list", "1,*", true),
    ])
    func knowsWhatIsAny(_ row: Row<String, Bool>) throws {
        #expect(try calendar("0 0 \(row.input) * *")?.daysOfMonth.isAny == row.expected)
    }

    @Test(arguments: [
        Row("yearly", "@yearly", "0 0 1 1 *"), Row("annually", "@annually", "0 0 1 1 *"),
        Row("monthly", "@monthly", "0 0 1 * *"), Row("weekly", "@weekly", "0 0 * * 0"),
        Row("daily", "@daily", "0 0 * * *"), Row("midnight", "@midnight", "0 0 * * *"),
        Row("hourly", "@hourly", "0 * * * *"), Row("space around", "  0 \t*  * * * ", "0 * * * *"),
    ])
    func readsShortForms(_ row: Row<String, String>) throws {
        #expect(try CronSchedule(parsing: row.input) == CronSchedule(parsing: row.expected))
    }

    @Test(arguments: [
        Row("hours and minutes", "@every 1h30m", 5400), Row("a fraction", "@every 1.5h", 5400),
        Row("less than a second", "@every 10ms", 1), Row("seconds and a bit", "@every 2500ms", 2),
    ])
    func readsIntervals(_ row: Row<String, Int64>) throws {
        #expect(try CronSchedule(parsing: row.input) == .every(seconds: row.expected))
    }

    @Test(arguments: [
        Row("six fields", "* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
        Row("a minute too many", "60 * * * *", "end of range (60) above maximum (59): 60 (in the field minute)"),
        Row("a day too few", "* * 0 * *", "beginning of range (0) below minimum (1): 0 (in the field day of month)"),
        Row("the eighth day", "* * * * 7", "end of range (7) above maximum (6): 7 (in the field day of week)"),
        Row("backwards", "5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1 (in the field minute)"),
        Row("no step", "*/0 * * * *", "step of range should be a positive number: */0 (in the field minute)"),
        Row("a negative step", "*/-5 * * * *", "negative number (-5) not allowed: -5 (in the field minute)"),
        Row("hyphens", "1-2-3 * * * *", "too many hyphens: 1-2-3 (in the field minute)"),
        Row("slashes", "1/2/3 * * * *", "too many slashes: 1/2/3 (in the field minute)"),
        Row(
            "a word", "x * * * *",
            "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax (in the field minute)"),
        Row(
            "nothing before the hyphen", "-1 * * * *",
            "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax (in the field minute)"),
        Row(
            "a number without end", "99999999999999999999 * * * *",
            "failed to parse int from 99999999999999999999: strconv.Atoi: parsing \"99999999999999999999\": value out of "
                + "range (in the field minute)"
        ),
        Row(
            "names belong to months and days", "jan * * * *",
            "failed to parse int from jan: strconv.Atoi: parsing \"jan\": invalid syntax (in the field minute)"),
        Row("an unknown short form", "@sometimes", "unrecognized descriptor: @sometimes"),
        Row(
            "an interval without a unit", "@every 5",
            "failed to parse duration @every 5: time: missing unit in duration \"5\""),
        Row(
            "an unknown unit", "@every 5d",
            "failed to parse duration @every 5d: time: unknown unit \"d\" in duration \"5d\""),
        Row("no interval", "@every x", "failed to parse duration @every x: time: invalid duration \"x\""),
    ])
    func refuses(_ row: Row<String, String>) {
        #expect(throws: CronSchedule.ParseError(words: row.expected)) { try CronSchedule(parsing: row.input) }
    }
}
