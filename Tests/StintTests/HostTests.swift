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

    @Test func `a refusal that comes before the archive was read is what is told`() async throws {
        try await archive(40_000_000) { path in
            let refusal =
                #"{"kind":"Status","status":"Failure","reason":"BadRequest","message":"invalid reference format","code":400}"#
            try await FakeDaemon.with({ _ in .json(refusal, status: 400) }) { daemon in
                for _ in 1...5 {
                    let result = await Recording.of(["image", "import", path, "--socket", daemon.path])
                    #expect(result.complaints == "Error from server (BadRequest): invalid reference format\n")
                }
            }
        }
    }

    @Test func `of an image that was here before, only the name it was given now is told`() async throws {
        let image = Self.image.replacing(
            #"["docker.io/library/busybox:latest"]"#,
            with: #"["docker.io/library/busybox:latest","docker.io/library/mine:1","quay.io/a/mine:1"]"#)
        try await archive(10) { path in
            try await FakeDaemon.with({ _ in .stream([#"{"images":[\#(image)]}"# + "\n"]) }) { daemon in
                let result = await Recording.of(
                    ["image", "import", path, "--name", "quay.io/a/mine:1", "--socket", daemon.path])
                #expect(result.output == "imported quay.io/a/mine:1 (0123456789ab)\n")
            }
        }
    }

    @Test func `a directory is sent as an archive of its files and links`() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("stint-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let long = String(repeating: "d", count: 90)
        let files = directory.appendingPathComponent("oci")
        try FileManager.default.createDirectory(
            at: files.appendingPathComponent(long), withIntermediateDirectories: true)
        try Data("layout".utf8).write(to: files.appendingPathComponent("oci-layout"))
        try Data().write(to: files.appendingPathComponent("empty"))
        try Data(repeating: 7, count: 600_000).write(to: files.appendingPathComponent("\(long)/\(long)"))
        try FileManager.default.createSymbolicLink(
            atPath: files.appendingPathComponent("link").path, withDestinationPath: "oci-layout")
        try await FakeDaemon.with({ _ in .stream([#"{"images":[\#(Self.image)]}"# + "\n"]) }) { daemon in
            let result = await Recording.of(["image", "import", files.path, "--socket", daemon.path])
            #expect(result.complaints == "")
            let sent = try #require(daemon.questions.first?.body)
            #expect(sent.count == (try DirectoryBody(files.path).length))
            let archive = directory.appendingPathComponent("sent.tar")
            try Data(sent).write(to: archive)
            let unpacked = directory.appendingPathComponent("unpacked")
            try FileManager.default.createDirectory(at: unpacked, withIntermediateDirectories: true)
            let tar = try Process.run(
                URL(fileURLWithPath: "/usr/bin/env"), arguments: ["tar", "-xf", archive.path, "-C", unpacked.path])
            tar.waitUntilExit()
            #expect(tar.terminationStatus == 0)
            #expect(FileManager.default.contents(atPath: unpacked.path + "/oci-layout") == Data("layout".utf8))
            #expect(FileManager.default.contents(atPath: unpacked.path + "/empty") == Data())
            #expect(
                FileManager.default.contents(atPath: unpacked.path + "/\(long)/\(long)")
                    == Data(repeating: 7, count: 600_000))
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: unpacked.path + "/link") == "oci-layout")
        }
    }

    @Test func `a directory without an image is refused before anything is sent`() async {
        let result = await Recording.of(["image", "import", "/proc/self", "--socket", "/nonexistent"])
        #expect(
            result.complaints == "error: /proc/self is no image: it has neither oci-layout nor manifest.json\n")
    }

    @Test(arguments: [
        ("one byte less than 8 GiB", "", 8_589_934_591), ("8 GiB", "19 size=8589934592\n", 8_589_934_592),
    ])
    func `a tar header keeps what ustar has room for`(_ row: (name: String, record: String, size: Int)) {
        let bytes = TarHeader(name: row.name, kind: .file(size: row.size)).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(row.record.isEmpty ? bytes.count == 512 : bytes.count == 3 * 512 && text.contains(row.record))
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
