import Foundation
import Testing

@testable import Kube

/// A start of a schedule in a zone, and the times that follow it.
struct CronRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let schedule: String
    let zone: String
    let after: String
    let times: [String]

    init(_ sentence: String, _ schedule: String, in zone: String = "UTC", after: String, _ times: String...) {
        testDescription = sentence
        (self.schedule, self.zone, self.after, self.times) = (schedule, zone, after, times)
    }
}

@Suite struct CronNextTests {
    /// So many times of a schedule, as clocks in the zone show them, with their offset.
    static func times(_ schedule: String, in zone: String, after: String, _ count: Int) throws -> [String] {
        let schedule = try CronSchedule(parsing: schedule)
        let zone = try #require(Zone(named: zone))
        var date = try #require(RFC3339.parse(after))
        var times: [String] = []
        for _ in 0..<count {
            guard let next = schedule.next(after: date, in: zone) else { return times + ["never"] }
            times.append(RFC3339.format(next, in: zone))
            date = next
        }
        return times
    }

    @Test(arguments: [
        CronRow(
            "every quarter of an hour", "0/15 * * * *", after: "2012-07-09T14:45:00Z", "2012-07-09T15:00:00Z",
            "2012-07-09T15:15:00Z"),
        CronRow(
            "a moment within a minute", "* * * * *", after: "2012-07-09T14:59:59.9Z", "2012-07-09T15:00:00Z"),
        CronRow("around the hours", "20-35/15 * * * *", after: "2012-07-09T15:45:00Z", "2012-07-09T16:20:00Z"),
        CronRow("around the days", "0 0 * * *", after: "2012-07-09T23:46:00Z", "2012-07-10T00:00:00Z"),
        CronRow("around the months", "0 0 9 Apr-Oct ?", after: "2012-10-09T00:00:00Z", "2013-04-09T00:00:00Z"),
        CronRow("around the years", "0 0 * Feb Mon", after: "2012-07-09T23:35:00Z", "2013-02-04T00:00:00Z"),
        CronRow(
            "a day in both fields when one is a star", "0 0 * Feb Mon/2", after: "2012-07-09T23:35:00Z",
            "2013-02-01T00:00:00Z"),
        CronRow(
            "a day in either field when none is", "0 0 13 * Fri", after: "2026-02-06T12:00:00Z",
            "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z"),
        CronRow(
            "midnight at the turn of the year", "* * * * *", after: "2012-12-31T23:59:45Z", "2013-01-01T00:00:00Z"),
        CronRow("a leap day", "0 0 29 2 *", after: "2012-07-09T23:35:00Z", "2016-02-29T00:00:00Z"),
        CronRow("a leap day over a year that is none", "0 0 29 2 *", after: "2096-03-01T00:00:00Z", "never"),
        CronRow("a day that never comes", "0 0 30 2 *", after: "2012-07-09T23:35:00Z", "never"),
        CronRow("nor this one", "0 0 31 4 *", after: "2012-07-09T23:35:00Z", "never"),
        CronRow("@hourly", "@hourly", after: "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z"),
        CronRow("@weekly is Sunday", "@weekly", after: "2026-01-01T00:30:00Z", "2026-01-04T00:00:00Z"),
        CronRow(
            "@every counts from the moment, in whole seconds", "@every 90s", after: "2026-01-01T00:00:10.7Z",
            "2026-01-01T00:01:40Z", "2026-01-01T00:03:10Z"),
        CronRow(
            "the zone's midnight", "0 0 * * *", in: "Asia/Kolkata", after: "2026-01-01T00:00:00Z",
            "2026-01-02T00:00:00+05:30"),
    ])
    func comesNext(_ row: CronRow) throws {
        #expect(try Self.times(row.schedule, in: row.zone, after: row.after, row.times.count) == row.times)
    }

