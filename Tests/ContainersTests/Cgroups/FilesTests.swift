import Foundation
import Linux
import Testing

/// `Files` is in Linux, which has no tests of its own to run without the kernel.
struct FilesTests {
    let scratch: String

    init() throws {
        scratch = NSTemporaryDirectory() + "stint-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    }

    private func cleanUp() { try? FileManager.default.removeItem(atPath: scratch) }

    @Test func `a file larger than the limit is refused and one as large is read`() throws {
        defer { cleanUp() }
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: scratch + "/f"))
        #expect(try Files.read(scratch + "/f", limit: 10_000).count == 10_000)
        let error = #expect(throws: SyscallError.self) { try Files.read(scratch + "/f", limit: 9_999) }
        #expect(error?.errno == .fileTooLarge)
    }

    @Test func `an endless file ends at the limit`() {
        #expect(throws: SyscallError.self) { try Files.read("/dev/zero", limit: 4096) }
    }

    @Test func `a pipe without a writer does not block`() throws {
        defer { cleanUp() }
        #expect(mkfifo(scratch + "/pipe", 0o600) == 0)
        #expect(try Files.read(scratch + "/pipe").isEmpty)
    }

    @Test func `errors name the call and the path`() {
        let error = #expect(throws: SyscallError.self) { try Files.readText("/does/not/exist") }
        #expect(error?.call == "open" && error?.target == "/does/not/exist" && error?.errno == .noSuchFileOrDirectory)
        #expect(throws: SyscallError.self) { try Files.write("x", to: "/does/not/exist") }
        #expect(throws: SyscallError.self) { try Files.list("/does/not/exist") }
        #expect(throws: SyscallError.self) { try Files.fileSystem(of: "/does/not/exist") }
    }

    @Test func `a directory is listed in order, with kinds`() throws {
        defer { cleanUp() }
        try Files.makeDirectory(scratch + "/b")
        FileManager.default.createFile(atPath: scratch + "/a", contents: nil)
        FileManager.default.createFile(atPath: scratch + "/.hidden", contents: nil)
        let entries = try Files.list(scratch)
        #expect(entries.map(\.name) == [".hidden", "a", "b"])
        #expect(entries.map(\.isDirectory) == [false, false, true])
    }

    @Test func `proc is proc`() throws { #expect(try Files.fileSystem(of: "/proc").magic == Files.Magic.proc) }

    @Test func `an attribute that is not there is nil`() {
        #expect(Files.attribute("user.stint-test", of: "/proc") == nil)
    }
}
