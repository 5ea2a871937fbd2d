import Foundation
import TestSupport
import Testing

/// Ten thousand Jobs, a thousand watches, and clients that never read what they asked for.
@Suite(
    .serialized, .enabled(if: PythonClient.whyNone == nil, Comment(rawValue: PythonClient.whyNone ?? "")),
    .notInTheGuest)
struct LoadTests {
    @Test func `ten thousand Jobs are listed in under a second, and go by one request`() async throws {
        try await DaemonFixture.run { daemon in
            let filled = try await load(daemon, "fill", daemon.socketPath, "10000")
            #expect((value(filled, "failures") as? [Any])?.isEmpty == true, "\(filled)")
            let listed = try await load(daemon, "list", daemon.socketPath)
            print("10,000 Jobs: filled \(filled), listed \(listed)")
            for (form, kind) in [("objects", "JobList"), ("table", "Table")] {
                #expect(value(listed, form, "status") as? Int == 200 && value(listed, form, "kind") as? String == kind)
                #expect(value(listed, form, "count") as? Int == 10_000)
                let seconds = value(listed, form, "seconds") as? Double ?? .infinity
                #expect(seconds < 1 * Project.slownessOfDebugBuild, "\(form): \(listed)")
            }
            let cleared = try await load(daemon, "clear", daemon.socketPath)
            print("10,000 Jobs: cleared \(cleared)")
            #expect(value(cleared, "status") as? Int == 200 && value(cleared, "left") as? Int == 0, "\(cleared)")
        }
    }

    @Test func `a thousand watches over TLS are all told, within bounds of memory and time`() async throws {
        try await overTLS { daemon, credentials in
            let told = try await load(
                daemon, "watch", daemon.socketPath, daemon.processID, daemon.listen ?? "",
                credentials.authority, credentials.certificate, credentials.key, "1000", "200")
            print("1,000 watches: \(told)")
            #expect(value(told, "readers") as? Int == 1000)
            #expect(value(told, "events") as? [Int] == [200], "\(told)")
            #expect((value(told, "errors") as? [Any])?.isEmpty == true, "\(told)")
            let before = value(told, "before") as? Int ?? 0
            let after = value(told, "after") as? Int ?? .max
            #expect(after - before < 250, "MiB more with a thousand watches: \(told)")
            #expect((value(told, "seconds") as? Double ?? .infinity) < 120, "\(told)")
        }
    }

    /// Forty megabytes for each of twenty who read nothing: eight hundred, were they kept.
    @Test func `clients that never read cost nobody else anything`() async throws {
        try await overTLS { daemon, credentials in
            let stalled = try await load(
                daemon, "stall", daemon.socketPath, daemon.processID, daemon.listen ?? "",
                credentials.authority, credentials.certificate, credentials.key, "20", "200")
            print("20 stalled watches: \(stalled)")
            #expect(value(stalled, "reader", "events") as? Int == 200, "\(stalled)")
            let before = value(stalled, "before") as? Int ?? 0
            let after = value(stalled, "after") as? Int ?? .max
            #expect(after - before < 250, "\(stalled)")
            // Who reads at last has either everything, or is told that there is no more to be had here.
            let drained = value(stalled, "drained")
            #expect(
                value(drained, "events") as? Int == 200 || value(drained, "told") as? Bool == true
                    || value(drained, "ended") as? Bool == true, "\(stalled)")
            #expect((value(stalled, "seconds") as? Double ?? .infinity) < 120, "\(stalled)")
        }
    }

    private func overTLS(_ body: (DaemonFixture, ClientCredentials) async throws -> Void) async throws {
        try await DaemonFixture.run(listen: "127.0.0.1:\(try freePort())") { daemon in
            try await body(daemon, ClientCredentials(kubeconfig: try await daemon.kubeconfig()))
        }
    }

    private func load(_ daemon: DaemonFixture, _ arguments: String...) async throws -> [String: Any] {
        let command = ["timeout", "400", PythonClient.interpreter, PythonClient.fixture("load.py")] + arguments
        let result = try await runCommand(command, in: daemon.scope)
        guard result.exitCode == 0 else { throw CommandFailure(command: command, result: result) }
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }
}