    @Test(arguments: [
        CronRow(
            "spring: an hour is missing, hourly goes on", "0 * * * *", in: "America/New_York",
            after: "2012-03-11T05:00:00Z", "2012-03-11T01:00:00-05:00", "2012-03-11T03:00:00-04:00",
            "2012-03-11T04:00:00-04:00"),
        CronRow(
            "spring: what is skipped does not come that day", "0 2 * * *", in: "America/New_York",
            after: "2012-03-11T05:00:00Z", "2012-03-12T02:00:00-04:00"),
        CronRow(
            "spring: and once a year not that year", "30 2 11 Mar ?", in: "America/New_York",
            after: "2012-03-11T05:00:00Z", "2013-03-11T02:30:00-04:00"),
        CronRow(
            "autumn: an hour comes twice, and so does what is in it", "0 1 * * *", in: "America/New_York",
            after: "2012-11-04T04:00:00Z", "2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00",
            "2012-11-05T01:00:00-05:00"),
        CronRow(
            "autumn: hourly comes each hour", "0 * * * *", in: "America/New_York", after: "2012-11-04T04:00:00Z",
            "2012-11-04T01:00:00-04:00", "2012-11-04T01:00:00-05:00", "2012-11-04T02:00:00-05:00"),
        CronRow(
            "autumn: from within the first of the two hours", "30 1 4 Nov ?", in: "America/New_York",
            after: "2012-11-04T05:45:00Z", "2012-11-04T01:30:00-05:00"),
        CronRow(
            "autumn: what comes later comes once", "0 2 * * *", in: "America/New_York", after: "2012-11-04T04:00:00Z",
            "2012-11-04T02:00:00-05:00", "2012-11-05T02:00:00-05:00"),
        CronRow(
            "Berlin in spring", "30 2 * * *", in: "Europe/Berlin", after: "2026-03-28T00:00:00Z",
            "2026-03-28T02:30:00+01:00", "2026-03-30T02:30:00+02:00"),
        CronRow(
            "Berlin in autumn", "30 2 * * *", in: "Europe/Berlin", after: "2026-10-24T20:00:00Z",
            "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"),
        CronRow(
            "a zone without the midnight of a day", "0 0 * * *", in: "America/Sao_Paulo", after: "2018-11-03T12:00:00Z",
            "2018-11-05T00:00:00-02:00"),
        CronRow(
            "a change of half an hour, spring", "15 * * * *", in: "Australia/Lord_Howe", after: "2026-10-03T14:00:00Z",
            "2026-10-04T01:15:00+10:30", "2026-10-04T03:15:00+11:00"),
        CronRow(
            "a change of half an hour, autumn", "45 1 * * *", in: "Australia/Lord_Howe", after: "2026-04-04T14:00:00Z",
            "2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30", "2026-04-06T01:45:00+10:30"),
        CronRow(
            "a year the zone's file ends before", "30 2 * * *", in: "Europe/Berlin", after: "2061-03-26T12:00:00Z",
            "2061-03-28T02:30:00+02:00"),
    ])
    func `clocks change`(_ row: CronRow) throws {
        #expect(try Self.times(row.schedule, in: row.zone, after: row.after, row.times.count) == row.times)
    }

    /// Every minute of the days around both changes: no minute is left out, none comes twice.
    @Test(arguments: ["2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z"])
    func `every minute is every minute`(_ start: String) throws {
        let zone = try #require(Zone(named: "Europe/Berlin"))
        let schedule = try CronSchedule(parsing: "* * * * *")
        var date = try #require(RFC3339.parse(start))
        for _ in 0..<(3 * 1440) {
            let next = try #require(schedule.next(after: date, in: zone))
            #expect(next.timeIntervalSince(date) == 60)
            date = next
        }
    }

    @Test func `far away is found soon`() throws {
        let clock = ContinuousClock()
        let took = try clock.measure {
            for _ in 0..<100 { _ = try Self.times("0 0 29 2 *", in: "Europe/Berlin", after: "2096-03-01T00:00:00Z", 1) }
        }
        #expect(took < .seconds(5), "\(took)")
    }
}
