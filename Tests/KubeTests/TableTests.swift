import Foundation
import Testing

@testable import Kube

@Suite struct TableTests {
    @Test(arguments: [
        Row("a clock a little off", -1.5, "0s"), Row("a clock far off", -2, "<invalid>"), Row("now", 0, "0s"),
        Row("two minutes in seconds", 119, "119s"), Row("two minutes", 120, "2m"),
        Row("minutes and seconds", 185, "3m5s"),
        Row("ten minutes lose their seconds", 605, "10m"), Row("up to three hours in minutes", 10_799, "179m"),
        Row("three hours", 10_800, "3h"), Row("hours and minutes", 19_800, "5h30m"),
        Row("eight hours lose their minutes", 30_000, "8h"), Row("up to two days in hours", 172_799, "47h"),
        Row("two days", 172_800, "2d"), Row("days and hours", 277_200, "3d5h"), Row("many days", 8_640_000, "100d"),
        Row("years and days", 66_528_000, "2y40d"), Row("many years", 315_360_000, "10y"),
    ])
    func saysHowLong(_ row: Row<TimeInterval, String>) {
        #expect(HumanDuration.text(row.input) == row.expected)
    }

    /// A pod with this status, as JSON.
    static func pod(_ status: String, deleted: Bool = false) throws -> Pod {
        var (pod, _) = try admit(Pod.self, helloPod)
        pod.status = try KubeJSON.decode(PodStatus.self, from: bytes(status))
        if deleted { pod.metadata.deletionTimestamp = Timestamp(noon) }
        return pod
    }

