import Containers
import Foundation
import Kube
import Testing

@testable import Node

struct SavedLogTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The current file first, then those rotated before it.
        let files: [String]
        let saved: String
        let isCut: Bool

        init(_ sentence: String, _ files: [String], _ saved: String, isCut: Bool = false) {
            (testDescription, self.files, self.saved, self.isCut) = (sentence, files, saved, isCut)
        }
    }

    static let rows = [
        Case("no file: nothing", [], ""),
        Case("an empty file: nothing", [""], ""),
        Case("a short log is saved whole", ["1111\n2222\n"], "1111\n2222\n"),
        Case("one that just fits, too", ["1111\n2222\n3333\n4444\n"], "1111\n2222\n3333\n4444\n"),
        Case(
            "a longer one from its first whole line on", ["0\n111111\n2222\n3333\n4444\n"], "2222\n3333\n4444\n",
            isCut: true),
        Case(
            "where a line ends just before, it is whole", ["0\n1111\n2222\n3333\n4444\n"], "1111\n2222\n3333\n4444\n",
            isCut: true),
        Case("a last line that a crash cut short stays", ["1111\n22"], "1111\n22"),
        Case(
            "the end may lie in two files", ["3333\n4444\n", "0000\n1111\n2222\n"], "1111\n2222\n3333\n4444\n",
            isCut: true),
        Case("or in three", ["4444\n", "3333\n", "1111\n2222\n"], "1111\n2222\n3333\n4444\n"),
        Case(
            "older files are not touched when it is full", ["0000\n1111\n2222\n3333\n4444\n", "5\n"],
            "1111\n2222\n3333\n4444\n", isCut: true),
        Case(
            "a line without an end in sight is cut", [String(repeating: "x", count: 50)],
            String(repeating: "x", count: 20), isCut: true),
    ]

    @Test(arguments: rows)
    func `the last 20 bytes, in whole lines`(_ row: Case) throws {
        let directory = NSTemporaryDirectory() + "stint-node-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }  // a leftover breaks no test
        let paths = PodPaths(directory: directory)
        try FileManager.default.createDirectory(atPath: "\(directory)/logs/main", withIntermediateDirectories: true)
        for (number, text) in row.files.enumerated() {
            let path = paths.log("main", 1) + (number == 0 ? "" : ".\(number)")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
        let log = paths.savedLog("main", attempt: 1, limit: 20)
        #expect(String(decoding: log.bytes, as: UTF8.self) == row.saved)
        #expect(log.isCut == row.isCut)
    }

    @Test func `a record comes with the log, the index and the limits of its attempt`() async throws {
        try await Scene.run { scene in
            var pod = makePod()
            pod.metadata.annotations = [JobLabels.completionIndex: "7"]
            var resources = ResourceRequirements()
            resources.limits = ["memory": Quantity(bytes: 64 << 20), "cpu": Quantity(milli: 250)]
            pod.spec.containers[0].resources = resources
            let time = try await Timeline(scene, pod)
            let paths = scene.context.paths(time.uid)
            let line = "2026-01-02T03:04:05.000000006Z stdout F the last words\n"
            try Data(line.utf8).write(to: URL(fileURLWithPath: paths.log("main", 0)))
            await time.happens(time.starts(), time.exits("main", 0, 3))
            let record = try #require(try await time.attempts().first)
            #expect(record.completionIndex == 7)
            #expect((record.memoryLimitBytes, record.cpuLimitMillis) == (64 << 20, 250))
            #expect(record.limit == nil)
            #expect(record.logBytes == line.utf8.count)
            #expect(try await scene.store.log(ofAttempt: record.id) == Data(line.utf8))
        }
    }

    @Test func `an attempt that never started has an empty log`() async throws {
        try await Scene.run { scene in
            let time = try await Timeline(scene, makePod())
            await time.happens(
                .failedToStart(
                    container: "main", attempt: 0, at: noon, failure: StartFailure(kind: .setup, message: "why")))
            let record = try #require(try await time.attempts().first)
            #expect(record.logBytes == 0)
            #expect(try await scene.store.log(ofAttempt: record.id) == nil)
        }
    }
}
