import Foundation
import Testing

@testable import Containers

/// `Localhost` profiles: files an operator wrote. Anything that is not exactly understood starts no container.
struct SeccompProfilesTests {
    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "stint-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func cleanUp() { try? FileManager.default.removeItem(atPath: directory) }

    private func compile(_ json: String, _ capabilities: CapabilitySet = .containerDefault) throws -> FilterMachine {
        try json.write(toFile: directory + "/p.json", atomically: true, encoding: .utf8)
        return FilterMachine(
            try SeccompProfiles(directory: directory).filter(.localhost("p.json"), capabilities: capabilities))
    }

    @Test(arguments: [
        ("", "seccomp profile \"\": the name is empty"),
        ("/etc/p.json", "seccomp profile \"/etc/p.json\": the name must be relative to the profile directory"),
        ("../p.json", "seccomp profile \"../p.json\": the name must not contain .."),
        ("a/../../p.json", "seccomp profile \"a/../../p.json\": the name must not contain .."),
    ])
    func `a name that is no path in the directory is refused`(name: String, message: String) throws {
        defer { cleanUp() }
        let error = #expect(throws: SeccompError.self) {
            try SeccompProfiles(directory: directory).filter(.localhost(name), capabilities: .containerDefault)
        }
        #expect(error?.description == message)
    }

    @Test func `a profile that is missing, a directory or a pipe is refused`() throws {
        defer { cleanUp() }
        try FileManager.default.createDirectory(atPath: directory + "/folder", withIntermediateDirectories: true)
        #expect(mkfifo(directory + "/pipe", 0o600) == 0)
        for name in ["missing.json", "folder", "pipe", "."] {
            let error = #expect(throws: SeccompError.self) {
                try SeccompProfiles(directory: directory).filter(.localhost(name), capabilities: .containerDefault)
            }
            #expect(error?.description.hasPrefix("seccomp profile \(directory)/\(name): ") == true)
        }
    }

    @Test func `a profile larger than any real one is not read`() throws {
        defer { cleanUp() }
        try String(repeating: " ", count: 2 << 20).write(
            toFile: directory + "/p.json", atomically: true, encoding: .utf8)
        #expect(throws: SeccompError.self) {
            try SeccompProfiles(directory: directory).filter(.localhost("p.json"), capabilities: .containerDefault)
        }
    }

    @Test(arguments: [
        ("", "not JSON"), ("{", "not JSON"), ("[]", "wrong type"), ("{}", "defaultAction is missing"),
        (#"{"defaultAction": "SCMP_ACT_PERMIT"}"#, "action SCMP_ACT_PERMIT is not supported"),
        (#"{"defaultAction": "SCMP_ACT_NOTIFY"}"#, "action SCMP_ACT_NOTIFY is not supported"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "syscals": []}"#, "unknown key \"syscals\", did you mean \"syscalls\"?"),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "mount", "actoin": "x", "action": "SCMP_ACT_ERRNO"}]}"#,
            "unknown key \"actoin\", did you mean \"action\"?"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mount"]}]}"#,
            "action is missing at syscalls[0]"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO"}]}"#,
            "a rule names no system call"
        ),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": "mount"}"#, "wrong type at syscalls"),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 0}"#, "errno 0 is not one"),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 65537}"#, "errno 65537 is not one"),
        (
            #"{"defaultAction": "SCMP_ACT_ERRNO", "flags": ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"]}"#,
            "flag SECCOMP_FILTER_FLAG_SPEC_ALLOW is not supported"
        ),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "listenerPath": "/run/x"}"#, "listenerPath is not supported"),
        (
            #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 6, "value": 0, "op": "SCMP_CMP_EQ"}]}]}"#,
            "argument index 6 is above 5"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 0, "op": "EQ"}]}]}"#,
            "operator EQ is not known"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMN"]}}]}"#,
            "unknown capability \"CAP_SYS_ADMN\", did you mean \"SYS_ADMIN\"?"
        ),
    ])
    func `a malformed profile is refused with what is wrong`(json: String, message: String) throws {
        defer { cleanUp() }
        let error = #expect(throws: SeccompError.self) { try compile(json) }
        #expect(error == .malformed(path: directory + "/p.json", message))
    }

    @Test func `a list of denials denies, and lets the rest through`() throws {
        defer { cleanUp() }
        let filter = try compile(
            #"""
            {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
             "syscalls": [{"names": ["mount", "umount2"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
                          {"names": ["ptrace"], "action": "SCMP_ACT_KILL_PROCESS"}]}
            """#)
        #expect(filter.answer("mount") == 0x0005_000D)
        #expect(filter.answer("ptrace") == FilterMachine.kill)
        #expect(filter.answer("read") == FilterMachine.allow)
        #expect(filter.answer(600) == FilterMachine.allow)
    }

    @Test func `a denied call nobody knows starts no container`() throws {
        defer { cleanUp() }
        let error = #expect(throws: SeccompError.self) {
            try compile(
                #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mout"], "action": "SCMP_ACT_ERRNO"}]}"#)
        }
        #expect(error == .unknownCall("mout"))
    }

    @Test func `an allowed call nobody knows stays denied`() throws {
        defer { cleanUp() }
        let filter = try compile(
            #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read", "mount", "call_of_2031"], "action": "SCMP_ACT_ALLOW"}]}"#
        )
        #expect(filter.answer("read") == FilterMachine.allow)
        #expect(filter.answer("write") == FilterMachine.eperm)
        #expect(filter.answer("openat2") == FilterMachine.enosys)  // newer than the newest the profile knows
    }

    @Test func `two arguments must both hold, the same argument twice is either`() throws {
        defer { cleanUp() }
        let filter = try compile(
            #"""
            {"defaultAction": "SCMP_ACT_KILL", "syscalls": [
              {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [
                {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 2, "value": 9, "op": "SCMP_CMP_GT"}]},
              {"names": ["write"], "action": "SCMP_ACT_ALLOW", "args": [
                {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]}]}
            """#)
        #expect(filter.answer("read", [1, 0, 10]) == FilterMachine.allow)
        #expect(filter.answer("read", [1, 0, 9]) == 0)
        #expect(filter.answer("read", [2, 0, 10]) == 0)
        #expect(filter.answer("write", [1]) == FilterMachine.allow)
        #expect(filter.answer("write", [2]) == FilterMachine.allow)
        #expect(filter.answer("write", [3]) == 0)
    }

    @Test func `Docker's conditions and sub-architectures are understood`() throws {
        defer { cleanUp() }
        let json = #"""
            {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": null,
             "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
             "syscalls": [
               {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "", "includes": {}, "excludes": {}},
               {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
               {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "99.0"}},
               {"names": ["write"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
               {"names": ["open"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["vax"]}}]}
            """#
        let plain = try compile(json)
        #expect(plain.answer("read") == FilterMachine.allow)
        #expect(plain.answer("mount") == FilterMachine.eperm)
        #expect(plain.answer("ptrace") == FilterMachine.eperm)
        #expect(plain.answer("write") == FilterMachine.allow)
        #if arch(x86_64)
            #expect(plain.answer("open") == FilterMachine.eperm)
            // read of x86, which was asked for
            #expect(plain.answer(3, architecture: 0x4000_0003) == FilterMachine.allow)
        #endif
        let admin = try compile(json, CapabilitySet(names: ["CAP_SYS_ADMIN"]))
        #expect(admin.answer("mount") == FilterMachine.allow)
        #expect(admin.answer("write") == FilterMachine.eperm)
    }

    @Test func `a file that changed is compiled again`() throws {
        defer { cleanUp() }
        let profiles = try SeccompProfiles(directory: directory)
        let path = directory + "/p.json"
        try #"{"defaultAction": "SCMP_ACT_ALLOW"}"#.write(toFile: path, atomically: true, encoding: .utf8)
        let first = try profiles.filter(.localhost("p.json"), capabilities: .containerDefault)
        #expect(try profiles.filter(.localhost("p.json"), capabilities: .containerDefault) == first)
        try #"{"defaultAction": "SCMP_ACT_KILL"}"#.write(toFile: path, atomically: true, encoding: .utf8)
        let second = try profiles.filter(.localhost("p.json"), capabilities: .containerDefault)
        #expect(FilterMachine(first).answer("read") == FilterMachine.allow)
        #expect(FilterMachine(second).answer("read") == 0)
    }

    @Test func `unconfined is no filter at all`() throws {
        defer { cleanUp() }
        #expect(try SeccompProfiles(directory: directory).filter(.unconfined, capabilities: .containerDefault).isEmpty)
    }
}
