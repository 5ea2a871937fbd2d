import Testing

@testable import Launch

struct ExecWireTests {
    private func frame(_ bytes: [UInt8]) throws -> [UInt8] {
        var buffer = FrameBuffer()
        buffer.append(bytes)
        let frame = try #require(try buffer.next())
        #expect(buffer.isEmpty)
        return frame
    }

    static let plan = ExecLaunch(killPath: "/g/cgroup.kill", steps: WireTests.steps)

    static let reports: [ExecReport] = [
        .terminal, .running(processID: 7), .failed(StepFailure(index: 3, errno: 13, reason: .commandNotFound)),
        .ended(status: 9, signalled: true), .ended(status: 0, signalled: false),
    ]

    @Test func `a plan is read as it was written`() throws {
        #expect(try ExecLaunch(frame: frame(Self.plan.encoded)) == Self.plan)
    }

    @Test(arguments: reports) func `a report is read as it was written`(_ report: ExecReport) throws {
        #expect(try ExecReport(frame: frame(report.encoded)) == report)
    }

    @Test func `a message cut off anywhere, or longer than it is, is refused`() throws {
        let plan = try frame(Self.plan.encoded)
        for length in 0..<plan.count {
            #expect(throws: WireError.self) { try ExecLaunch(frame: Array(plan.prefix(length))) }
        }
        #expect(throws: WireError.self) { try ExecLaunch(frame: plan + [0]) }
        for report in Self.reports {
            let whole = try frame(report.encoded)
            for length in 0..<whole.count {
                #expect(throws: WireError.self) { try ExecReport(frame: Array(whole.prefix(length))) }
            }
            #expect(throws: WireError.self) { try ExecReport(frame: whole + [0]) }
        }
    }

    @Test func `no message of this conversation is one of the other's`() throws {
        let plan = try frame(Self.plan.encoded)
        #expect(throws: WireError.self) { try Request(frame: plan) }
        for report in try Self.reports.map({ try frame($0.encoded) }) {
            #expect(!Report.isKnown(report))
            #expect(throws: WireError.self) { try Report(frame: report) }
        }
    }
}
