import Foundation
import Linux
import TestSupport
import Testing

@testable import Containers

/// Volumes on the host, without a container.
@Suite(.enabled(if: geteuid() == 0, "not root"))
struct VolumeFilesTests {
    /// A directory for one volume.
    private func with(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory().trimmingSuffix("/") + "/stint-volume-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory + "/volumes/kind/v")
    }

    private func file(_ path: String, _ text: String, mode: UInt32 = 0o644) -> VolumeFile {
        VolumeFile(path: path, bytes: Array(text.utf8), mode: mode)
    }

    private func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    private func mode(_ path: String) throws -> UInt32 {
        try OwnedDescriptor.open(path, [.place]).status().mode
    }

    @Test func `files are links into a directory named after the time`() throws {
        try with { volume in
            try VolumeDirectories.write([file("a", "1"), file("d/b", "2", mode: 0o400)], to: volume, group: nil)
            #expect(try names(volume).filter { !$0.hasPrefix("..") } == ["a", "d"])
            let data = try FileManager.default.destinationOfSymbolicLink(atPath: volume + "/..data")
            #expect(data.hasPrefix("..20"))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: volume + "/a") == "..data/a")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: volume + "/d") == "..data/d")
            #expect(try Files.readText(volume + "/d/b") == "2")
            #expect(try mode(volume + "/a") == 0o644)
            #expect(try mode(volume + "/d/b") == 0o400)
            #expect(try mode(volume + "/d") == 0o755)
            #expect(try mode(volume) == 0o777)
        }
    }

