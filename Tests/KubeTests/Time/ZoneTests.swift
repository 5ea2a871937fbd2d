import Foundation
import Testing

@testable import Kube

@Suite struct ZoneTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 4), ("2000-02-29T23:59:59Z", 2), ("2026-11-25T07:00:00Z", 3),
        ("1900-03-01T00:00:00Z", 4),
        ("2100-12-31T12:30:15Z", 5), ("1600-01-01T00:00:00Z", 6),
    ])
    func `a moment as calendars show it, and back`(_ text: String, _ dayOfWeek: Int) throws {
        let seconds = Int64(try #require(RFC3339.parse(text)).timeIntervalSince1970)
        let civil = CivilTime(secondsSince1970: seconds)
        #expect(
            RFC3339.format(Date(timeIntervalSince1970: TimeInterval(civil.secondsSince1970)), fractionDigits: 0) == text
        )
        #expect(text.hasPrefix("\(civil.year)-"))
        #expect(civil.dayOfWeek == dayOfWeek)
    }

    @Test func `parts that are too large are carried over`() {
        #expect(CivilTime(2026, 1, 32).secondsSince1970 == CivilTime(2026, 2, 1).secondsSince1970)
        #expect(CivilTime(2026, 14, 1).secondsSince1970 == CivilTime(2027, 2, 1).secondsSince1970)
        #expect(CivilTime(2026, 0, 1).secondsSince1970 == CivilTime(2025, 12, 1).secondsSince1970)
        #expect(CivilTime(2026, 1, 1, 24).secondsSince1970 == CivilTime(2026, 1, 2).secondsSince1970)
    }

    /// The database and Foundation's own copy agree where neither is newer.
    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC",
        "Pacific/Chatham", "Europe/Dublin", "Africa/Abidjan", "Asia/Tehran",
    ])
    func `offsets are Foundation's`(_ name: String) throws {
        let zone = try #require(Zone(named: name))
        let foundation = try #require(TimeZone(identifier: name))
        for day in stride(from: 5000, to: 20000, by: 3) {
            let date = Date(timeIntervalSince1970: TimeInterval(day) * 86400 + 1800)
            #expect(zone.offset(at: date) == foundation.secondsFromGMT(for: date), "\(date)")
        }
    }

    @Test(arguments: [
        Row("no summer time", "UTC0", [0, 0]), Row("the northern summer", "CET-1CEST,M3.5.0,M10.5.0/3", [3600, 7200]),
        Row("the southern summer", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", [39600, 37800]),
        Row("winter time as the exception", "IST-1GMT0,M10.5.0,M3.5.0/1", [0, 3600]),
        Row("days by their number", "AAA3BBB,J60/0,J300/0", [-10800, -7200]),
        Row("days with leap days", "AAA3BBB,59/0,300/0", [-10800, -7200]),
        Row("a time before the day", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", [-7200, -3600]),
    ])
    func `rules for ever`(_ row: Row<String, [Int]>) throws {
        let rule = try #require(ZoneRule(row.input))
        let moments = [CivilTime(2051, 1, 15), CivilTime(2051, 7, 15)].map(\.secondsSince1970)
        #expect(moments.map(rule.offset) == row.expected)
    }

    @Test(arguments: [
        "", "CE-1", "CET", "CET-1CEST,", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0x",
        "<CET-1", "CET-9999",
    ])
    func `rules that are none`(_ text: String) { #expect(ZoneRule(text) == nil) }

    @Test(arguments: [
        "", "../etc/passwd", "/etc/localtime", "Europe", "Europe/", "Europe//Berlin", "Mars/Olympus", "./UTC",
        "GMT+5:30",
        "tzdata.zi", "Europe/Berlin\u{0}",
    ])
    func `names that are none`(_ name: String) { #expect(Zone(named: name) == nil) }

    @Test func `files that are broken are none`() throws {
        let good = [UInt8](try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/Berlin")))
        #expect(ZoneFile(good)?.offset(at: 1_700_000_000) == 3600)
        for length in [0, 3, 43, 44, 100, 500, good.count - 40] {
            #expect(ZoneFile(Array(good.prefix(length)))?.rule == nil)
        }
        for place in 20..<44 {
            var bad = good
            bad[place] = 0xFF
            _ = ZoneFile(bad)  // any answer but a crash
        }
    }
}
