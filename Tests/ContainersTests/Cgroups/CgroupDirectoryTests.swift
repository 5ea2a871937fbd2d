import Foundation
import Testing

@testable import Containers

/// A temporary directory in the place of a group: files hold what is written to them.
struct CgroupDirectoryTests {
    let scratch: String

    init() throws {
        scratch = NSTemporaryDirectory() + "stint-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    }

    private func cleanUp() { try? FileManager.default.removeItem(atPath: scratch) }

    @Test func `what is written is read back and compared`() throws {
        defer { cleanUp() }
        FileManager.default.createFile(atPath: scratch + "/pids.max", contents: nil)
        try CgroupDirectory(path: scratch).apply([CgroupSetting("pids.max", "64")])
        #expect(try String(contentsOfFile: scratch + "/pids.max", encoding: .utf8) == "64")
    }

    @Test func `a limit the kernel turned into another is an error that names file, wanted and found`() throws {
        defer { cleanUp() }
        // Takes every write and holds nothing.
        try FileManager.default.createSymbolicLink(atPath: scratch + "/memory.max", withDestinationPath: "/dev/null")
        let error = #expect(throws: CgroupError.self) {
            try CgroupDirectory(path: scratch).apply([CgroupSetting("memory.max", "4096")])
        }
        #expect(error == .notHeld(file: scratch + "/memory.max", wanted: "4096", found: ""))
        #expect("\(error!)" == "\(scratch)/memory.max: wanted \"4096\", found \"\"")
    }

    @Test func `a limit file that is not there is an error`() throws {
        defer { cleanUp() }
        let error = #expect(throws: CgroupError.self) {
            try CgroupDirectory(path: scratch).apply([CgroupSetting("memory.max", "4096")])
        }
        guard case .refused(let file, "4096", let cause) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == scratch + "/memory.max")
        #expect(cause.errno == .noSuchFileOrDirectory)
    }

    @Test func `removing goes from the inside out, and twice`() throws {
        defer { cleanUp() }
        let group = CgroupDirectory(path: scratch + "/pod")
        try CgroupDirectory(path: scratch + "/pod/a/b").makeIfMissing()
        try CgroupDirectory(path: scratch + "/pod/c").makeIfMissing()
        try group.remove()
        #expect(!FileManager.default.fileExists(atPath: group.path))
        try group.remove()
    }

    @Test func `controllers a group does not get from above are named`() throws {
        defer { cleanUp() }
        try "cpu pids\n".write(toFile: scratch + "/cgroup.controllers", atomically: false, encoding: .utf8)
        try "".write(toFile: scratch + "/cgroup.subtree_control", atomically: false, encoding: .utf8)
        #expect(throws: CgroupError.controllerNotEnabled("memory", group: scratch)) {
            try CgroupDirectory(path: scratch).handDown([.cpu, .memory, .pids])
        }
    }

    @Test func `controllers that are handed down already are not asked for again`() throws {
        defer { cleanUp() }
        try "cpu pids\n".write(toFile: scratch + "/cgroup.subtree_control", atomically: false, encoding: .utf8)
        try CgroupDirectory(path: scratch).handDown([.cpu, .pids])
        #expect(try String(contentsOfFile: scratch + "/cgroup.subtree_control", encoding: .utf8) == "cpu pids\n")
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "a.b", "cgroup.procs", "a b", "a\u{0}", "ä", String(repeating: "a", count: 129),
    ])
    func `a name that is not a label names no group`(name: String) {
        #expect(throws: CgroupError.badName(name)) { try CgroupTree.check(name: name) }
    }

    @Test func `a container may be called tasks, which v1 has a file for`() {
        #expect(GroupSet.directoryName("tasks") == "tasks_")
        #expect(GroupSet.directoryName("main") == "main")
    }
}
