import Foundation
import Linux
import Testing

@testable import Containers

extension KernelTests {
    /// What a job writes, however it writes it.
    @Suite(.serialized) struct Logs {
        @Test func `no file grows past its limit, and the newest lines are there`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["seq", "1", "20000"]) {
                    $0.logMaxBytes = 65_536
                    $0.logMaxFiles = 3
                }
                #expect(outcome.exit?.exitCode == 0)
                var kept: [LogEntry] = []
                for suffix in [".2", ".1", ""] {
                    let size = try Files.read(outcome.logPath + suffix, limit: 1 << 20).count
                    #expect(size <= 65_536)
                    // Full but for less than a line.
                    if !suffix.isEmpty { #expect(size > 65_536 - 60) }
                    kept += try LogEntry.read(outcome.logPath + suffix)
                }
                #expect(!Files.exists(outcome.logPath + ".3"))
                #expect(kept.last?.text == "20000")
                let numbers = kept.compactMap { Int($0.text) }
                #expect(numbers == Array((numbers.first ?? 0)...20_000))
            }
        }

        /// A file system of a megabyte and forty files.
        private func withSmallDisk(_ scope: PodScope, _ body: (_ path: String) async throws -> Void) async throws {
            let path = scope.directory + "/small"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try #require(mount("small", path, "tmpfs", 0, "size=1m,nr_inodes=40") == 0)
            defer { umount2(path, Int32(MNT_DETACH)) }
            try await body(path)
        }

        @Test func `a full disk costs a job its log and nothing else`() async throws {
            try await PodScope.with { scope in
                try await withSmallDisk(scope) { disk in
                    let outcome = try await scope.run(["sh", "-c", "seq 1 300000; exit 3"]) {
                        $0.logPath = disk + "/log"
                        $0.logMaxBytes = 64 << 20
                    }
                    let exit = try #require(outcome.exit)
                    #expect(exit.exitCode == 3, "it wrote on and ended as it wished")
                    #expect(exit.lostLogBytes > 1 << 20)
                    // What there was room for is whole lines, from the first on; after a gap a shorter piece may have fitted.
                    let kept = try LogEntry.read(disk + "/log").map(\.text)
                    let numbers = kept.compactMap { Int($0) }
                    #expect(kept.count > 1000 && numbers.count == kept.count)
                    #expect(numbers.prefix(1000) == ArraySlice(1...1000))
                    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
                }
            }
        }

        @Test func `on a full disk nothing is started, and it is when there is room again`() async throws {
            try await PodScope.with { scope in
                try await withSmallDisk(scope) { disk in
                    let files = FileManager.default
                    var names: [String] = []
                    while files.createFile(atPath: "\(disk)/\(names.count)", contents: nil) {
                        names.append("\(disk)/\(names.count)")
                    }
                    let full = await #expect(throws: ContainerError.self) {
                        _ = try await scope.run(["true"]) { $0.upperDirectory = disk + "/upper" }
                    }
                    #expect("\(try #require(full))".contains("No space left on device"))
                    #expect(scope.host.knownPods() == [])
                    for name in names { try files.removeItem(atPath: name) }
                    let later = try await scope.run(["true"]) { $0.upperDirectory = disk + "/upper" }
                    #expect(later.exit?.exitCode == 0)
                }
            }
        }

        @Test func `an endless line comes in pieces and loses nothing`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "head -c 200000 /dev/zero; echo; printf 'no end'"])
                let entries = try outcome.entries()
                let zeros = entries.filter { $0.text.utf8.first == 0 }
                #expect(zeros.reduce(0) { $0 + $1.text.utf8.count } == 200_000)
                #expect(zeros.allSatisfy { $0.text.utf8.count <= 16_384 })
                #expect(zeros.dropLast().allSatisfy { $0.tag == "P" })
                #expect(entries.last?.text == "no end")
                #expect(entries.last?.tag == "P")
            }
        }

        @Test func `lines of every length around a piece come out as they went in`() async throws {
            try await PodScope.with { scope in
                let lengths = [0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537]
                let script = lengths.map { "head -c \($0) /dev/zero; echo" }.joined(separator: "; ")
                let outcome = try await scope.run(["sh", "-c", script])
                var found: [Int] = []
                var length = 0
                for entry in try outcome.entries() {
                    length += entry.text.utf8.count
                    if entry.tag == "F" {
                        found.append(length)
                        length = 0
                    }
                }
                #expect(found == lengths)
            }
        }

        @Test func `a file of the smallest size holds a long line in smaller pieces`() async throws {
            try await PodScope.with { scope in
                let outcome = try await scope.run(["sh", "-c", "head -c 10000 /dev/zero; echo; echo end"]) {
                    $0.logMaxBytes = 4096
                    $0.logMaxFiles = 10
                }
                var bytes = 0
                for suffix in [".3", ".2", ".1", ""] where Files.exists(outcome.logPath + suffix) {
                    #expect(try Files.read(outcome.logPath + suffix).count <= 4096)
                    bytes += try LogEntry.read(outcome.logPath + suffix).filter { $0.text != "end" }.reduce(0) {
                        $0 + $1.text.utf8.count
                    }
                }
                #expect(bytes == 10_000)
            }
        }

        @Test func `a log path that is a link is not followed`() async throws {
            try await PodScope.with { scope in
                let sentinel = try scope.sentinel()
                try scope.link(scope.logPath("linked"), to: sentinel + "/file")
                let outcome = try await scope.run(["echo", "x"], uid: "linked")
                #expect(outcome.failure?.message == "open the log file: too many levels of symbolic links")
                #expect(try scope.untouched(sentinel))
            }
        }

        @Test func `stamps are RFC 3339 with nanoseconds and do not go back`() async throws {
            try await PodScope.with { scope in
                let before = Date()
                let outcome = try await scope.run(["sh", "-c", "echo a; sleep 0.05; echo b"])
                let stamps = try outcome.entries().map(\.stamp)
                #expect(stamps.count == 2)
                #expect(stamps == stamps.sorted())
                let formatter = ISO8601DateFormatter()
                formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
                for stamp in stamps {
                    #expect(stamp.count == 30)
                    let date = try #require(formatter.date(from: String(stamp.prefix(23)) + "Z"))
                    #expect(abs(date.timeIntervalSince(before)) < 30)
                }
            }
        }
    }
}
