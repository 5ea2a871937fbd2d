import Foundation
import Kube
import Testing

@testable import stint

/// The verbs about this host: image, check, history, version.
@Suite struct HostTests {
    private func archive(_ bytes: Int, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("stint-\(UUID().uuidString).tar").path
        try Data(repeating: 7, count: bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    static let image =
        #"{"id":"sha256:0123456789abcdef","names":["docker.io/library/busybox:latest"],"sizeBytes":4300000,"importedAt":"2026-01-02T03:02:05Z","architecture":"amd64","os":"linux"}"#

    @Test func `an import streams the archive and prints what came of it`() async throws {
        try await archive(3_000_000) { path in
            let lines = [
                #"{"progress":{"stage":"unpacking","doneBytes":10,"totalBytes":20}}"# + "\n",
                #"{"images":[\#(Self.image)]}"# + "\n",
            ]
            try await FakeDaemon.with({ _ in .stream(lines) }) { daemon in
                let result = await Recording.of(["image", "import", path, "--name", "busybox", "--socket", daemon.path])
                #expect(result.output == "imported docker.io/library/busybox:latest (0123456789ab)\n")
                #expect(result.complaints == "")
                #expect(daemon.questions.first?.body.count == 3_000_000)
                #expect(daemon.questions.first?.target == "/apis/stint.dev/v1/images?name=busybox")
            }
        }
    }

    @Test func `a refused archive is told in the daemon's words`() async throws {
        try await archive(10) { path in
            let line =
                #"{"status":{"kind":"Status","status":"Failure","reason":"BadRequest","message":"the archive ends in the middle","code":400}}"#
            try await FakeDaemon.with({ _ in .stream([line + "\n"]) }) { daemon in
                let result = await Recording.of(["image", "import", path, "--socket", daemon.path])
                #expect(result.complaints == "Error from server (BadRequest): the archive ends in the middle\n")
                #expect(result.exitCode == 1)
            }
        }
    }

    @Test func `a file that is not there is said not to be`() async {
        let result = await Recording.of(["image", "import", "/nonexistent.tar"])
        #expect(result.complaints == "error: the path \"/nonexistent.tar\" does not exist\n")
    }

    @Test func `images are listed with a line for each name`() async throws {
        try await FakeDaemon.with({ _ in .json(#"{"items":[\#(Self.image)]}"#) }) { daemon in
            let result = await Recording.of(["image", "ls", "--socket", daemon.path])
            #expect(
                result.output == """
                    IMAGE                              ID             PLATFORM      CREATED   IMPORTED   SIZE
                    docker.io/library/busybox:latest   0123456789ab   linux/amd64   <none>    2m         4.1 MiB

                    """)
        }
    }

    @Test func `the ledger is a table, oldest first`() async throws {
        func record(_ pod: String, _ code: Int, _ reason: String, second: Int) -> String {
            #"{"id":"\#(pod)/main/0","namespace":"default","jobName":"a","podName":"\#(pod)","podUID":"\#(pod)","container":"main","attempt":0,"image":"i","startedAt":"2026-01-02T03:00:0\#(second).000000Z","finishedAt":"2026-01-02T03:00:0\#(second).250000Z","exitCode":\#(code),"reason":"\#(reason)","memoryPeakBytes":1048576,"cpuUserMicroseconds":20000,"cpuSystemMicroseconds":5000}"#
        }
        let items = [record("a-2", 0, "Completed", second: 5), record("a-1", 137, "OOMKilled", second: 1)]
        try await FakeDaemon.with({ _ in .json(#"{"items":[\#(items.joined(separator: ","))]}"#) }) { daemon in
            let result = await Recording.of(["history", "job/a", "--socket", daemon.path])
            #expect(
                result.output
                    == """
                    JOB   POD   TRY   RESULT      EXIT   DURATION   AGE    MEMORY    CPU
                    a     a-1   0     OOMKilled   137    250ms      4m3s   1.0 MiB   25ms
                    a     a-2   0     Completed   0      250ms      3m59s   1.0 MiB   25ms

                    """.replacing("4m3s   ", with: "4m3s    ").replacing("AGE    ", with: "AGE     "))
            #expect(daemon.questions.first?.target == "/apis/stint.dev/v1/attempts?namespace=default&job=a")
        }
    }

    @Test func `check says what is missing and fails`() async throws {
        let report =
            #"{"checks":[{"name":"cgroups","result":"ok","found":"hybrid"},{"name":"overlayfs","result":"missing","found":"no overlay","advice":"modprobe overlay"}]}"#
        try await FakeDaemon.with({ _ in .json(report) }) { daemon in
            let result = await Recording.of(["check", "--socket", daemon.path])
            #expect(
                result.output == """
                    ok        cgroups     hybrid
                    missing   overlayfs   no overlay
                                          modprobe overlay

                    """)
            #expect(result.exitCode == 1)
        }
    }

    @Test func `version tells both versions, or only its own`() async throws {
        try await FakeDaemon.with({ _ in .json(#"{"major":"1","minor":"35","gitVersion":"v1.35.0+stint"}"#) }) {
            daemon in
            let both = await Recording.of(["version", "--socket", daemon.path])
            #expect(both.output == "Client Version: \(StintVersion.current)\nServer Version: v1.35.0+stint\n")
        }
        let own = await Recording.of(["version", "--client", "--socket", "/nonexistent"])
        #expect(own.output == "Client Version: \(StintVersion.current)\n")
        #expect(own.exitCode == 0)
    }

    @Test(arguments: [
        (0, "sending    [>                             ]   0%  0 B / 10.0 MiB"),
        (5 << 20, "sending    [===============>              ]  50%  5.0 MiB / 10.0 MiB"),
        (10 << 20, "sending    [==============================] 100%  10.0 MiB / 10.0 MiB"),
    ])
    func `the bar shows`(_ row: (sent: Int, line: String)) {
        var progress = ImportProgress(total: 10 << 20)
        _ = progress.sent(row.sent)
        #expect(progress.line == row.line)
    }
}
