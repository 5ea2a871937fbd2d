import Testing

@testable import Kube

@Suite struct GoDurationTests {
    @Test(arguments: [
        Row("nothing", "0s", 0), Row("one", "1ns", 1), Row("micro", "1.5µs", 1500), Row("milli", "250ms", 250_000_000),
        Row("seconds", "3s", 3_000_000_000), Row("minutes", "1m0s", 60_000_000_000),
        Row("all of them", "1h15m30.918s", 4_530_918_000_000), Row("before", "-2.5s", -2_500_000_000),
        Row("the longest", "2562047h47m16.854775807s", Int64.max),
    ])
    func bothWays(_ row: Row<String, Int64>) {
        #expect(GoDuration.format(row.expected) == row.input)
        #expect(GoDuration.parse(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("without a unit only zero", "0", 0), Row("any order", "1s1h", 3_601_000_000_000),
        Row("other letters for micro", "1us1μs", 2000), Row("no digits before the point", ".5s", 500_000_000),
        Row("none behind it", "5.s", 5_000_000_000), Row("finer than a nanosecond is cut", "1.9ns", 1),
        Row("a sign", "+1s", 1_000_000_000),
    ])
    func reads(_ row: Row<String, Int64>) { #expect(GoDuration.parse(row.input) == row.expected) }

    @Test(arguments: ["", "3", "-", "s", ".s", "1x", "1s ", "1..5s", "--1s", "2562048h", "9999999999999999999s"])
    func refuses(_ text: String) { #expect(GoDuration.parse(text) == nil) }

    @Test func `the shortest of all is written`() { #expect(GoDuration.format(.min) == "-2562047h47m16.854775808s") }
}
