import Foundation
import Kube
import Testing

@testable import stint

/// A ledger of three Jobs called `a`, one after the other, and a bare pod; the daemon's order is not the table's.
private enum Ledger {
    static func record(
        _ pod: String, job: String? = "new", container: String = "main", attempt: Int = 0, second: Int,
        _ change: (inout AttemptRecord) -> Void = { _ in }
    ) -> AttemptRecord {
        let end = Recording.now.addingTimeInterval(Double(second) - 244.75)
        var record = AttemptRecord(
            namespace: "default", podName: pod, podUID: "uid-of-\(pod)", container: container, attempt: attempt,
            image: "busybox", finishedAt: MicroTimestamp(end), exitCode: 0, reason: "Completed")
        record.startedAt = MicroTimestamp(end.addingTimeInterval(-0.25))
        record.jobName = job == nil ? nil : "a"
        record.jobUID = job.map { "uid-\($0)" }
        record.memoryPeakBytes = 1 << 20
        record.cpuUserMicroseconds = 20000
        record.cpuSystemMicroseconds = 5000
        record.logBytes = 0
        change(&record)
        return record
    }

    static let old = record("a-old", job: "old", second: -60) {
        $0.exitCode = 3; $0.reason = "Error"
    }

    static let new = [
        record("a-3", second: 9) { $0.throttledMicroseconds = 3_200_000 },
        record("a-1", second: 1) {
            ($0.exitCode, $0.signal, $0.reason, $0.limit) = (137, 9, "OOMKilled", .memory)
            ($0.memoryLimitBytes, $0.cpuLimitMillis, $0.oomKills) = (64 << 20, 500, 1)
            ($0.logBytes, $0.logIsCut) = (90, true)
            $0.throttledMicroseconds = 0
        },
        record("a-2", second: 5) {
            ($0.exitCode, $0.reason, $0.startedAt) = (127, "StartError", nil)
            ($0.message, $0.memoryPeakBytes, $0.cpuUserMicroseconds) = ("no such file", nil, nil)
        },
    ]

    static func answer(_ records: [AttemptRecord], current: String? = nil) -> FakeDaemon.Answer {
        let items = records.map { String(decoding: (try? KubeJSON.encode($0)) ?? [], as: UTF8.self) }
        let uid = current.map { #""currentUID":"\#($0)","# } ?? ""
        return .json(
            #"{"kind":"AttemptList","apiVersion":"stint.dev/v1",\#(uid)"items":[\#(items.joined(separator: ","))]}"#)
    }

    static let log = """
        2026-01-02T03:00:01.000000001Z stdout F one
        2026-01-02T03:00:01.000000002Z stderr P tw
        2026-01-02T03:00:01.000000003Z stderr F o
        2026-01-02T03:00:01.000000004Z stdout P three

        """
}

struct HistoryTests {
    /// The verb against a daemon with the ledger above, or another.
    private func history(
        _ arguments: String..., records: [AttemptRecord] = Ledger.new + [Ledger.old], current: String? = nil
    ) async throws -> Recording {
        try await FakeDaemon.with({ question in
            if question.target.contains("attempts/log?id=uid-of-a-1%2Fmain%2F0") { return .json(Ledger.log) }
            if question.target.contains("attempts/log") { return .notFound("/attempts/x") }
            return Ledger.answer(records, current: current)
        }) { daemon in
            await Recording.of(["history"] + arguments + ["--socket", daemon.path])
        }
    }

    @Test func `the attempts of the newest Job, in the order in which they ended`() async throws {
        let result = try await history("job/a")
        #expect(
            result.output == """
                TRY   POD   RESTARTS   STARTED                DURATION   EXIT      REASON       LIMIT    PEAK MEMORY   CPU      THROTTLED
                1     a-1   0          2026-01-02T03:00:01Z   250ms      SIGKILL   OOMKilled    memory   1.0 MiB       25ms     0s
                2     a-2   0          <none>                 <none>     127       StartError   <none>   <none>        <none>   <none>
                3     a-3   0          2026-01-02T03:00:09Z   250ms      0         Completed    <none>   1.0 MiB       25ms     3.2s

                """)
        #expect(result.complaints == "1 other had this name before: --all shows the attempts of all\n")
        #expect(result.exitCode == 0)
    }

    @Test func `all Jobs of a name stand apart by their uid, and each counts for itself`() async throws {
        let result = try await history("job/a", "--all", "--no-headers")
        #expect(
            result.output == """
                uid-old   1     a-old   0     2026-01-02T02:59:00Z   250ms    3         Error        <none>   1.0 MiB   25ms     <none>
                uid-new   1     a-1     0     2026-01-02T03:00:01Z   250ms    SIGKILL   OOMKilled    memory   1.0 MiB   25ms     0s
                uid-new   2     a-2     0     <none>                 <none>   127       StartError   <none>   <none>    <none>   <none>
                uid-new   3     a-3     0     2026-01-02T03:00:09Z   250ms    0         Completed    <none>   1.0 MiB   25ms     3.2s

                """)
        #expect(result.complaints == "")
        #expect(try await history("job/a", "--uid", "uid-old", "--no-headers").output.hasPrefix("1     a-old   "))
        let wrong = try await history("job/a", "--uid", "nobody")
        #expect(wrong.complaints == "error: there are no attempts of uid nobody, only of uid-new, uid-old\n")
        #expect(wrong.exitCode == 1)
    }

