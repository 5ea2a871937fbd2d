import Foundation
import Testing

@testable import Kube

struct AttemptTests {
    @Test(
        arguments: [
            Row("an end like any other", ("Error", nil, nil), nil),
            Row("the kernel's choice", ("OOMKilled", 1, nil), .memory),
            Row("a child that was killed for memory while the rest went on", ("Completed", 2, nil), .memory),
            Row("the deadline, whatever else was met", ("DeadlineExceeded", 1, 4), .deadline),
            Row("a pod that never started in time", ("StartDeadlineExceeded", nil, nil), .startDeadline),
            Row("a fork that was refused", ("Error", 0, 4), .pids),
            Row("counters that say nothing happened", ("Error", 0, 0), nil),
        ] as [Row<(String, Int64?, Int64?), AttemptLimit?>])
    func `the limit that fired`(_ row: Row<(String, Int64?, Int64?), AttemptLimit?>) {
        let (reason, oomKills, pidLimitHits) = row.input
        #expect(AttemptLimit(reason: reason, oomKills: oomKills, pidLimitHits: pidLimitHits) == row.expected)
    }

    @Test(
        arguments: [
            Row("none", ("", 5), ""),
            Row("one", ("3", 5), "3"),
            Row("neighbours", ("3,4", 5), "3,4"),
            Row("a row, in any order", ("2,0-1,4", 5), "0-2,4"),
            Row("what overlaps is one", ("0-3,2-4", 9), "0-4"),
            Row("indexes beyond the last are left out", ("0,3-7,9", 5), "0,3,4"),
            Row("what cannot be read is left out", ("x,1-,-2,4-3,1-2-3,2", 5), "2"),
        ] as [Row<(String, Int), String>])
    func `completed indexes are read and written as upstream does`(_ row: Row<(String, Int), String>) {
        let indexes = CompletionIndexes(row.input.0, below: row.input.1)
        #expect(indexes.text == row.expected)
        #expect((0..<10).filter(indexes.contains).count == indexes.count)
    }

    @Test func `the union of two sets of indexes`() {
        var indexes = CompletionIndexes("0,5-6", below: 10)
        indexes.insert(CompletionIndexes("1,2,7", below: 10))
        #expect(indexes.text == "0-2,5-7")
    }
}
