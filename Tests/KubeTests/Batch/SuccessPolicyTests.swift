import Testing

@testable import Kube

@Suite struct SuccessPolicyTests {
    static let path = "spec.successPolicy.rules[0]"

    static func refusal(of rules: String, completions: Int = 10) -> String? {
        JobSpecTests.refusal(
            of: #"{"completionMode":"Indexed","completions":\#(completions),"successPolicy":{"rules":[\#(rules)]}}"#)
    }

    static let rules: [Row<String, String?>] = [
        Row("some indexes", #"{"succeededIndexes":"0,2-4,9"}"#, nil),
        Row("some of some", #"{"succeededIndexes":"0,2-4,9","succeededCount":5}"#, nil),
        Row("some of all", #"{"succeededCount":10}"#, nil),
        Row("no success at all", #"{"succeededCount":0}"#, nil),
        Row("none of none", #"{"succeededIndexes":""}"#, nil),
        Row(
            "no rules", "",
            "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified"
        ),
        Row(
            "a rule of nothing", "{}",
            "\(path): Required value: at least one of succeededCount or succeededIndexes must be specified"),
        Row(
            "indexes beyond the end", #"{"succeededIndexes":"8,10"}"#,
            "\(path).succeededIndexes: Invalid value: \"8,10\": error parsing succeededIndexes: too large index: \"10\""
        ),
        Row(
            "less than none", #"{"succeededCount":-1}"#,
            "\(path).succeededCount: Invalid value: -1: must be greater than or equal to 0"),
        Row(
            "more than all", #"{"succeededCount":11}"#,
            "\(path).succeededCount: Invalid value: 11: must be less than or equal to 10 (the number of specified completions)"
        ),
        Row(
            "more than those named", #"{"succeededIndexes":"1,3-5","succeededCount":5}"#,
            "\(path).succeededCount: Invalid value: 5: must be less than or equal to 4 (the number of indexes in the specified "
                + "succeededIndexes field)"),
        Row(
            "everything at once", #"{"succeededIndexes":"3,2","succeededCount":11},{}"#,
            "[\(path).succeededIndexes: Invalid value: \"3,2\": error parsing succeededIndexes: non-increasing order, previous: "
                + "3, current: 2, \(path).succeededCount: Invalid value: 11: must be less than or equal to 10 (the number of "
                + "specified completions), \(path).succeededCount: Invalid value: 11: must be less than or equal to 0 (the "
                + "number of indexes in the specified succeededIndexes field), spec.successPolicy.rules[1]: Required value: at "
                + "least one of succeededCount or succeededIndexes must be specified]"),
        Row(
            "more than twenty rules", Array(repeating: #"{"succeededCount":1}"#, count: 21).joined(separator: ","),
            "spec.successPolicy.rules: Too many: 21: must have at most 20 items"),
    ]

    @Test(arguments: rules)
    func holds(_ row: Row<String, String?>) { #expect(Self.refusal(of: row.input) == row.expected) }

    @Test func `without completions only that is said`() {
        let policy = #"{"rules":[{"succeededIndexes":"5","succeededCount":1}]}"#
        #expect(
            JobSpecTests.refusal(of: #"{"completionMode":"Indexed","parallelism":1,"successPolicy":\#(policy)}"#)
                == "spec.completions: Required value: when completion mode is Indexed")
    }

    @Test func `indexes have at most 64 KiB`() {
        // Every other index; the last makes it exactly so long.
        var text = (0..<11_759).map { String(2 * $0) }.joined(separator: ",")
        while text.utf8.count < 65_536 { text = "0" + text }
        #expect(text.utf8.count == 65_536)
        #expect(Self.refusal(of: #"{"succeededIndexes":"\#(text)"}"#, completions: 100_000) == nil)
        let message = Self.refusal(of: #"{"succeededIndexes":"0\#(text)"}"#, completions: 100_000)
        #expect(message == "\(Self.path).succeededIndexes: Too long: may not be more than 65536 bytes")
    }
}
