import Foundation
import Kube
import Testing

@testable import Node

struct ProbeTallyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: CheckKind
        var successes = 1
        var failures = 3
        /// `+` passed, `-` failed, `?` could not be made.
        let results: String
        /// `.` unchanged, `P` passes, `F` fails.
        let verdicts: String

        init(
            _ sentence: String, _ kind: CheckKind, successes: Int = 1, failures: Int = 3, _ results: String,
            _ verdicts: String
        ) {
            (testDescription, self.kind, self.successes, self.failures) = (sentence, kind, successes, failures)
            (self.results, self.verdicts) = (results, verdicts)
        }
    }

    @Test(arguments: [
        Row("one success is enough", .readiness, "+", "P"),
        Row("and each says so again", .readiness, "+++", "PPP"),
        Row("three failures in a row", .readiness, "---", "..F"),
        Row("a success between them begins the count anew", .readiness, "--+--", "..P.."),
        Row("to be ready again may take several", .readiness, successes: 2, failures: 1, "-+-++", "F.F.P"),
        Row("what could not be made counts neither way", .readiness, failures: 2, "-?-", "..F"),
        Row("a container that is not alive is not asked again", .liveness, failures: 1, "--", "F."),
        Row("one that is alive is", .liveness, failures: 2, "++-+--", "PP.P.F"),
        Row("a container has started once", .startup, "--++", "..P."),
        Row("or never", .startup, failures: 2, "--+", ".F."),
    ])
    func `a result counts when it came often enough in a row`(_ row: Row) {
        var tally = ProbeTally(
            row.kind, makeProbe("x", successes: row.successes, failures: row.failures), started: noon, now: noon)
        var verdicts = ""
        for result in row.results {
            let passed: Bool? = result == "?" ? nil : result == "+"
            switch tally.take(passed, now: noon) {
            case .unchanged: verdicts += "."
            case .passes: verdicts += "P"
            case .fails: verdicts += "F"
            }
        }
        #expect(verdicts == row.verdicts)
    }

    @Test func `the first is due after the initial delay, and the others a period apart`() {
        var tally = ProbeTally(.readiness, makeProbe("x", delay: 5, period: 3), started: noon, now: noon)
        #expect(tally.next == noon.addingTimeInterval(5))
        // It took a second.
        _ = tally.take(true, now: noon.addingTimeInterval(6))
        #expect(tally.next == noon.addingTimeInterval(8))
        // It took longer than a period: at once, and none is made up for.
        _ = tally.take(true, now: noon.addingTimeInterval(20))
        #expect(tally.next == noon.addingTimeInterval(20))
        _ = tally.take(true, now: noon.addingTimeInterval(20))
        #expect(tally.next == noon.addingTimeInterval(23))
    }

    @Test func `what was due before anybody could look is due now`() {
        let tally = ProbeTally(.liveness, makeProbe("x", delay: 5), started: noon, now: noon.addingTimeInterval(100))
        #expect(tally.next == noon.addingTimeInterval(100))
    }

    @Test func `what the author left out is upstream's`() {
        let tally = ProbeTally(.liveness, Probe(), started: noon, now: noon)
        #expect(tally.timeout == .seconds(1))
        var probe = Probe()
        probe.periodSeconds = 0
        probe.failureThreshold = 0
        var other = ProbeTally(.readiness, probe, started: noon, now: noon)
        _ = other.take(false, now: noon)
        #expect(other.next == noon.addingTimeInterval(1))
    }
}
