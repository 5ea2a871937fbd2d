import Testing

@testable import Launch

struct WarningSignalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Seconds.
        let deadline: Int64
        let lead: UInt64
        let begun: Int64
        let warnedFor: Double?
        let time: Int64?

        init(
            _ sentence: String, deadline: Int64, lead: UInt64, begun: Int64 = 0, warnedFor: Double? = nil, time: Int64?
        ) {
            (testDescription, self.deadline, self.lead) = (sentence, deadline, lead)
            (self.begun, self.warnedFor, self.time) = (begun, warnedFor, time)
        }
    }

    @Test(arguments: [
        Row("so long before the deadline", deadline: 100, lead: 60, time: 40),
        Row("a lead as long as the deadline: right after the start", deadline: 60, lead: 60, time: 1),
        Row("a lead that is longer: right after the start", deadline: 60, lead: 3600, time: 1),
        Row("started after the moment: right after that start", deadline: 100, lead: 60, begun: 70, time: 71),
        Row("started just before it: when a handler can be there", deadline: 100, lead: 60, begun: 39, time: 40),
        Row("warned once", deadline: 100, lead: 60, warnedFor: 100, time: nil),
        Row("the same deadline told again, a little later", deadline: 100, lead: 60, warnedFor: 99.2, time: nil),
        Row("moved to later: warned again", deadline: 200, lead: 60, warnedFor: 100, time: 140),
        Row("moved to earlier: warned again, and the time has come", deadline: 50, lead: 60, warnedFor: 100, time: 1),
        Row("a lead without end", deadline: 100, lead: .max / 1000, time: 1),
    ])
    func isSent(_ row: Row) {
        let second: Int64 = 1_000_000_000
        let warning = WarningSignal(signal: 10, leadMilliseconds: row.lead * 1000)
        let time = warning.time(
            deadline: row.deadline * second, begun: row.begun * second,
            warnedFor: row.warnedFor.map { Int64($0 * Double(second)) })
        #expect(time == row.time.map { $0 * second })
    }

    @Test(arguments: [
        (Int64?(1_800_000_000_000_000_000), "1800000000\n"), (1_799_999_999_600_000_000, "1800000000\n"),
        (5_000_000_000, "0000000005\n"), (nil, "0000000000\n"), (-5, "0000000000\n"),
    ])
    func `the file says it in as many bytes, whatever it says`(_ nanoseconds: Int64?, _ text: String) {
        #expect(DeadlineText.make(nanoseconds: nanoseconds) == text)
    }
}
