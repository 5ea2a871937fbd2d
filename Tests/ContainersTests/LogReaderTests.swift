import Foundation
import Testing

@testable import Containers

/// Logs that grow and are rotated while they are read.
struct LogReaderTests {
    private func line(_ number: Int) -> String { "2026-01-02T03:04:05.000000000Z stdout F line \(number)\n" }

    private func inScratch(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/stint-log-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // scratch
        try await body("\(directory)/0.log")
    }

    private func append(_ text: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { FileManager.default.createFile(atPath: path, contents: nil) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private func readAll(_ reader: LogReader, between pieces: () throws -> Void = {}) async throws -> [String] {
        var text = ""
        while let piece = try await reader.next() {
            text += String(decoding: piece, as: UTF8.self)
            try pieces()
            guard text.utf8.count < 64 << 20 else { break }
        }
        return text.split(separator: "\n").map(String.init)
    }

    @Test func `rotated files come first`() async throws {
        try await inScratch { path in
            try append(line(1), to: "\(path).2")
            try append(line(2), to: "\(path).1")
            try append(line(3), to: path)
            let all = try await readAll(try LogReader(path: path, query: LogQuery()))
            #expect(all == ["line 1", "line 2", "line 3"])
            var query = LogQuery()
            query.tailLines = 2
            #expect(try await readAll(try LogReader(path: path, query: query)) == ["line 2", "line 3"])
        }
    }

    @Test func `what is written after reading began is not waited for`() async throws {
        try await inScratch { path in
            let many = (0..<2000).map(line).joined()
            try append(many, to: path)
            var next = 2000
            let read = try await readAll(try LogReader(path: path, query: LogQuery())) {
                // Faster than it is read, and rotated on the way.
                try append((next..<next + 4000).map(line).joined(), to: path)
                next += 4000
                if next == 6000 { try FileManager.default.moveItem(atPath: path, toPath: "\(path).1") }
            }
            #expect(read.count == 2000)
            #expect(read.last == "line 1999")
        }
    }

    @Test func `a log that was not there when reading began is read once`() async throws {
        try await inScratch { path in
            #expect(try await readAll(try LogReader(path: path, query: LogQuery())) == [])
            try append(line(1), to: path)
            #expect(try await readAll(try LogReader(path: path, query: LogQuery())) == ["line 1"])
        }
    }
}
