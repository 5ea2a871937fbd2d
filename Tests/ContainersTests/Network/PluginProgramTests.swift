import Foundation
import Linux
import Testing

@testable import Containers

/// A plugin is a program like any other: it may say anything, or nothing, for ever.
@Suite(.enabled(if: Files.isExecutable("/bin/sh"), "plugins here are scripts"))
struct PluginProgramTests {
    private func run(
        _ script: String, input: String = "", limit: Duration = .seconds(60), _ interruption: Interruption? = nil
    ) throws -> PluginProgram.Outcome {
        try FakePlugins.with { plugins in
            let path = plugins.programs + "/p"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            let program = PluginProgram(
                path: path, environment: ["PATH=/usr/bin:/bin", "A=b"], input: Array(input.utf8), limit: limit)
            return try program.run(try interruption ?? Interruption())
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `it reads what it is given, says what it says, and has no other environment`() throws {
        let outcome = try run("cat; echo oops >&2; echo; echo $A; echo $HOME; exit 3", input: "hello")
        #expect(outcome.end == .exited(3))
        #expect(text(outcome.output) == "hello\nb\n\n")
        #expect(text(outcome.errors) == "oops\n")
    }

    @Test func `what it is told may be longer than a pipe, and what it says too`() throws {
        let long = String(repeating: "x", count: 300_000)
        #expect(try text(run("cat", input: long).output) == long)
        #expect(try run("exit 0", input: long).end == .exited(0))
    }

    @Test func `one that hangs is killed with all it started`() throws {
        let mark = "stint-cni-" + UUID().uuidString
        let outcome = try run("sh -c 'sleep 1000; : \(mark)' & sleep 1000", limit: .milliseconds(300))
        #expect(outcome.end == .tooLate)
        let left = try Files.list("/proc").filter { process in
            guard Int(process.name) != nil, let line = try? Files.readText("/proc/\(process.name)/cmdline") else {
                return false
            }
            return line.contains(mark)
        }
        #expect(left == [])
    }

    @Test func `one that nobody waits for any more is killed`() throws {
        let interruption = try Interruption()
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { interruption.raise() }
        #expect(try run("sleep 1000", interruption).end == .interrupted)
        // Also when it was known before.
        #expect(try run("sleep 1000", interruption).end == .interrupted)
    }

    @Test func `one that floods is killed`() throws {
        let outcome = try run("yes")
        #expect(outcome.end == .tooMuchOutput)
        #expect(try run("yes complaint | head -c 100000 >&2").errors.count == PluginProgram.errorsLimit)
    }

    @Test func `what it left in the background holds up nobody`() throws {
        let start = ContinuousClock.now
        let outcome = try run("sleep 5 & echo done")
        #expect(text(outcome.output) == "done\n")
        #expect(ContinuousClock.now - start < .seconds(4))
    }

    @Test func `one that cannot be started says so`() throws {
        let program = PluginProgram(path: "/no/such", environment: [], input: [], limit: .seconds(1))
        #expect(throws: SyscallError.self) { try program.run(Interruption()) }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let outcome: PluginProgram.Outcome
        let problem: String?
        init(_ sentence: String, _ end: PluginProgram.End, output: String = "", errors: String = "", _ problem: String?)
        {
            testDescription = sentence
            outcome = PluginProgram.Outcome(end: end, output: Array(output.utf8), errors: Array(errors.utf8))
            self.problem = problem
        }
    }

    @Test(arguments: [
        Row("it went well", .exited(0), output: "{}", nil),
        Row(
            "an error object", .exited(1), output: #"{"code": 11, "msg": "no room", "details": "in 10.0.0.0/30"}"#,
            "no room; in 10.0.0.0/30"),
        Row("an error object without details", .exited(1), output: #"{"code": 11, "msg": "no room"}"#, "no room"),
        Row("a code alone", .exited(1), output: #"{"code": 11}"#, "netplugin failed with code 11 and no message"),
        Row("garbage", .exited(1), output: "Segmentation\n fault", #"netplugin failed: "Segmentation fault""#),
        Row(
            "complaints alone", .exited(1), errors: "panic: \u{1b}[31mno", "netplugin failed: \"panic: \u{FFFD}[31mno\""
        ),
        Row("nothing", .exited(7), "netplugin failed with no error message: exit status 7"),
        Row("a signal", .signalled(11), "netplugin failed with no error message: signal 11"),
        Row("too late", .tooLate, "it was killed because it had not ended after 120s"),
        Row("too much", .tooMuchOutput, "it was killed because it printed more than 1048576 bytes"),
        Row("interrupted", .interrupted, "it was killed because nobody waits for it any more"),
    ])
    func says(_ row: Row) { #expect(row.outcome.problem(limit: PodNetworks.limit) == row.problem) }
}