    @Test func `a Job that has no attempt yet is not taken for the one before it`() async throws {
        let result = try await history("job/a", current: "uid-newest")
        #expect(result.output == "")
        #expect(
            result.complaints == """
                No attempts recorded for job/a in default namespace.
                2 others had this name before: --all shows the attempts of all

                """)
    }

    @Test func `indexes and containers have columns where they tell attempts apart`() async throws {
        let records = [
            Ledger.record("a-0", container: "main", second: 1) { $0.completionIndex = 0 },
            Ledger.record("a-0", container: "side", attempt: 2, second: 2) { $0.completionIndex = 0 },
        ]
        let result = try await history("job/a", records: records)
        #expect(
            result.output == """
                TRY   INDEX   POD   CONTAINER   RESTARTS   STARTED                DURATION   EXIT   REASON      LIMIT    PEAK MEMORY   CPU    THROTTLED
                1     0       a-0   main        0          2026-01-02T03:00:01Z   250ms      0      Completed   <none>   1.0 MiB       25ms   <none>
                2     0       a-0   side        2          2026-01-02T03:00:02Z   250ms      0      Completed   <none>   1.0 MiB       25ms   <none>

                """)
    }

    @Test func `wide says what was asked for, and which image and pod`() async throws {
        let result = try await history("job/a", "-o", "wide", "--no-headers", records: Array(Ledger.new[1...]))
        #expect(
            result.output == """
                1     a-1   main   0     2026-01-02T03:00:01Z   250ms    SIGKILL   OOMKilled    memory   1.0 MiB   25ms     0s       64Mi     500m     1        90 B   busybox   uid-of-a-1   <none>
                2     a-2   main   0     <none>                 <none>   127       StartError   <none>   <none>    <none>   <none>   <none>   <none>   <none>   0 B    busybox   uid-of-a-2   no such file

                """)
    }

    @Test func `without a name, everything in the namespace, each with its Job`() async throws {
        let bare = Ledger.record("alone", job: nil, second: 20)
        let result = try await history("--no-headers", records: [Ledger.old, bare])
        #expect(
            result.output == """
                a        1     a-old   0     2026-01-02T02:59:00Z   250ms   3     Error       <none>   1.0 MiB   25ms   <none>
                <none>   1     alone   0     2026-01-02T03:00:20Z   250ms   0     Completed   <none>   1.0 MiB   25ms   <none>

                """)
    }

    @Test func `JSON has the daemon's records, those chosen, with their numbers`() async throws {
        let result = try await history("job/a", "-o", "json")
        let list = try KubeJSON.parse(Array(result.output.utf8))
        #expect(list["kind"] == "AttemptList")
        #expect(list["items"]?.array?.map { $0["podName"] } == ["a-1", "a-2", "a-3"])
        #expect(list["items"]?.array?.map { $0["number"] } == [1, 2, 3])
        #expect(list["items"]?.array?.first?["limit"] == "memory")
        let columns = try await history("job/a", "-o", "custom-columns=N:.number,EXIT:.exitCode")
        #expect(columns.output == "N     EXIT\n1     137\n2     127\n3     0\n")
        #expect(try await history("job/a", "-o", "jsonpath={.items[*].exitCode}").output == "137 127 0")
    }

    @Test(arguments: [
        (["job/a", "--log", "1"], "one\ntwo\nthree", "the log was longer: this is its end\n"),
        (
            ["job/a", "--log", "1", "--timestamps"],
            "2026-01-02T03:00:01.000000001Z one\n2026-01-02T03:00:01.000000002Z two\n2026-01-02T03:00:01.000000004Z three",
            "the log was longer: this is its end\n"
        ),
        (["job/a", "--log", "2"], "", "attempt 2 never started: no such file\n"),
        (["job/a", "--log", "3"], "", ""),
        (["job/a", "--log", "4"], "", "error: job/a has no attempt 4: they go from 1 to 3\n"),
    ])
    func `the log of an attempt is printed as logs prints it`(
        _ row: (arguments: [String], output: String, complaints: String)
    ) async throws {
        try await FakeDaemon.with({ question in
            question.target.contains("attempts/log") ? .json(Ledger.log) : Ledger.answer(Ledger.new)
        }) { daemon in
            let result = await Recording.of(["history"] + row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output)
            #expect(result.complaints == row.complaints)
            #expect(result.exitCode == (row.complaints.hasPrefix("error") ? 1 : 0))
            if row.output != "" {
                #expect(daemon.questions.last?.target == "/apis/stint.dev/v1/attempts/log?id=uid-of-a-1%2Fmain%2F0")
            }
        }
    }

    @Test func `a record from before logs were saved says so`() async throws {
        let records = [Ledger.record("a-9", second: 1) { $0.logBytes = nil }]
        let result = try await history("job/a", "--log", "1", records: records)
        #expect((result.output, result.complaints) == ("", "no log of attempt 1 was saved\n"))
    }

    @Test func `a name alone is a Job's, or else a pod's`() async throws {
        try await FakeDaemon.with({ question in
            Ledger.answer(question.target.contains("pod=x") ? [Ledger.record("x", job: nil, second: 1)] : [])
        }) { daemon in
            let result = await Recording.of(["history", "x", "-n", "ns", "--no-headers", "--socket", daemon.path])
            #expect(result.output.hasPrefix("1     x     0     "))
            #expect(
                daemon.questions.map(\.target) == [
                    "/apis/stint.dev/v1/attempts?namespace=ns&job=x", "/apis/stint.dev/v1/attempts?namespace=ns&pod=x",
                ])
        }
    }

    @Test(arguments: [
        (["--log", "1"], "--all, --uid and --log are about one Job or pod: name it"),
        (["--all"], "--all, --uid and --log are about one Job or pod: name it"),
        (["job/a", "--all", "--uid", "u"], "--all and --uid exclude each other"),
        (["job/a", "--all", "--log", "1"], "--log is of one Job or pod: choose it with --namespace and --uid"),
        (["job/a", "--log", "1", "-o", "json"], "--log prints what the program printed, without -o"),
        (["job/a", "--timestamps"], "--timestamps goes with --log"),
        (["job/a", "-o", "name"], "attempts have no names: use wide, json or yaml"),
        (["node/a"], "only Jobs and pods have a history, not node"),
        (["job/"], "name the job: job/NAME"),
    ])
    func `what makes no sense is refused`(_ row: (arguments: [String], message: String)) async throws {
        let result = await Recording.of(["history"] + row.arguments + ["--socket", "/nonexistent"])
        #expect(result.complaints.hasPrefix("error: \(row.message)\n"), "\(result.complaints)")
        #expect(result.exitCode == 1)
    }

    @Test(arguments: [
        (1, "SIGHUP"), (9, "SIGKILL"), (15, "SIGTERM"), (31, "SIGSYS"), (34, "signal 34"), (0, "signal 0"),
    ])
    func `signals have names`(number: Int, name: String) {
        #expect(SignalName.text(number) == name)
    }
}