    @Test func `a change is one rename, and what is gone is gone`() throws {
        try with { volume in
            try VolumeDirectories.write([file("a", "1"), file("b", "2")], to: volume, group: nil)
            let before = try FileManager.default.destinationOfSymbolicLink(atPath: volume + "/..data")
            #expect(try !VolumeDirectories.write([file("b", "2"), file("a", "1")], to: volume, group: nil))
            #expect(try VolumeDirectories.write([file("a", "3"), file("c/d", "4")], to: volume, group: nil))
            let after = try FileManager.default.destinationOfSymbolicLink(atPath: volume + "/..data")
            #expect(before != after)
            #expect(try names(volume) == ["..data", after, "a", "c"].sorted())
            #expect(try Files.readText(volume + "/a") == "3")
            #expect(
                try VolumeDirectories.write([file("a", "3", mode: 0o600), file("c/d", "4")], to: volume, group: nil))
            #expect(try VolumeDirectories.write([], to: volume, group: nil))
            #expect(try names(volume).count == 2)
        }
    }

    @Test func `what a crash left goes with the next write`() throws {
        try with { volume in
            try VolumeDirectories.write([file("a", "1")], to: volume, group: nil)
            try FileManager.default.createDirectory(
                atPath: volume + "/..2001_01_01_00_00_00.1/x", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: volume + "/..data_tmp", withDestinationPath: "nowhere")
            #expect(try VolumeDirectories.write([file("a", "2")], to: volume, group: nil))
            #expect(try names(volume).count == 3)
            #expect(try Files.readText(volume + "/a") == "2")
        }
    }

    @Test func `a group owns what it may read`() throws {
        try with { volume in
            try VolumeDirectories.write([file("d/a", "1", mode: 0o400)], to: volume, group: 4242)
            for path in [volume, volume + "/d", volume + "/d/a"] {
                #expect(try OwnedDescriptor.open(path, [.place]).status().group == 4242, "\(path)")
            }
            #expect(try mode(volume + "/d/a") == 0o440)
            #expect(try mode(volume + "/d") == 0o2755)
        }
    }

    @Test(arguments: [
        "", "/a", "..", "../a", "a/../../b", "..data", "a/" + String(repeating: "x", count: 256), "a\0b", ".",
    ])
    func `a path that is not inside the volume is refused`(_ path: String) throws {
        try with { volume in
            #expect(throws: ContainerError.self) {
                try VolumeDirectories.write([file(path, "1")], to: volume, group: nil)
            }
        }
    }

    @Test func `an empty directory has its mode, its group, and nobody of the host gets there`() throws {
        try with { volume in
            try VolumeDirectories.makeEmpty(volume, mode: 0o777, group: nil)
            #expect(try mode(volume) == 0o777)
            #expect(try mode((volume as NSString).deletingLastPathComponent) == 0o700)
            try Data("x".utf8).write(to: URL(filePath: volume + "/file"))
            try VolumeDirectories.makeEmpty(volume, mode: 0o700, group: 5)
            #expect(try mode(volume) == 0o777)
            #expect(try names(volume) == ["file"])
            try VolumeDirectories.makeEmpty(volume + "-2", mode: 0o700, group: 4242)
            let status = try OwnedDescriptor.open(volume + "-2", [.place]).status()
            #expect(status.mode == 0o2770 && status.group == 4242)
        }
    }

    @Test func `what is mounted in a volume is let go of and not emptied`() throws {
        try with { volume in
            let other = volume + "-other"
            for path in [volume + "/a b", other] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try Data("x".utf8).write(to: URL(filePath: other + "/file"))
            #expect(mount(other, volume + "/a b", nil, UInt(MS_BIND), nil) == 0)
            VolumeDirectories.remove(volume)
            #expect(!Files.exists(volume))
            #expect(try names(other) == ["file"])
        }
    }

    @Test func `a volume too deep for a path is removed all the same`() throws {
        try with { volume in
            try VolumeDirectories.makeEmpty(volume, mode: 0o777, group: nil)
            var directory = open(volume, O_RDONLY | O_DIRECTORY)
            let name = String(repeating: "d", count: 200)
            for _ in 0..<60 {
                #expect(mkdirat(directory, name, 0o755) == 0)
                let next = openat(directory, name, O_RDONLY | O_DIRECTORY)
                close(directory)
                directory = next
            }
            close(directory)
            VolumeDirectories.remove(volume)
            #expect(!Files.exists(volume))
        }
    }

    struct Check: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var type: String
        var path: String
        var message: String?

        init(_ sentence: String, _ type: String, _ path: String, _ message: String? = nil) {
            testDescription = sentence
            self.type = type
            self.path = path
            self.message = message
        }
    }

    @Test(arguments: [
        Check("a directory is one", "Directory", "/usr"),
        Check("a link to one too", "Directory", "/proc/self/cwd"),
        Check("a file is none", "Directory", "/etc/passwd", "/etc/passwd is not a directory"),
        Check("nor is nothing", "Directory", "/none/such", "/none/such is not a directory"),
        Check("nor can one be made over a file", "DirectoryOrCreate", "/etc/passwd", "/etc/passwd is not a directory"),
        Check("a file is a file", "File", "/etc/passwd"),
        Check("a directory is no file", "File", "/usr", "/usr is not a file"),
        Check("nor one that is to be made", "FileOrCreate", "/usr", "/usr is not a file"),
        Check("a file is no socket", "Socket", "/etc/passwd", "/etc/passwd is not a socket file"),
        Check("a device is one", "CharDevice", "/dev/null"),
        Check("of its kind", "BlockDevice", "/dev/null", "/dev/null is not a block device"),
        Check("and a directory is none", "CharDevice", "/usr", "/usr is not a character device"),
        Check("nothing is asked for", "", "/etc/passwd"),
    ])
    func `what must be at a path of the host`(_ row: Check) {
        var message: String?
        do throws(HostPathError) { try HostPathCheck.perform(row.path, type: row.type) } catch {
            message = error.description
        }
        #expect(message == row.message.map { "hostPath type check failed: \($0)" })
    }

    @Test func `what may be made at a path of the host is made`() throws {
        try with { volume in
            try HostPathCheck.perform(volume + "/d", type: "DirectoryOrCreate")
            #expect(try mode(volume + "/d") == 0o755)
            try HostPathCheck.perform(volume + "/f", type: "FileOrCreate")
            #expect(try mode(volume + "/f") == 0o644)
            try HostPathCheck.perform(volume + "/x/y", type: "")
            #expect(try mode(volume + "/x/y") == 0o755)
            #expect(throws: HostPathError(description: "open \(volume)/no/f: no such file or directory")) {
                try HostPathCheck.perform(volume + "/no/f", type: "FileOrCreate")
            }
        }
    }
}