    static let statuses: [Row<(String, Bool), String>] = [
        Row("waiting for its turn", (#"{"phase":"Pending"}"#, false), "0/1 Pending 0"),
        Row(
            "being made",
            (#"{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ContainerCreating"}}}]}"#, false),
            "0/1 ContainerCreating 0"),
        Row(
            "running", (#"{"phase":"Running","containerStatuses":[{"ready":true,"state":{"running":{}}}]}"#, false),
            "1/1 Running 0"),
        Row(
            "done",
            (#"{"phase":"Succeeded","containerStatuses":[{"state":{"terminated":{"reason":"Completed"}}}]}"#, false),
            "0/1 Completed 0"),
        Row(
            "failed",
            (
                #"{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}"#,
                false
            ),
            "0/1 Error 0"),
        Row(
            "out of memory",
            (
                #"{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}"#,
                false
            ),
            "0/1 OOMKilled 0"),
        Row(
            "an exit code without a reason",
            (#"{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]}"#, false),
            "0/1 ExitCode:3 0"),
        Row(
            "a signal without a reason",
            (#"{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":143,"signal":15}}}]}"#, false),
            "0/1 Signal:15 0"),
        Row(
            "the pod's own reason", (#"{"phase":"Failed","reason":"DeadlineExceeded"}"#, false),
            "0/1 DeadlineExceeded 0"),
        Row(
            "falling again and again",
            (
                #"{"phase":"Running","containerStatuses":[{"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"#
                    + #""lastState":{"terminated":{"exitCode":1,"finishedAt":"2026-01-01T11:58:30Z"}}}]}"#, false
            ), "0/1 CrashLoopBackOff 3 (90s ago)"),
        Row("being deleted", (#"{"phase":"Running"}"#, true), "0/1 Terminating 0"),
        Row("deleted after its end", (#"{"phase":"Succeeded"}"#, true), "0/1 Succeeded 0"),
        Row(
            "initialising",
            (
                #"{"phase":"Pending","initContainerStatuses":[{"state":{"terminated":{"exitCode":0}}},{"state":{"running":{}}}]}"#,
                false
            ),
            "0/1 Init:1/0 0"),
        Row(
            "failing to initialise",
            (
                #"{"phase":"Pending","initContainerStatuses":[{"state":{"terminated":{"exitCode":2,"reason":"Error"}}}]}"#,
                false
            ),
            "0/1 Init:Error 0"),
        Row(
            "one done, one running, and ready",
            (
                #"{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":["#
                    + #"{"state":{"terminated":{"reason":"Completed"}}},{"ready":true,"state":{"running":{}}}]}"#, false
            ), "1/1 Running 0"),
    ]

    @Test(arguments: statuses)
    func saysHowAPodIs(_ row: Row<(String, Bool), String>) throws {
        let cells = try Self.pod(row.input.0, deleted: row.input.1).cells(now: noon)
        #expect(cells[1...3].map(TextTable.text).joined(separator: " ") == row.expected)
        #expect(cells.count == Pod.columns.count)
    }

    @Test(arguments: [
        Row("complete", ["SuccessCriteriaMet", "Complete"], "Complete"),
        Row("failed", ["FailureTarget", "Failed"], "Failed"),
        Row("failing", ["FailureTarget"], "FailureTarget"),
        Row("ending well", ["SuccessCriteriaMet"], "SuccessCriteriaMet"),
        Row("suspended", ["Suspended"], "Suspended"),
        Row("running", [], "Running"),
    ])
    func saysHowAJobIs(_ row: Row<[String], String>) throws {
        var (job, _) = try admit(Job.self, helloJob)
        job.status?.conditions = row.input.map { JobCondition(type: $0, status: "True") }
        #expect(job.statusText == row.expected)
        job.status?.conditions = row.input.map { JobCondition(type: $0, status: "False") }
        #expect(job.statusText == "Running")
    }

    @Test func `completions of jobs and of work queues`() throws {
        var (job, _) = try admit(Job.self, helloJob)
        job.status?.succeeded = 1
        #expect(job.completionsText == "1/1")
        job.spec.completions = nil
        #expect(job.completionsText == "1/1")
        job.spec.parallelism = 4
        #expect(job.completionsText == "1/1 of 4")
    }

    @Test func `a table for people`() throws {
        var (job, _) = try admit(Job.self, helloJob)
        job.status?.startTime = Timestamp(noon)
        job.status?.completionTime = Timestamp(noon.addingTimeInterval(12))
        job.status?.succeeded = 1
        job.status?.conditions = [JobCondition(type: "Complete", status: "True")]
        var other = job
        other.metadata.name = "a-much-longer-name"
        other.status = JobStatus()
        let table = try Table(of: [job, other], now: noon.addingTimeInterval(300))
        #expect(
            text(table) == """
                NAME                 STATUS     COMPLETIONS   DURATION   AGE
                hello                Complete   1/1           12s        5m
                a-much-longer-name   Running    0/1                      5m

                """)
        let wide = text(table, isWide: true, printsHeaders: false)
        #expect(
            wide.hasPrefix(
                "hello                Complete   1/1   12s   5m    main   busybox   batch.kubernetes.io/controller-uid=u-1\n"
            ))
    }

    private func text(_ table: Table, isWide: Bool = false, printsHeaders: Bool = true) -> String {
        let shown = table.columnDefinitions.indices.filter { isWide || table.columnDefinitions[$0].priority == 0 }
        var text = TextTable(shown.map { table.columnDefinitions[$0].name }, printsHeaders: printsHeaders)
        for row in table.rows { text.add(shown.map { TextTable.text(row.cells[$0]) }) }
        return text.text
    }

    @Test func `lines taken later stay under the same headers, and columns only grow`() {
        var table = TextTable(["name", "id", "age"])
        table.add(["a", "1", "2s"])
        #expect(table.takeText() == "NAME   ID    AGE\na      1     2s\n")
        table.add(["much-longer", "1", "3s"])
        #expect(table.takeText() == "much-longer   1     3s\n")
        table.add(["b", "1", "4s"])
        #expect(table.takeText() == "b             1     4s\n")
        #expect(table.takeText() == "")
    }

    @Test func `rows carry what the client asked for`() throws {
        let (pod, _) = try admit(Pod.self, helloPod)
        #expect(try Table(of: [pod], include: .none, now: noon).rows[0].object == nil)
        let metadata = try Table(of: [pod], include: .metadata, now: noon).rows[0].object
        #expect(metadata?["kind"] == "PartialObjectMetadata")
        #expect(metadata?["metadata"]?["name"] == "hello")
        #expect(try Table(of: [pod], include: .object, now: noon).rows[0].object?["spec"]?["restartPolicy"] == "Never")
    }

    @Test func `what images and containers say cannot command the terminal`() {
        var table = TextTable(["message"])
        table.add(["\u{1B}[2Jgone\nnext"])
        #expect(table.text == "MESSAGE\n^[[2Jgone...\n")
    }

    @Test func `events and nodes have their columns`() throws {
        var event = Event(metadata: ObjectMeta(name: "e", namespace: "default"), involvedObject: ObjectReference())
        event.involvedObject.kind = "Job"
        event.involvedObject.name = "hello"
        event.reason = "SuccessfulCreate"
        event.type = "Normal"
        event.message = "Created pod: hello-x\n"
        event.lastTimestamp = Timestamp(noon)
        #expect(
            event.cells(now: noon.addingTimeInterval(5)) == [
                "5s", "Normal", "SuccessfulCreate", "job/hello", "", "", "Created pod: hello-x", "<unknown>", 1, "e",
            ])
        var node = HostNode(metadata: ObjectMeta(name: "host"))
        #expect(node.cells(now: noon)[1] == "Unknown")
        node.status = HostNodeStatus()
        node.status?.conditions = [HostNodeCondition(type: "Ready", status: "True")]
        #expect(node.cells(now: noon)[1] == "Ready")
        #expect(node.cells(now: noon).count == HostNode.columns.count)
    }
}
