import Testing

@testable import Kube

@Suite struct IndexNotationTests {
    static let texts: [Row<String, String>] = [
        Row("nothing", "", "0"),
        Row("one", "0", "1"),
        Row("the last", "9", "1"),
        Row("an interval", "3-5", "3"),
        Row("neighbours need not be joined", "1,2,3-4", "4"),
        Row("zeros in front are read over", "01-03", "3"),
        Row("a plus is a sign, as in Go", "+1", "1"),
        Row("behind the last", "10", #"too large index: "10""#),
        Row("an interval that runs over the end", "8-10", #"too large index: "10""#),
        Row("a letter", "a", #"cannot convert string to integer for index: "a""#),
        Row("a blank", "1, 2", #"cannot convert string to integer for index: " 2""#),
        Row("a comma at the end", "1,", #"cannot convert string to integer for index: """#),
        Row("only a comma", ",", #"cannot convert string to integer for index: """#),
        Row("a negative index", "-1", #"cannot convert string to integer for index: """#),
        Row("an interval without end", "1-", #"cannot convert string to integer for index: """#),
        Row("digits of another script", "１", #"cannot convert string to integer for index: "１""#),
        Row(
            "more than 64 bits", "99999999999999999999",
            #"cannot convert string to integer for index: "99999999999999999999""#),
        Row(
            "three ends", "1-2-3",
            #"the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'"#
        ),
        Row("backwards", "5-3", "non-increasing order, previous: 5, current: 3"),
        Row("an interval of one", "3-3", "non-increasing order, previous: 3, current: 3"),
        Row("disorder", "5,3", "non-increasing order, previous: 5, current: 3"),
        Row("twice", "3,3", "non-increasing order, previous: 3, current: 3"),
        Row("an overlap", "1-4,4-6", "non-increasing order, previous: 4, current: 4"),
    ]

    @Test(arguments: texts)
    func reads(_ row: Row<String, String>) {
        do {
            #expect("\(try IndexNotation.count(row.input, completions: 10))" == row.expected)
        } catch {
            #expect(error.words == row.expected)
        }
    }

    static let pairs: [Row<(String, String), Int?>] = [
        Row("nothing shares nothing", ("", ""), nil),
        Row("with nothing", ("1-5", ""), nil),
        Row("between each other", ("0,2,4-5", "1,3,6"), nil),
        Row("the same", ("3", "3"), 3),
        Row("at the end of an interval", ("1-4", "4-6"), 4),
        Row("inside", ("0-9", "7"), 7),
        Row("only later", ("0,3,8-9", "1-2,5,9"), 9),
        Row("what cannot be read is passed over", ("x,4", "1-,4"), 4),
    ]

    @Test(arguments: pairs)
    func finds(_ row: Row<(String, String), Int?>) {
        #expect(IndexNotation.firstShared(row.input.0, row.input.1, completions: 10) == row.expected)
        #expect(IndexNotation.firstShared(row.input.1, row.input.0, completions: 10) == row.expected)
    }

    /// Sixteen times the text, and at most about sixteen times the time; a pass for each part would be 256 times.
    @Test func `long texts take time by their length`() throws {
        func duration(_ count: Int) throws -> Duration {
            let text = (0..<count).map { String(2 * $0) }.joined(separator: ",")
            let other = (0..<count).map { String(2 * $0 + 1) }.joined(separator: ",")
            return try (0..<3).map { _ in
                let start = ContinuousClock.now
                let named = try IndexNotation.count(text, completions: 2 * count)
                let shared = IndexNotation.firstShared(text, other, completions: 2 * count)
                let end = ContinuousClock.now
                #expect(named == count && shared == nil)
                return end - start
            }.min() ?? .zero
        }
        let (small, large) = (try duration(2_000), try duration(32_000))
        #expect(large < small * 80 + .milliseconds(50), "\(small) \(large)")
    }
}
